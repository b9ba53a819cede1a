// The ways that begin at each entry, as SQL: one row per person with an array of ways, in the order of their
// entries.
//
// A person's events are one sorted array. From its end towards its beginning every event learns when the way
// that starts there reaches the steps after it: one pass over the array per step, however many events there are.
import {
  type FunnelSource,
  NEVER_MS,
  exclusionCode,
  stepOfKey,
  timeOfKey,
} from './funnel-rows-sql.ts';
import { strictRowsSql } from './funnel-strict-rows-sql.ts';

export type Ways = {
  /** A SELECT with `actor`, what the label is made of, and `ways`. */
  readonly sql: string;
  /** When a way reaches a step, if ever, within the window or not. @param step from 1 on */
  timeOf(way: string, step: number): string;
  /** Whether a way is spoilt by an exclusion. @param end of its window */
  spoiltSql(way: string, end: string): string;
  /** The label at the attributed step of a way. */
  labelOf(way: string): string;
};

export function waysSql(source: FunnelSource): Ways {
  switch (source.funnel.order) {
    case 'ordered':
      return orderedWays(source);
    case 'strict':
      return strictWays(source);
    case 'unordered':
      return unorderedWays(source);
  }
}

const NEVER = `toInt64(${NEVER_MS})`;

/** What a way knows, by name, and what stands for it where there is no way. */
type Part = { readonly name: string; readonly value: string; readonly none: string };

/** The parts that are known at the event of a step; the parts of the steps after it follow. */
function partsOf({ funnel }: FunnelSource, step: number): Part[] {
  const parts: Part[] = [{ name: `t${step}`, value: 't', none: NEVER }];
  for (const [i, { after }] of funnel.exclusions.entries()) {
    if (after === step) parts.push({ name: `x${i}`, value: `x${i}`, none: NEVER });
  }
  const { attribution, breakdown } = funnel;
  if (breakdown && attribution.kind === 'step' && attribution.step === step) {
    parts.push({ name: 'label', value: 'lb', none: `''` });
  }
  return parts;
}

const isByStep = ({ funnel }: FunnelSource): boolean =>
  funnel.breakdown !== undefined && funnel.attribution.kind === 'step';

function orderedWays(source: FunnelSource): Ways {
  const { funnel } = source;
  const key = isByStep(source) ? 'x.1' : 'x';
  const columns = [
    `arrayMap(x -> ${timeOfKey(key)}, a) AS ts`,
    `arrayMap(x -> ${stepOfKey(key)}, a) AS ss`,
    ...(isByStep(source) ? ['arrayMap(x -> x.2, a) AS lbs'] : []),
    ...funnel.exclusions.map(
      (_, i) =>
        `arrayReverseFill((v, s) -> s = ${exclusionCode(i)}, arrayMap((t, s) -> if(s = ${exclusionCode(i)}, t, ${NEVER}), ts, ss), ss) AS xs${i}`,
    ),
  ];
  const last = funnel.steps.length;
  for (let step = last; step >= 1; step -= 1) {
    const known = knownAt(source, step, step < last ? `n${step + 1}` : undefined);
    const here = `arrayMap((${known.names}) -> if(s = ${step}, ${known.tuple}, ${known.none}), ${known.arrays})`;
    columns.push(
      step > 1
        ? `arrayReverseFill((v, s) -> s = ${step}, ${here}, ss) AS n${step}`
        : `arrayFilter((v, s) -> s = 1 AND v.1 < ${source.params.int(funnel.range.toMs)}, ${here}, ss) AS ways`,
    );
  }
  return waysOf(
    source,
    `SELECT *, ${columns.join(',\n  ')}\nFROM (${groupedSql(source, ORDERED(source))})`,
  );
}

/** The tuple that an event of a step makes: its own parts and those of the way from there on. */
function knownAt(source: FunnelSource, step: number, next: string | undefined) {
  const own = partsOf(source, step);
  const later = next === undefined ? [] : laterParts(source, step + 1);
  const values = [...own.map(({ value }) => value), ...later.map((_, i) => `n.${i + 1}`)];
  const none = [...own, ...later].map((part) => part.none);
  const used = own.filter(({ value }) => value !== 't');
  const arrayOf = (value: string) => (value === 'lb' ? 'lbs' : value.replace('x', 'xs'));
  return {
    tuple: `tuple(${values.join(', ')})`,
    none: `tuple(${none.join(', ')})`,
    names: ['t', 's', ...used.map(({ value }) => value), ...(next ? ['n'] : [])].join(', '),
    arrays: ['ts', 'ss', ...used.map(({ value }) => arrayOf(value)), ...(next ? [next] : [])].join(
      ', ',
    ),
  };
}

function laterParts(source: FunnelSource, from: number): Part[] {
  return source.funnel.steps.flatMap((_, i) => (i + 1 >= from ? partsOf(source, i + 1) : []));
}

/** Access to ways whose parts follow each other in one tuple. */
function waysOf(source: FunnelSource, sql: string): Ways {
  const parts = laterParts(source, 1);
  const placeOf = (name: string) => parts.findIndex((part) => part.name === name) + 1;
  const timeOf = (way: string, step: number) => `${way}.${placeOf(`t${step}`)}`;
  return {
    sql,
    timeOf,
    labelOf: (way) => `${way}.${placeOf('label')}`,
    spoiltSql: (way, end) => {
      const spoilt = source.funnel.exclusions.map(({ after, before }, i) => {
        const excludedAt = `${way}.${placeOf(`x${i}`)}`;
        const arrivesAt = timeOf(way, before);
        const isBetween = `if(${arrivesAt} <= ${end}, ${excludedAt} < ${arrivesAt}, ${excludedAt} <= ${end})`;
        return `(${timeOf(way, after)} <= ${end} AND ${isBetween})`;
      });
      return spoilt.length === 0 ? '0' : `(${spoilt.join(' OR ')})`;
    },
  };
}

/** The next event must be the next step. */
function strictWays(source: FunnelSource): Ways {
  const { funnel } = source;
  const columns = [
    'arrayMap(x -> x.1, a) AS ts',
    'arrayMap(x -> x.3, a) AS ss',
    ...(isByStep(source) ? ['arrayMap(x -> x.4, a) AS lbs'] : []),
  ];
  const last = funnel.steps.length;
  for (let step = last; step >= 1; step -= 1) {
    const known = knownAt(source, step, step < last ? `n${step + 1}` : undefined);
    const here = `arrayMap((${known.names}) -> if(bitTest(s, ${step - 1}), ${known.tuple}, ${known.none}), ${known.arrays})`;
    columns.push(
      step > 1
        ? `arrayPushBack(arrayPopFront(${here}), ${known.none}) AS n${step}`
        : `arrayFilter(v -> v.1 < ${source.params.int(funnel.range.toMs)}, ${here}) AS ways`,
    );
  }
  return waysOf(
    source,
    `SELECT *, ${columns.join(',\n  ')}\nFROM (${groupedSql(source, STRICT(source))})`,
  );
}

/** Each event learns when every step happens next; the earliest of them is the first step of its way. */
function unorderedWays(source: FunnelSource): Ways {
  const { funnel } = source;
  const nexts = funnel.steps.map(
    (_, i) =>
      `arrayReverseFill((v, s) -> s = ${i + 1}, arrayMap((t, s) -> if(s = ${i + 1}, t, ${NEVER}), ts, ss), ss) AS n${i + 1}`,
  );
  const names = funnel.steps.map((_, i) => `n${i + 1}`).join(', ');
  const args = funnel.steps.map((_, i) => `v${i + 1}`).join(', ');
  const columns = [
    `arrayMap(x -> ${timeOfKey('x')}, a) AS ts`,
    `arrayMap(x -> ${stepOfKey('x')}, a) AS ss`,
    ...nexts,
    // Of what happens in the same millisecond only the first place knows all of it.
    `arrayFilter((w, nth) -> nth = 1 AND w[1] < ${source.params.int(funnel.range.toMs)}, arrayMap((${args}) -> arraySort([${args}]), ${names}), arrayEnumerateUniq(ts)) AS ways`,
  ];
  return {
    sql: `SELECT *, ${columns.join(',\n  ')}\nFROM (${groupedSql(source, ORDERED(source))})`,
    timeOf: (way, step) => `${way}[${step}]`,
    labelOf: () => `''`,
    spoiltSql: () => '0',
  };
}

/** Rows of events, and what of them goes into a person's array. */
type Rows = {
  readonly sql: string;
  readonly item: readonly string[];
  /** When it happened, and whether it was a step. */
  readonly at: string;
  readonly isStep: string;
};

const ORDERED = (source: FunnelSource): Rows => ({
  sql: source.keyed(),
  item: ['k'],
  at: timeOfKey('k'),
  isStep: `${stepOfKey('k')} <= ${source.funnel.steps.length}`,
});

const STRICT = (source: FunnelSource): Rows => ({
  sql: strictRowsSql(source),
  item: ['at', 'id', 'm'],
  at: 'at',
  isStep: 'm > 0',
});

/** One row per person (per value, where each counts by itself): the sorted array, and the label's columns. */
function groupedSql(source: FunnelSource, rows: Rows): string {
  const { breakdown, funnel } = source;
  const item = (parts: readonly string[]) =>
    parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`;
  const array = (parts: readonly string[]) => `arraySort(groupArray(${item(parts)})) AS a`;
  if (!breakdown) return `SELECT actor, ${array(rows.item)} FROM (${rows.sql}) GROUP BY actor`;
  const labelled = `SELECT *, ${breakdown.label} AS label FROM (${rows.sql})`;
  switch (funnel.attribution.kind) {
    case 'all_events':
      return `SELECT actor, label, ${array(rows.item)} FROM (${labelled}) GROUP BY actor, label`;
    case 'step':
      return `SELECT actor, ${array([...rows.item, 'label'])} FROM (${labelled}) GROUP BY actor`;
    default: {
      const fn = funnel.attribution.kind === 'first_touch' ? 'min' : 'max';
      const touch = `${fn}If((${rows.at}, ${breakdown.names.join(', ')}), ${rows.isStep} AND ${breakdown.isSet}) AS touch`;
      const values = breakdown.names.map((name, i) => `touch.${i + 2} AS ${name}`);
      return `SELECT actor, a, ${values.join(', ')} FROM (
  SELECT actor, ${array(rows.item)}, ${touch} FROM (${rows.sql}) GROUP BY actor)`;
    }
  }
}
