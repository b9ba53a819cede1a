// Addresses of lists of recordings, for messages. The filter is that of `#replay/list-contract`.
import { type Behind, recordingCondition } from '../plan/guardrail-behind.ts';

type About = {
  readonly environmentKey: string;
  readonly flagKey: string;
  /** What the flag's value is where the change is. */
  readonly treatment: string;
  /** What happened in them, or did not; left out: anything. */
  readonly behind?: Behind | null | undefined;
  /** Start of the sessions, as filters have it. */
  readonly from: string;
  readonly to?: string | undefined;
};

/** Sessions with the change, those with most exceptions first. */
export function recordingsUrl(about: About): string {
  const { environmentKey, flagKey, treatment, behind, from, to } = about;
  const filter = {
    date_from: from,
    ...(to === undefined ? {} : { date_to: to }),
    conditions: [
      { kind: 'flag_value', flag: flagKey, values: [treatment] },
      ...(behind ? [recordingCondition(behind)] : []),
    ],
    order: 'errors',
  };
  return `/replay?environment=${environmentKey}&filter=${encodeURIComponent(JSON.stringify(filter))}`;
}
