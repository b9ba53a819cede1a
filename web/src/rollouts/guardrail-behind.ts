// From a guardrail to what is behind it: filters of recordings and of people, arm by arm.
import type { ActorsSource } from '../api/insights.ts';
import type { Rollout } from '../api/rollouts.ts';
import type { RecordingFilter } from '../replay/filter.ts';
import type { GuardrailLook } from './rollout-words.ts';

type Behind = NonNullable<GuardrailLook['behind']>;

/** Values of a flag that make up an arm, since when. */
type Arm = {
  readonly flag: string;
  readonly values: readonly string[];
  readonly since: string;
};

/** The values of the flag that make up each arm: events say with which one they happened. */
export function armsOf({ plan: { treatment, control } }: Pick<Rollout, 'plan'>) {
  return [
    { label: 'With the flag', values: [treatment ?? 'true'] },
    { label: 'Without', values: ['false', ...(control ? [control] : [])] },
  ];
}

/** Sessions of an arm in which it happened or, where less is harm, did not. */
export function recordingsOf(
  { recordings }: Behind,
  { flag, values, since }: Arm,
): RecordingFilter {
  return {
    date_from: since,
    conditions: [{ kind: 'flag_value', flag, values: [...values] }, recordings],
  } as RecordingFilter;
}

/** People of an arm to whom it happened or, where less is harm, who came and did not do it. */
export function peopleOf(behind: Behind, { flag, values, since }: Arm): ActorsSource {
  const { event, properties, is_missing: isMissing } = behind;
  const hasFlag = [
    { key: `$feature/${flag}`, type: 'event', operator: 'exact', value: [...values] },
  ];
  const dateRange = { date_from: since, explicitDate: true };
  if (isMissing) {
    return {
      kind: 'FunnelsActorsQuery',
      // Who is in the arm, and did not get to it.
      funnelStep: -2,
      source: {
        kind: 'FunnelsQuery',
        series: [
          { kind: 'EventsNode', event: null, properties: hasFlag },
          { kind: 'EventsNode', event, properties },
        ],
        dateRange,
      },
    } as ActorsSource;
  }
  return {
    kind: 'InsightActorsQuery',
    series: 0,
    source: {
      kind: 'TrendsQuery',
      series: [{ kind: 'EventsNode', event, math: 'dau', properties }],
      dateRange,
      // All of them, not those of a day.
      trendsFilter: { display: 'BoldNumber' },
      properties: hasFlag,
    },
  } as ActorsSource;
}

/** The event as the page of a new question reads it. */
export const eventInQuestion = ({ event, properties }: Behind): string =>
  JSON.stringify([properties.length === 0 ? event : { event, properties }]);
