// What the guardrails of a plan measured lately, among people of a day: read in three questions however many
// guardrails there are. For forecasts and for people to read; nothing here decides.
import type { RatioSums } from '#stats/half-normal';
import { type Past, pastSql } from './baseline.query.ts';
import { type SqlParams, seriesSql } from './event-filter-sql.ts';
import type { EventMatch, Guardrail, Series } from './guardrail.ts';
import { ask } from './metrics.query.ts';
import { byCallersSql, callersParams, type FlagUse } from './population.query.ts';
import type { Recent } from './recent.ts';

/** A question about all that is measured; null `flag`: among everybody. */
type Asked = { readonly past: Past; readonly flag: FlagUse | null };

function withinSql({ past, flag }: Asked) {
  const { within, perDay, params } = pastSql(past);
  return {
    sql: `${within}${flag === null ? '' : byCallersSql(flag, past)}`,
    perDay,
    params: { ...params, ...(flag === null ? {} : callersParams(flag, past)) } as SqlParams,
  };
}

/** What was measured of each guardrail, in their order. */
export async function measureRecent(
  past: Past,
  flag: FlagUse | null,
  guardrails: readonly Guardrail[],
): Promise<Recent[]> {
  const asked = { past, flag };
  const percentiles = await readPercentiles(asked, guardrails);
  const shares = await readShares(asked, guardrails, percentiles);
  const sums = await readSums(asked, guardrails);
  return guardrails.map((guardrail, index) => {
    const { people, affected } = shares[index] ?? { people: 0, affected: [] };
    const [hurt = 0, fast, slow] = affected;
    const share = people > 0 ? hurt / people : null;
    const own = sums[index] ?? null;
    const percentile = percentiles[index] ?? null;
    const values = {
      mean: own && ratioOf(own),
      latency: percentile,
      sessions: part(fast, slow ?? 0),
      external: null,
    };
    const { kind } = guardrail.measure;
    const value = kind === 'share' || kind === 'conversion' ? share : values[kind];
    const isLatency = kind === 'latency';
    return {
      people,
      affected: hurt,
      value,
      share,
      shareBelow: isLatency ? part(fast, people) : null,
      shareAbove: isLatency ? part(slow, people) : null,
      sums: own,
    };
  });
}

const part = (count: number | undefined, people: number): number | null =>
  count === undefined || people === 0 ? null : count / people;

const ratioOf = ({ sx, sy }: RatioSums): number | null => (sx > 0 ? sy / sx : null);

const numbersOf = ({ event, filters, measure }: Guardrail): Series => ({
  event,
  filters,
  property: measure.kind === 'latency' || measure.kind === 'mean' ? measure.property : null,
});

/** The percentile of each latency guardrail; null of the others and without numbers. */
async function readPercentiles(
  asked: Asked,
  guardrails: readonly Guardrail[],
): Promise<(number | null)[]> {
  const parts = guardrails.flatMap((guardrail, index) => {
    const { measure } = guardrail;
    if (measure.kind !== 'latency') return [];
    const { sql, params, amount } = seriesSql(numbersOf(guardrail), `own${index}`);
    const column = `if(countIf(${sql}) = 0, NULL, quantileTDigestIf({level${index}:Float64})(ifNull(${amount}, 0), ${sql}))`;
    return [{ index, column, params: { ...params, [`level${index}`]: measure.level } }];
  });
  const row = await readRow(asked, parts);
  return guardrails.map((_, index) => {
    const at = parts.findIndex((one) => one.index === index);
    return at < 0 ? null : (row[at] ?? null);
  });
}

/**
 * People of a day in all, and those with the outcome; of durations also those above the percentile with red taken off
 * and put on, of sessions those with the outcome and all.
 */
async function readShares(
  asked: Asked,
  guardrails: readonly Guardrail[],
  percentiles: readonly (number | null)[],
): Promise<{ people: number; affected: (number | undefined)[] }[]> {
  const { perDay } = pastSql(asked.past);
  const parts = guardrails.flatMap((guardrail, index) => {
    const part = (sql: string, params: SqlParams) => ({
      column: `toFloat64(uniqIf(${perDay}, ${sql}))`,
      params,
      index,
    });
    const match: EventMatch = guardrail;
    const { sql, params, amount } = seriesSql(numbersOf(guardrail), `own${index}`);
    if (guardrail.measure.kind !== 'latency') {
      const plain = seriesSql({ ...match, property: null }, `own${index}`);
      const own = part(plain.sql, plain.params);
      if (guardrail.measure.kind !== 'sessions') return [own];
      const sessions = (condition: string) =>
        `toFloat64(uniqIf(session_id, session_id != '' AND ${condition}))`;
      return [
        own,
        { index, column: sessions(plain.sql), params: {} },
        { index, column: sessions('1'), params: {} },
      ];
    }
    const threshold = percentiles[index] ?? 0;
    const margin = guardrail.bands?.scale === 'difference' ? guardrail.bands.red : 0;
    return [threshold, threshold - margin, threshold + margin].map((limit, at) => {
      const name = `limit${index}_${at}`;
      return part(`${sql} AND ${amount} > {${name}:Float64}`, { ...params, [name]: limit });
    });
  });
  const everybody = { index: -1, column: `toFloat64(uniq(${perDay}))`, params: {} };
  const [people = 0, ...counts] = await readRow(asked, [everybody, ...parts]);
  return guardrails.map((_, index) => ({
    people: people ?? 0,
    affected: parts.flatMap((one, at) => (one.index === index ? [counts[at] ?? 0] : [])),
  }));
}

type Column = { readonly index: number; readonly column: string; readonly params: SqlParams };

async function readRow(asked: Asked, parts: readonly Column[]): Promise<(number | null)[]> {
  if (parts.length === 0) return [];
  const within = withinSql(asked);
  const columns = parts.map(({ column }) => column).join(',\n  ');
  const sql = `SELECT ${columns}\nFROM events WHERE ${within.sql}`;
  const params = Object.assign({}, within.params, ...parts.map((one) => one.params)) as SqlParams;
  const { clickhouse, signal } = asked.past;
  const [row] = await ask<(number | null)[]>(clickhouse, { sql, params }, signal, 'report');
  return row ?? [];
}

/** Sums over people of a day of what each did; null of guardrails that are no sum. */
async function readSums(
  asked: Asked,
  guardrails: readonly Guardrail[],
): Promise<(RatioSums | null)[]> {
  const sums = guardrails.flatMap((guardrail, index) => {
    const { measure } = guardrail;
    if (measure.kind !== 'mean') return [];
    const y = seriesSql(numbersOf(guardrail), `own${index}`);
    const x = measure.per && seriesSql(measure.per, `per${index}`);
    const cap = measure.cap === null ? '' : `least({cap${index}:Float64}, `;
    const sumY = `sumIf(ifNull(${y.amount}, 0), ${y.sql})`;
    return [
      {
        index,
        inner: [
          `${cap}${sumY}${cap === '' ? '' : ')'} AS y${index}`,
          `${x ? `sumIf(ifNull(${x.amount}, 0), ${x.sql})` : '1.0'} AS x${index}`,
        ],
        params: {
          ...y.params,
          ...x?.params,
          ...(measure.cap === null ? {} : { [`cap${index}`]: measure.cap }),
        },
      },
    ];
  });
  if (sums.length === 0) return guardrails.map(() => null);
  const within = withinSql(asked);
  const outer = sums.flatMap(({ index: i }) =>
    [`x${i}`, `y${i}`, `x${i} * x${i}`, `y${i} * y${i}`, `x${i} * y${i}`].map(
      (one) => `sum(${one})`,
    ),
  );
  const sql = `SELECT toFloat64(count()), ${outer.join(', ')} FROM (
  SELECT ${sums.flatMap(({ inner }) => inner).join(', ')}
  FROM events WHERE ${within.sql} GROUP BY ${within.perDay})`;
  const params = Object.assign({}, within.params, ...sums.map((one) => one.params)) as SqlParams;
  const { clickhouse, signal } = asked.past;
  const [row = []] = await ask<number[]>(clickhouse, { sql, params }, signal, 'report');
  const [n = 0, ...totals] = row;
  return guardrails.map((_, index) => {
    const at = sums.findIndex((one) => one.index === index);
    if (at < 0) return null;
    const [sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0] = totals.slice(5 * at, 5 * at + 5);
    return { n, sx, sy, sxx, syy, sxy };
  });
}
