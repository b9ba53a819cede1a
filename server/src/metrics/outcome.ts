// What is asked of the event store for a guardrail, and how its answer is read back. An answer holds, per
// bucket, the people of each arm who were hit, and over all buckets sums from which means and their errors follow.
import type { RatioSums } from '#stats/half-normal';
import type { RateBucket } from '#stats/rate';
import type { EventMatch, Guardrail, Series } from './guardrail.ts';

/** Whether something happened to a person after they entered; counted per bucket and arm. */
export type Hit =
  /** At least one such event, so long after the entry or later. */
  | ({ readonly kind: 'any'; readonly afterMs?: number } & EventMatch)
  /** All of these, in this order, within so long after the entry. */
  | { readonly kind: 'steps'; readonly steps: readonly EventMatch[]; readonly windowMs: number }
  /** At least one value above a threshold, which may differ between the arms. */
  | {
      readonly kind: 'above';
      readonly series: Series;
      readonly treatment: number;
      readonly control: number;
    };

/** A number of each person; sums over the people of an arm. */
export type Tally = {
  readonly kind: 'tally';
  /** Numerator, drawn in to `cap`. */
  readonly y: Series;
  readonly cap: number | null;
  /** Counts values of `y` above it instead of adding them up. */
  readonly above: number | null;
  /** Denominator; null: each person counts once. */
  readonly x: Series | null;
};

/** Of each person: y, the sessions that had such an event, and x, all of their sessions. Summed up as a tally is. */
export type Sessions = { readonly kind: 'sessions' } & EventMatch;

/** The median, 95th and 99th percentile of all values of an arm, and one more. */
export type Spread = { readonly kind: 'spread'; readonly series: Series; readonly level: number };

export type Outcome = Hit | Tally | Sessions | Spread;

export const isTally = (outcome: Outcome): outcome is Tally | Sessions =>
  outcome.kind === 'tally' || outcome.kind === 'sessions';

export const isHit = (outcome: Outcome): outcome is Hit =>
  !isTally(outcome) && outcome.kind !== 'spread';

/** Percentiles that people read. */
export const SHOWN_LEVELS = [0.5, 0.95, 0.99] as const;

/** How often each value occurs, in their order. */
export type Occurrences = readonly (readonly [value: number, count: number])[];

/** The value below which a part of all values lies, for each of some parts (0 to 1); null without any value. */
export function percentilesOf(found: Occurrences, levels: readonly number[]): (number | null)[] {
  const total = found.reduce((sum, [, count]) => sum + count, 0);
  return levels.map((level) => {
    let below = 0;
    for (const [value, count] of found) {
      below += count;
      if (below > Math.floor(level * total)) return value;
    }
    return null;
  });
}

/** People with any, then n, Σx, Σy, Σx², Σy², Σxy. */
export const TALLY_COLUMNS = 7;

/** What has to be asked for a guardrail, in the order in which {@link readData} takes the answers. */
export function outcomesOf({ measure, event, filters, bands, absolute }: Guardrail): Outcome[] {
  const match = { event, filters };
  switch (measure.kind) {
    case 'share': {
      const { afterMs } = measure;
      return [{ kind: 'any', ...match, ...(afterMs === undefined ? {} : { afterMs }) }];
    }
    case 'conversion':
      return [{ kind: 'steps', steps: measure.steps, windowMs: measure.windowMs }];
    case 'latency': {
      const { property, level, threshold } = measure;
      const series = { ...match, property };
      const margin = bands?.scale === 'difference' ? bands.red : 0;
      const slower = (by: number): Hit => ({
        kind: 'above',
        series,
        treatment: threshold + by,
        control: threshold,
      });
      const overLimit = (limit: number): Tally => ({
        kind: 'tally',
        y: series,
        cap: null,
        above: limit,
        x: series,
      });
      const limits = absolute ? [overLimit(absolute.yellow), overLimit(absolute.red)] : [];
      return [slower(0), slower(margin), { kind: 'spread', series, level }, ...limits];
    }
    case 'mean': {
      const { property, cap, per, countsAny } = measure;
      const sums: Tally = { kind: 'tally', y: { ...match, property }, cap, above: null, x: per };
      return countsAny ? [sums, { kind: 'any', ...match }] : [sums];
    }
    case 'sessions':
      return [{ kind: 'sessions', ...match }];
    case 'external':
      return [];
  }
}

/** Ten minutes: what is broken mostly shows in the first minutes of use. */
const SETTLING_MS = 600_000;

/** How long after people have entered an estimate of theirs says something, per hit of {@link outcomesOf}. */
export function maturitiesOf(guardrail: Guardrail): number[] {
  const { measure } = guardrail;
  const afterMs = measure.kind === 'conversion' ? measure.windowMs : SETTLING_MS;
  return outcomesOf(guardrail)
    .filter(isHit)
    .map(() => afterMs);
}

/** People of both arms. */
type ArmCounts = { readonly treatment: number; readonly control: number };

/** What a look found, as far as guardrails are concerned. */
export type Answers = {
  /** People compared, without those in both arms. */
  readonly people: ArmCounts;
  /**
   * Buckets in which somebody was hit: `[nT, nC, a₁, b₁, a₂, b₂, …]`, in the order of the plan's guardrails.
   * Buckets without any carry no evidence and are left out, unless a guardrail goes by estimates.
   */
  readonly rows: readonly (readonly number[])[];
  /** Per hit: how many of the first rows hold people who have had time for it; where estimates decide. */
  readonly matured?: readonly number[];
  /** Per tally: {@link TALLY_COLUMNS} numbers of treatment, then of control. */
  readonly tallies?: readonly (readonly number[])[];
  /** Per spread: {@link SHOWN_LEVELS} and its own level, of treatment and then of control; null without values. */
  readonly spreads?: readonly (readonly (number | null)[])[];
  /** Per guardrail: {@link PAIR_COLUMNS} numbers of people held against themselves. */
  readonly pairs?: readonly (readonly number[])[];
  /** The same hours of several weeks: `[weeks ago, windows ago, y₁, x₁, y₂, x₂, …]` by guardrail. */
  readonly weeks?: readonly (readonly number[])[];
  /** By the id of the guardrail: what another program counted, a row per window. */
  readonly external?: { readonly [id: string]: readonly (readonly number[])[] };
};

/** People seen before and after, Σd, Σd², Σ of rates before, Σ of rates after, people with any after; d = after − before. */
export const PAIR_COLUMNS = 6;

/** What happened in a window of time: events (or people, or sessions) that count, of so many. */
export type Window = {
  readonly weeksAgo: number;
  /** 0 is the last one that is over. */
  readonly windowsAgo: number;
  readonly y: number;
  readonly x: number;
};

export type ArmTally = RatioSums & { readonly any: number };

/** What was found for one guardrail. */
export type GuardrailData = {
  /** Per hit: buckets; the last one holds everybody whose bucket was left out. */
  readonly hits: readonly (readonly RateBucket[])[];
  /** Per hit: the first buckets whose people have had time for it. */
  readonly matured?: readonly number[];
  readonly tallies: readonly { readonly treatment: ArmTally; readonly control: ArmTally }[];
  readonly spreads: readonly {
    readonly treatment: readonly (number | null)[];
    readonly control: readonly (number | null)[];
  }[];
  /** {@link PAIR_COLUMNS}, where people are held against themselves. */
  readonly pairs?: readonly number[];
  readonly windows?: readonly Window[];
  /** Fraction of the people compared who should have the change, where they are compared with the others. */
  readonly plannedShare?: number;
  /** Rows of another program. */
  readonly external?: readonly (readonly number[])[];
};

/** The answers to what {@link outcomesOf} asked for guardrail number `index`. */
export function readData(
  answers: Answers,
  guardrails: readonly Guardrail[],
  index: number,
): GuardrailData {
  const { matured } = answers;
  const before = guardrails.slice(0, index).flatMap(outcomesOf);
  const mine = guardrails[index] ? outcomesOf(guardrails[index]) : [];
  const pick = <T>(isKind: (outcome: Outcome) => boolean, read: (at: number) => T): T[] => {
    const from = before.filter(isKind).length;
    return mine.filter(isKind).map((_, at) => read(from + at));
  };
  return {
    hits: pick(isHit, (at) => bucketsOf(answers, at)),
    ...(matured ? { matured: pick(isHit, (at) => matured[at] ?? 0) } : {}),
    tallies: pick(isTally, (at) => talliesOf(answers.tallies?.[at] ?? [])),
    spreads: pick(
      ({ kind }) => kind === 'spread',
      (at) => halves(answers.spreads?.[at] ?? []),
    ),
    ...externalOf(answers, guardrails[index]?.id ?? ''),
    ...(answers.pairs ? { pairs: answers.pairs[index] ?? [] } : {}),
    ...(answers.weeks ? { windows: answers.weeks.map((row) => windowOf(row, index)) } : {}),
  };
}

function externalOf({ external }: Answers, id: string): Pick<GuardrailData, 'external'> {
  const rows = external?.[id];
  return rows ? { external: rows } : {};
}

function windowOf([weeksAgo = 0, windowsAgo = 0, ...found]: readonly number[], index: number) {
  const [y = 0, x = 0] = found.slice(2 * index);
  return { weeksAgo, windowsAgo, y, x };
}

/** The buckets of hit number `index`. */
export function bucketsOf({ people, rows }: Answers, index: number): RateBucket[] {
  let treatmentLeft = people.treatment;
  let controlLeft = people.control;
  const buckets = rows.map((row): RateBucket => {
    const [nT = 0, nC = 0] = row;
    treatmentLeft -= nT;
    controlLeft -= nC;
    return { nT, nC, a: row[2 + 2 * index] ?? 0, b: row[3 + 2 * index] ?? 0 };
  });
  return [...buckets, { nT: treatmentLeft, nC: controlLeft, a: 0, b: 0 }];
}

function halves<T>(row: readonly T[]) {
  const half = row.length / 2;
  return { treatment: row.slice(0, half), control: row.slice(half) };
}

function talliesOf(row: readonly number[]) {
  const { treatment, control } = halves(row);
  return { treatment: tallyOf(treatment), control: tallyOf(control) };
}

function tallyOf([any = 0, n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0]: readonly number[]) {
  return { any, n, sx, sy, sxx, syy, sxy };
}
