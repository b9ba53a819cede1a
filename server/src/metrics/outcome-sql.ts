// Outcomes of people as SQL: which events have to be read for them, and what is made of each person's events
// once it is known when they entered. Numbers of events are bounded per id, so that memory is.
import { seriesSql, type SqlParams, type SqlPart } from './event-filter-sql.ts';
import type { EventMatch, Series } from './guardrail.ts';
import { isHit, isTally, type Outcome } from './outcome.ts';

/** Events of one kind that are read of an id in a stage: its earliest. */
export const MAX_EVENTS = 1000;
/** Values of one person that count towards percentiles, so that a robot is not a crowd. */
const MAX_VALUES = 50;

/** Events that are read for one or more outcomes. */
export type Source = {
  /** True for these events. */
  readonly condition: SqlPart;
  /** Needs no property: it can be told from columns that are read anyway. */
  readonly isPlain: boolean;
  /** SQL of the number that an event carries. */
  readonly amount: string;
  /** True when every event with its time is needed, not only the last. */
  readonly isSeries: boolean;
  /** One row per session, at its last such event; the number is one that only this session has. */
  readonly isSession: boolean;
};

/** Without an event: whatever happened. */
type Named = Omit<Series, 'event'> & {
  readonly event: string | null;
  readonly isSeries: boolean;
  readonly isSession?: boolean;
};

/** 53 bits: what a double holds. */
const SESSION_NUMBER = 'toFloat64(bitShiftRight(cityHash64(session_id), 11))';

const plain = ({ event, filters }: EventMatch): Series => ({ event, filters, property: null });

function sourcesOfOne(outcome: Outcome): Named[] {
  switch (outcome.kind) {
    case 'any':
      return [{ ...plain(outcome), isSeries: false }];
    case 'steps':
      return outcome.steps.map((step) => ({ ...plain(step), isSeries: true }));
    case 'above':
    case 'spread':
      return [{ ...outcome.series, isSeries: true }];
    case 'sessions':
      return [plain(outcome), { event: null, filters: [], property: null }].map((one) => ({
        ...one,
        isSeries: true,
        isSession: true,
      }));
    case 'tally':
      return [outcome.y, ...(outcome.x ? [outcome.x] : [])].map((one) => ({
        ...one,
        isSeries: true,
      }));
  }
}

/** Everything that has to be read, each once, and for every outcome the numbers of its sources. */
export function sourcesOf(outcomes: readonly Outcome[]): {
  readonly sources: readonly Source[];
  readonly numbers: readonly (readonly number[])[];
} {
  const known: string[] = [];
  const sources: Source[] = [];
  const numbers = outcomes.map((outcome) =>
    sourcesOfOne(outcome).map((named) => {
      const { event, filters, property, isSeries, isSession } = named;
      const name = JSON.stringify([event, filters, property, isSeries, isSession === true]);
      if (!known.includes(name)) {
        sources.push(sourceOf(named, sources.length));
        known.push(name);
      }
      return known.indexOf(name);
    }),
  );
  return { sources, numbers };
}

function sourceOf({ isSeries, isSession = false, event, ...rest }: Named, number: number): Source {
  const { amount, ...condition } =
    event === null
      ? { sql: '1', params: {}, amount: '1.0' }
      : seriesSql({ event, ...rest }, `outcome${number}`);
  if (isSession) {
    const inSession = { ...condition, sql: `session_id != '' AND ${condition.sql}` };
    return { condition: inSession, isPlain: false, amount: SESSION_NUMBER, isSeries, isSession };
  }
  const isPlain = rest.property === null && rest.filters.length === 0;
  return { condition, isPlain, amount, isSeries, isSession };
}

/** Of one person, over all their ids: when it last happened, and the events of a series. */
export const personColumnsSql = (sources: readonly Source[]): string =>
  sources
    .map(({ isSeries }, i) =>
      isSeries
        ? `,\n    arraySort(groupArrayArray(series[${i + 1}])) AS series_${i}`
        : `, max(happened[${i + 1}]) AS last_${i}`,
    )
    .join('');

/** Outcomes of each person: columns that need the entry, and what adds up over people (and over pieces, see sums-sql.ts). */
export type OutcomeSql = {
  readonly columns: string;
  /** Of treatment and control per hit: how many people. */
  readonly hits: readonly string[];
  /** Per tally, {@link TALLY_COLUMNS} of treatment and then of control; decimals, so that they add up in any order. */
  readonly tallies: readonly string[];
  /** Per spread, of treatment and control: how often each value occurs. */
  readonly spreads: readonly string[];
  readonly params: SqlParams;
};

/** @param numbers the sources of each outcome */
export function outcomeSql(
  outcomes: readonly Outcome[],
  sources: readonly Source[],
  numbers: readonly (readonly number[])[],
): OutcomeSql {
  const seen = sources.flatMap(({ isSeries }, i) =>
    isSeries
      ? [`arrayFilter(e -> e.1 >= entry - {same_batch:Int64}, series_${i}) AS seen_${i}`]
      : [],
  );
  const params: { [name: string]: number } = {};
  const made = outcomes.map((outcome, k) => columnsOf(outcome, k, numbers[k] ?? [], params));
  const perArm = (
    isKind: (outcome: Outcome) => boolean,
    text: (k: number, arm: 0 | 1) => string[],
  ) => outcomes.flatMap((outcome, k) => (isKind(outcome) ? [...text(k, 1), ...text(k, 0)] : []));
  return {
    columns: [...seen, ...made.flat()].map((column) => `, ${column}`).join('\n    '),
    hits: perArm(isHit, (k, arm) => [`sumIf(sign, arm = ${arm} AND hit_${k})`]),
    tallies: perArm(isTally, tallySql),
    spreads: perArm(
      ({ kind }) => kind === 'spread',
      (k, arm) => [
        `sumMapIf(values_${k}, arrayWithConstant(length(values_${k}), sign), arm = ${arm})`,
      ],
    ),
    params,
  };
}

/**
 * A number as its bits, cut to thirteen of its binary digits (0.012 %): values that are counted by how often they occur
 * must not all differ. Whole numbers up to 8192 stay as they are.
 */
const roundedBits = (value: string): string =>
  `bitAnd(reinterpretAsUInt64(${value}) + 549755813888, 18446742974197923840)`;

function columnsOf(
  outcome: Outcome,
  k: number,
  sources: readonly number[],
  params: { [name: string]: number },
): string[] {
  const [first = 0, second] = sources;
  switch (outcome.kind) {
    case 'any':
      return anyColumns(outcome.afterMs, k, first, params);
    case 'steps':
      return stepColumns(outcome.windowMs, k, sources, params);
    case 'above':
      params[`above${k}_t`] = outcome.treatment;
      params[`above${k}_c`] = outcome.control;
      return [
        `arrayExists(e -> e.2 > if(arm = 1, {above${k}_t:Float64}, {above${k}_c:Float64}),
      arraySlice(seen_${first}, 1, ${MAX_VALUES})) AS hit_${k}`,
      ];
    case 'spread':
      return [
        `arrayMap(e -> ${roundedBits('e.2')}, arraySlice(seen_${first}, 1, ${MAX_VALUES})) AS values_${k}`,
      ];
    case 'sessions': {
      const count = (i: number) =>
        `toFloat64(length(arrayDistinct(arrayMap(e -> e.2, seen_${i}))))`;
      return [`${count(first)} AS y_${k}`, `${count(second ?? first)} AS x_${k}`];
    }
    case 'tally': {
      if (outcome.above !== null) params[`above${k}`] = outcome.above;
      if (outcome.cap !== null) params[`cap${k}`] = outcome.cap;
      const events = (i: number) =>
        outcome.above === null ? `seen_${i}` : `arraySlice(seen_${i}, 1, ${MAX_VALUES})`;
      const amount = outcome.above === null ? 'e.2' : `toFloat64(e.2 > {above${k}:Float64})`;
      const sum = `arraySum(e -> ${amount}, ${events(first)})`;
      const y = outcome.cap === null ? sum : `least(${sum}, {cap${k}:Float64})`;
      const counted = outcome.above === null ? 'e.2' : '1.0';
      const x = second === undefined ? '1.0' : `arraySum(e -> ${counted}, ${events(second)})`;
      return [`${boundedSql(y)} AS y_${k}`, `${boundedSql(x)} AS x_${k}`];
    }
  }
}

/** Larger numbers count as this one: their squares, summed up, must fit into a decimal. */
const LARGEST = '1e24';
const boundedSql = (number: string): string =>
  `ifNotFinite(greatest(-${LARGEST}, least(${LARGEST}, ${number})), 0)`;

function anyColumns(
  afterMs: number | undefined,
  k: number,
  source: number,
  params: { [name: string]: number },
): string[] {
  if (afterMs === undefined) return [`last_${source} >= entry - {same_batch:Int64} AS hit_${k}`];
  params[`after${k}`] = afterMs;
  return [`last_${source} >= entry + {after${k}:Int64} AS hit_${k}`];
}

/** Each step is the first such event at or after the one before; one event twice is two moments. */
function stepColumns(
  windowMs: number,
  k: number,
  sources: readonly number[],
  params: { [name: string]: number },
): string[] {
  params[`window${k}`] = windowMs;
  const steps = sources.map((source, i) => {
    if (i === 0) return `arrayFirst(e -> 1, seen_${source}).1 AS step_${k}_0`;
    const before = `step_${k}_${i - 1}`;
    const isAfter = sources.slice(0, i).includes(source) ? '>' : '>=';
    return `if(${before} = 0, 0, arrayFirst(e -> e.1 ${isAfter} ${before}, seen_${source}).1) AS step_${k}_${i}`;
  });
  const last = `step_${k}_${sources.length - 1}`;
  return [...steps, `(${last} != 0 AND ${last} <= entry + {window${k}:Int64}) AS hit_${k}`];
}

/** Twenty decimal places, in 256 bits. */
const exactSql = (number: string): string => `toDecimal256(${number}, 20)`;

function tallySql(k: number, arm: 0 | 1): string[] {
  const sums = [`x_${k}`, `y_${k}`, `x_${k} * x_${k}`, `y_${k} * y_${k}`, `x_${k} * y_${k}`];
  return [
    exactSql(`sumIf(sign, arm = ${arm} AND y_${k} != 0)`),
    exactSql(`sumIf(sign, arm = ${arm})`),
    ...sums.map((sum) => `sumIf(${exactSql(`sign * (${sum})`)}, arm = ${arm})`),
  ];
}
