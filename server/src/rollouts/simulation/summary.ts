// What many runs of a world amount to.
import { type End, ENDS, type Story } from './simulate.ts';

/** The middle and the 80th percentile; null of nothing. */
type Typical = { readonly median: number; readonly p80: number };

export type EndSummary = {
  /** Of all runs. */
  readonly share: number;
  /** Minutes from the start to the decision. */
  readonly minutes: Typical | null;
  /** People who had the change at the decision. */
  readonly treatmentPeople: Typical | null;
};

export type Summary = {
  readonly runs: number;
  readonly ends: { readonly [end in End]: EndSummary };
  /** Part of the runs that were paused for suspected harm at least once. */
  readonly everYellow: number;
};

export function summarize(stories: readonly Story[]): Summary {
  const runs = stories.length;
  const entries = ENDS.map((end) => {
    const those = stories.filter((story) => story.end === end);
    const summary: EndSummary = {
      share: shareOf(those.length, runs),
      minutes: typicalOf(those.map(({ minute }) => minute)),
      treatmentPeople: typicalOf(those.map(({ treatmentPeople }) => treatmentPeople)),
    };
    return [end, summary] as const;
  });
  const yellow = stories.filter(({ events }) =>
    events.some(({ type, holdReason }) => type === 'held' && holdReason === 'yellow'),
  );
  return {
    runs,
    ends: Object.fromEntries(entries) as Summary['ends'],
    everYellow: shareOf(yellow.length, runs),
  };
}

function shareOf(count: number, all: number): number {
  return all === 0 ? 0 : count / all;
}

/** Nearest ranks; null of an empty list. */
function typicalOf(values: readonly number[]): Typical | null {
  if (values.length === 0) return null;
  return { median: rankOf(values, 0.5), p80: rankOf(values, 0.8) };
}

export function rankOf(values: readonly number[], level: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(level * sorted.length) - 1));
  return sorted[rank] ?? 0;
}
