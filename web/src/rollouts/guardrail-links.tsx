// From a guardrail to what is behind it: its event over time by what people have of the flag, and the people
// themselves, arm by arm.
import { Button, Group } from '@mantine/core';
import { IconChartLine, IconUsers } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { ActorsSource } from '../api/insights.ts';
import type { Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import type { RecordingFilter } from '../replay/filter.ts';
import { RecordingsLink } from '../replay/recordings-link.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { formatNumber } from '../ui/format.ts';
import { guardrailTitle, valueWords } from './guardrail-words.ts';
import { type GuardrailLook, unitsOf } from './rollout-words.ts';

/** Loaded when somebody asks for people. */
const PeopleDrawer = lazy(async () => {
  const module = await import('../insights/people-drawer.tsx');
  return { default: module.PeopleDrawer };
});

type GuardrailLinksProps = {
  readonly guardrail: GuardrailLook;
  readonly rollout: Rollout;
  readonly scope: Scope;
};

export function GuardrailLinks({ guardrail, rollout, scope }: GuardrailLinksProps) {
  const [isOpen, setOpen] = useState(false);
  const since = rollout.stage_entered_at ?? rollout.created_at;
  const views = armsOf(rollout).map(({ label, values }) => ({
    label,
    source: peopleBehind(guardrail, rollout, values, since),
  }));
  const [first] = views;
  return (
    <Group gap={4} ml={-10}>
      <LinkButton
        to="/insights/new"
        search={{ flag: rollout.flag_key, since, events: JSON.stringify([guardrail.event]) }}
        variant="subtle"
        size="compact-sm"
        leftSection={<IconChartLine size={15} stroke={1.7} />}
      >
        {guardrail.event} by variant
      </LinkButton>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconUsers size={15} stroke={1.7} />}
        onClick={() => setOpen(true)}
      >
        {hitWords(guardrail)} ({formatNumber(guardrail.treatment.affected)} and{' '}
        {formatNumber(guardrail.control.affected)})
      </Button>
      {armsOf(rollout).map(({ label, values }) => (
        <RecordingsLink
          key={label}
          filter={recordingsOf(guardrail, rollout, values, since)}
          name={`Recordings ${label.toLowerCase()}`}
          isSubtle
        />
      ))}
      {isOpen && first && (
        <Suspense>
          <PeopleDrawer
            picked={{
              title: `${guardrailTitle(guardrail, unitsOf(rollout))}, in this stage`,
              source: first.source,
              views,
            }}
            scope={scope}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </Group>
  );
}

/** The values of the flag that make up each arm: events say with which one they happened. */
function armsOf({ plan: { treatment, control } }: Rollout) {
  return [
    { label: 'With the flag', values: [treatment ?? 'true'] },
    { label: 'Without', values: ['false', ...(control ? [control] : [])] },
  ];
}

/** A filter of recordings; servers send their events without a session. */
function recordingsOf(
  { id, event }: GuardrailLook,
  { flag_key: flag, plan }: Rollout,
  values: readonly string[],
  since: string,
): RecordingFilter {
  const planned = plan.guardrails.find((one) => one.id === id);
  const properties = (planned?.properties ?? []).map((one) => ({ ...one, type: 'event' }));
  return {
    date_from: since,
    conditions: [
      { kind: 'flag_value', flag, values: [...values] },
      { kind: 'event', event, properties, without_session: true },
    ],
  } as RecordingFilter;
}

/** Of durations only the slow ones count. */
function hitWords({ event, threshold }: GuardrailLook): string {
  return threshold === null
    ? `People with ${event}`
    : `People who waited over ${valueWords('ms', threshold)}`;
}

function peopleBehind(
  { id, event, threshold }: GuardrailLook,
  { flag_key: flagKey, plan }: Rollout,
  values: readonly string[],
  since: string,
): ActorsSource {
  const planned = plan.guardrails.find((one) => one.id === id);
  const narrowed = (planned?.properties ?? []).map((one) => ({ ...one, type: 'event' }));
  const slow =
    threshold === null || !planned?.property
      ? []
      : [{ key: planned.property, type: 'event', operator: 'gt', value: threshold }];
  return {
    kind: 'InsightActorsQuery',
    series: 0,
    source: {
      kind: 'TrendsQuery',
      series: [{ kind: 'EventsNode', event, math: 'dau', properties: [...narrowed, ...slow] }],
      dateRange: { date_from: since, explicitDate: true },
      // All of them, not those of a day.
      trendsFilter: { display: 'BoldNumber' },
      properties: [
        { key: `$feature/${flagKey}`, type: 'event', operator: 'exact', value: [...values] },
      ],
    },
  } as ActorsSource;
}
