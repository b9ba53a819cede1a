// What is counted of people per hour, for comparisons with earlier times: SQL text with bound parameters. A guardrail is a
// rate y/x there: hours with such an event of the hours in which a person did anything at all, what was spent per such
// hour, values above the threshold of all values, sessions with such an event of all sessions.
import type { SqlParams, SqlPart } from './event-filter-sql.ts';
import type { ExposureQuestion } from './exposure-sql.ts';
import { ownersSql, peopleSql } from './exposure-sql.ts';
import type { Guardrail } from './guardrail.ts';
import type { Outcome } from './outcome.ts';
import { type Source, sourcesOf } from './outcome-sql.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** How long before a rollout people are held against themselves. */
const BEFORE_MS = 14 * DAY_MS;
/** Windows of the same day that tell how much weeks differ. */
const SPREAD_WINDOWS = 24;
const WEEKS = 4;

/** What has to be read for the rate of a guardrail; nothing of events for what another program counts. */
function readFor({ measure, event, filters }: Guardrail): Outcome[] {
  const match = { event, filters };
  switch (measure.kind) {
    case 'share':
    case 'conversion':
      return [{ kind: 'any', ...match }];
    case 'external':
      return [];
    case 'sessions':
      return [{ kind: 'sessions', ...match }];
    case 'latency':
      return [{ kind: 'spread', series: { ...match, property: measure.property }, level: 0 }];
    case 'mean': {
      const y = { ...match, property: measure.property };
      return [{ kind: 'tally', y, cap: null, above: null, x: measure.per }];
    }
  }
}

/** `y_k` and `x_k` of one person in one cell, from rows of {@link rowsSql}. */
function rateSql({ measure }: Guardrail, k: number, [first = 0, second]: readonly number[]) {
  const rates = (): [y: string, x: string] => {
    switch (measure.kind) {
      case 'share':
      case 'conversion':
        return [`toFloat64(max(is_${first}))`, '1.0'];
      case 'external':
        return ['0.0', '0.0'];
      case 'sessions':
        return [
          `toFloat64(uniqExactIf(amount, is_${first}))`,
          `toFloat64(uniqExactIf(amount, is_${second ?? first}))`,
        ];
      case 'latency':
        return [
          `toFloat64(countIf(is_${first} AND amount > {threshold${k}:Float64}))`,
          `toFloat64(countIf(is_${first}))`,
        ];
      case 'mean':
        return [
          `sumIf(amount, is_${first})`,
          second === undefined ? '1.0' : `sumIf(amount, is_${second})`,
        ];
    }
  };
  const [y, x] = rates();
  return `${y} AS y_${k}, ${x} AS x_${k}`;
}

/** Events of the environment within `when`; each that needs its properties once more, as in exposure-sql.ts. */
function rowsSql(sources: readonly Source[], when: string): string {
  const flagsOf = (text: (i: number) => string) =>
    sources.map((_, i) => `, ${text(i)} AS is_${i}`).join('');
  const from = `FROM events WHERE environment_id = {environment:UInt32} AND ${when}`;
  const columns = 'distinct_id, person_id, toUnixTimestamp64Milli(received_at) AS at';
  const plain = `SELECT ${columns}, 1.0 AS amount${flagsOf((i) => (sources[i]?.isPlain ? sources[i].condition.sql : '0'))} ${from}`;
  const narrowed = sources.flatMap(({ condition, isPlain, amount }, i) =>
    isPlain
      ? []
      : [
          `SELECT ${columns}, ${amount} AS amount${flagsOf((other) => (other === i ? '1' : '0'))} ${from} AND ${condition.sql}`,
        ],
  );
  return [plain, ...narrowed].join('\n  UNION ALL ');
}

const between = (from: string, to: string): string =>
  `received_at >= fromUnixTimestamp64Milli({${from}:Int64}) AND received_at < fromUnixTimestamp64Milli({${to}:Int64})
    AND timestamp >= fromUnixTimestamp64Milli({${from}:Int64} - ${DAY_MS})`;

/** Two sources may be one and the same row: whatever counts twice is told apart by its own source. */
function ratesOf(guardrails: readonly Guardrail[]) {
  const { sources, numbers } = sourcesOf(guardrails.flatMap(readFor));
  const found = numbers.values();
  const columns = guardrails
    .map((one, k) =>
      rateSql(
        one,
        k,
        readFor(one).flatMap(() => found.next().value ?? []),
      ),
    )
    .join(',\n    ');
  const params = Object.assign(
    {},
    ...sources.map(({ condition }) => condition.params),
    ...guardrails.map(({ measure }, k) =>
      measure.kind === 'latency' ? { [`threshold${k}`]: measure.threshold } : {},
    ),
  ) as SqlParams;
  return { sources, columns, params };
}

/**
 * People with the change, each against themselves in the fourteen days before `startedAtMs`: PAIR_COLUMNS numbers per
 * guardrail, one after the other. Whoever has no rate in one of the two times is left out.
 */
export function pairsSql(
  question: ExposureQuestion,
  guardrails: readonly Guardrail[],
  startedAtMs: number,
): SqlPart {
  const people = peopleSql(question, []);
  const { sources, columns, params } = ratesOf(guardrails);
  const pairs = guardrails.map(
    (_, k) => `sumIf(y_${k}, is_before) / sumIf(x_${k}, is_before) AS before_${k},
    sumIf(y_${k}, NOT is_before) / sumIf(x_${k}, NOT is_before) AS after_${k},
    isFinite(before_${k}) AND isFinite(after_${k}) AS is_pair_${k}, after_${k} - before_${k} AS d_${k}`,
  );
  const found = guardrails.map(
    (
      _,
      k,
    ) => `countIf(is_pair_${k}), sumIf(d_${k}, is_pair_${k}), sumIf(d_${k} * d_${k}, is_pair_${k}),
  sumIf(before_${k}, is_pair_${k}), sumIf(after_${k}, is_pair_${k}), countIf(is_pair_${k} AND after_${k} > 0)`,
  );
  const sql = `WITH ${people.sql},
treated AS (SELECT person_id, entry FROM person WHERE arm = 1),
owner AS (${ownersSql(question)}),
happened AS (
  ${rowsSql(
    sources,
    `(${between('before_from', 'before_to')} OR ${between('settled', 'watermark')})
    AND (person_id IN (SELECT person_id FROM treated)
      OR distinct_id IN (SELECT distinct_id FROM owner WHERE owner IN (SELECT person_id FROM treated)))`,
  )}
),
cell AS (
  SELECT if(o.distinct_id = '', h.person_id, o.owner) AS who, h.at < {before_to:Int64} AS is_before,
    ${columns}
  FROM happened AS h LEFT JOIN owner AS o ON h.distinct_id = o.distinct_id
  INNER JOIN treated AS t ON t.person_id = if(o.distinct_id = '', h.person_id, o.owner)
  WHERE is_before OR h.at >= t.entry
  GROUP BY who, is_before, intDiv(h.at, ${HOUR_MS})
),
pair AS (SELECT who, ${pairs.join(',\n    ')} FROM cell GROUP BY who)
SELECT ${found.join(',\n  ')} FROM pair`;
  const times = { before_from: startedAtMs - BEFORE_MS, before_to: startedAtMs };
  return { sql, params: { ...people.params, ...params, ...times } };
}

export type WeeksQuestion = {
  readonly environmentId: number;
  /** Events received from here on are of the present. */
  readonly settledAtMs: number;
  readonly watermarkMs: number;
  readonly windowMs: number;
};

/**
 * The windows up to the watermark that are over, and the same ones of the four weeks before: `[weeks ago, windows ago, y₁,
 * x₁, …]`. A window of before the stage settled is none of the present.
 */
export function weeksSql(question: WeeksQuestion, guardrails: readonly Guardrail[]): SqlPart {
  const { environmentId, settledAtMs, watermarkMs, windowMs } = question;
  const over = Math.max(0, Math.floor((watermarkMs - settledAtMs) / windowMs));
  const endMs = settledAtMs + over * windowMs;
  const { sources, columns, params } = ratesOf(guardrails);
  const weeks = Array.from({ length: WEEKS + 1 }, (_, week) => week);
  const spanMs = Math.min(SPREAD_WINDOWS * windowMs, WEEK_MS);
  const ends = weeks.map((week) => [`to_${week}`, endMs - week * WEEK_MS] as const);
  const starts = weeks.map((week) => {
    const fromMs = endMs - week * WEEK_MS - spanMs;
    return [`from_${week}`, week === 0 ? Math.max(fromMs, settledAtMs) : fromMs] as const;
  });
  const when = weeks.map((week) => `(${between(`from_${week}`, `to_${week}`)})`).join(' OR ');
  const sql = `WITH happened AS (${rowsSql(sources, `(${when})`)}),
cell AS (
  SELECT person_id, intDiv({end:Int64} - at - 1, ${WEEK_MS}) AS week,
    intDiv(({end:Int64} - at - 1) % ${WEEK_MS}, {window:Int64}) AS slot, ${columns}
  FROM happened GROUP BY person_id, week, slot
)
SELECT week, slot, ${guardrails.map((_, k) => `sum(y_${k}), sum(x_${k})`).join(', ')}
FROM cell GROUP BY week, slot ORDER BY week, slot`;
  return {
    sql,
    params: {
      environment: environmentId,
      end: endMs,
      window: windowMs,
      ...Object.fromEntries([...starts, ...ends]),
      ...params,
    },
  };
}
