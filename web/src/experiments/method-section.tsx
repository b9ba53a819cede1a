// How results are judged, explained where it is chosen.
import { NumberInput, SegmentedControl, Select, Switch } from '@mantine/core';
import { EventSelect } from '../insights/event-select.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { ExperimentDraft } from './draft.ts';
import styles from './form.module.css';

type MethodSectionProps = {
  readonly draft: ExperimentDraft;
  /** Who counts is decided at the launch. */
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
};

const ENGINES = [
  { value: 'bayesian', label: 'Bayesian' },
  { value: 'frequentist', label: 'Frequentist' },
];
const ENGINE_WORDS = {
  bayesian: 'Tells the chance that a variant is better, and a range in which the lift lies.',
  frequentist: 'Tells how likely such a difference is by chance alone, and a confidence interval.',
} as const;
const LOOKS = [
  { value: 'any', label: 'At any time' },
  { value: 'end', label: 'Once, at the end' },
];
const LOOK_WORDS = {
  any: 'Right however often you look; intervals are a little wider. You may stop as soon as it is sure.',
  end: 'Right only when the planned number of people has come. Looking sooner finds differences that are none.',
} as const;

export function MethodSection({ draft, onChange }: MethodSectionProps) {
  const { method } = draft;
  const change = (next: Partial<typeof method>) => onChange({ method: { ...method, ...next } });
  const look = method.sequential ? 'any' : 'end';
  return (
    <div className={styles.stack}>
      <div className={styles.method}>
        <div className={styles.source}>
          <span className={styles.sourceLabel}>Results are</span>
          <SegmentedControl
            aria-label="Method"
            data={ENGINES}
            value={method.engine}
            onChange={(engine) => change({ engine: engine as typeof method.engine })}
          />
          <p className={styles.hint}>{ENGINE_WORDS[method.engine]}</p>
        </div>
        <div className={styles.source}>
          <span className={styles.sourceLabel}>You look</span>
          <SegmentedControl
            aria-label="When results are looked at"
            data={LOOKS}
            value={look}
            onChange={(value) => change({ sequential: value === 'any' })}
          />
          <p className={styles.hint}>{LOOK_WORDS[look]}</p>
        </div>
        <NumberInput
          label="Confidence"
          description="How sure a difference must be before it is called one."
          suffix=" %"
          min={50}
          max={99.9}
          maw={220}
          value={method.confidence}
          error={useFieldError('stats_config.confidence_level')}
          onChange={(value) => change({ confidence: Number(value) || 95 })}
        />
      </div>
      <WhoCounts draft={draft} onChange={onChange} />
    </div>
  );
}

function WhoCounts({ draft, onChange }: MethodSectionProps) {
  return (
    <details className={styles.advanced}>
      <summary>Who counts</summary>
      <div className={styles.stack}>
        <Select
          label="From when"
          description="A person counts from the first time that…"
          maw={420}
          data={[
            { value: 'called', label: 'your code asks for the flag' },
            { value: 'event', label: 'an event comes that carries their variant' },
          ]}
          value={draft.exposureEvent === null ? 'called' : 'event'}
          allowDeselect={false}
          onChange={(value) => onChange({ exposureEvent: value === 'event' ? '$pageview' : null })}
        />
        {draft.exposureEvent !== null && (
          <EventSelect
            label="Event by which people enter"
            event={draft.exposureEvent}
            attr="exposure_criteria.exposure_config"
            onChange={(event) => onChange({ exposureEvent: event ?? '$pageview' })}
          />
        )}
        <Select
          label="Whoever saw several variants"
          maw={420}
          data={[
            { value: 'exclude', label: 'does not count' },
            { value: 'first_seen', label: 'counts for the first one' },
          ]}
          value={draft.multiple}
          allowDeselect={false}
          onChange={(value) => onChange({ multiple: value as ExperimentDraft['multiple'] })}
        />
        <Switch
          label="Count test accounts, too"
          checked={draft.countsTestAccounts}
          onChange={(event) => onChange({ countsTestAccounts: event.currentTarget.checked })}
        />
        <Switch
          label="Count people only when their whole window has passed"
          checked={draft.onlyMatured}
          onChange={(event) => onChange({ onlyMatured: event.currentTarget.checked })}
        />
      </div>
    </details>
  );
}
