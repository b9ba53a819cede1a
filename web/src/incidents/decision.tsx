// From what it was decided: each guardrail of both arms, look by look, and the look that decided.
import { SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import type { Incident } from '../api/incidents.ts';
import type { ChartLine } from '../charts/chart-line.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { plainTicks } from '../charts/time-axis.ts';
import { GuardrailCard } from '../rollouts/guardrail-card.tsx';
import { valueWords } from '../rollouts/guardrail-words.ts';
import { oddsWords } from '../rollouts/rollout-words.ts';
import { formatExact } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import rollout from '../rollouts/rollout.module.css';
import styles from './incidents.module.css';

export function Decision({ incident }: { readonly incident: Incident }) {
  const { look, looks } = incident.decision;
  if (!look) {
    return (
      <Section title="What it was decided from">
        <p className={styles.dim}>No look had been taken at this stage yet.</p>
      </Section>
    );
  }
  const isBlamed = (id: string) => incident.culprits.includes(id);
  const shown = look.guardrails.toSorted((a, b) => Number(isBlamed(b.id)) - Number(isBlamed(a.id)));
  return (
    <>
      {looks.length > 2 && <Looks incident={incident} />}
      <div className={rollout.guardrails}>
        {shown.map((guardrail) => (
          <GuardrailCard key={guardrail.id} guardrail={guardrail} />
        ))}
      </div>
    </>
  );
}

type Shown = 'values' | 'evidence';

function Looks({ incident }: { readonly incident: Incident }) {
  const { look, looks, rollback_line: line } = incident.decision;
  const ids = look?.guardrails.map(({ id }) => id) ?? [];
  const [id, setId] = useState(incident.culprits[0] ?? ids[0] ?? '');
  const [shown, setShown] = useState<Shown>('values');
  const unit = look?.guardrails.find((one) => one.id === id)?.unit ?? 'number';
  const lines = shown === 'values' ? valueLines(looks, id) : evidenceLines(looks, line);
  const format = (value: number) =>
    shown === 'values' ? valueWords(unit, value) : oddsWords(value);
  const nameOf = (step: number) => clock(looks[step]?.at);
  return (
    <Section
      title="Look by look"
      lead={
        shown === 'values'
          ? 'With the change against without, up to the decision.'
          : 'Odds of all guardrails together against “no harm”; at the line the change is taken back.'
      }
      actions={
        <>
          <Select
            aria-label="Guardrail"
            data={ids}
            value={id}
            allowDeselect={false}
            disabled={shown === 'evidence'}
            onChange={(next) => next && setId(next)}
            w={180}
          />
          <SegmentedControl
            aria-label="What is shown"
            data={[
              { value: 'values', label: 'Values' },
              { value: 'evidence', label: 'Evidence' },
            ]}
            value={shown}
            onChange={(next) => setShown(next as Shown)}
          />
        </>
      }
    >
      <TimeChart
        label={shown === 'values' ? `${id} with and without the change` : 'Evidence of harm'}
        lines={lines}
        shape="line"
        steps={looks.length}
        ticks={(width, nameWidth) => plainTicks(looks.length, nameOf, width, nameWidth)}
        longName={(step) => formatExact(Date.parse(looks[step]?.at ?? ''))}
        format={format}
        formatTick={(value) => (shown === 'values' ? format(value) : value.toFixed(1))}
        openFrom={looks.length}
      />
    </Section>
  );
}

const clock = (at: string | undefined): string =>
  at === undefined
    ? ''
    : new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

type Points = Incident['decision']['looks'];

function valueLines(looks: Points, id: string): ChartLine[] {
  const arm = (name: 'treatment' | 'control') =>
    looks.map(({ guardrails }) => guardrails.find((one) => one.id === id)?.[name] ?? null);
  return [
    { key: 'on', name: 'With', color: 'on', values: arm('treatment'), isPrevious: false },
    { key: 'off', name: 'Without', color: 'off', values: arm('control'), isPrevious: false },
  ];
}

function evidenceLines(looks: Points, line: number): ChartLine[] {
  return [
    {
      key: 'evidence',
      name: 'Evidence of harm',
      color: 'on',
      values: looks.map(({ ln_e: lnE }) => lnE),
      isPrevious: false,
    },
    {
      key: 'line',
      name: 'Taken back from',
      color: 'harm',
      values: looks.map(() => line),
      isPrevious: true,
    },
  ];
}
