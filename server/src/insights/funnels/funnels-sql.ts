// The numbers of a funnel as one statement each: how many reach every step, how long it takes them, and how that
// changes over time.
import type { Buckets } from '../time/buckets.ts';
import { otherLabel } from '../sql/breakdown.ts';
import { funnelPeopleSql, funnelPeriodsSql } from './funnel-people-sql.ts';
import { FunnelSource } from './funnel-rows-sql.ts';
import type { Funnel } from './funnel.ts';
import { functionSql } from '../sql/measure.ts';
import type { Scope } from '../scope.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';

/**
 * Rows `[label, n1, n2, …, avg2, median2, avg3, median3, …]`: how many reached each step, and the seconds from
 * the step before it. The labels with the most people come first; the rest is one.
 */
export function funnelStepsSql(funnel: Funnel, scope: Scope): Sql {
  const params = new SqlParams();
  const people = funnelPeopleSql(new FunnelSource(funnel, scope, params));
  const steps = funnel.steps.map((_, i) => i + 1);
  const counts = steps.map((step) => `countIf(level >= ${step})`);
  const seconds = steps.slice(1).flatMap((step) => {
    const value = `if(level >= ${step}, (t${step} - t${step - 1}) / 1000, NULL)`;
    return (['avg', 'median'] as const).map((fn) => functionSql(fn, value));
  });
  if (!funnel.breakdown) {
    const columns = [...counts, ...seconds.map(({ whole }) => whole)];
    return params.statement(`SELECT '' AS label, ${columns.join(', ')} FROM (${people})`);
  }
  const parts = [
    ...counts.map((count, i) => `${count} AS n${i + 1}`),
    ...seconds.map(({ part }, i) => `${part} AS s${i}`),
  ];
  const byLabel = `SELECT label, ${parts.join(', ')} FROM (${people}) GROUP BY label`;
  const placed = `SELECT *, row_number() OVER (ORDER BY n1 DESC, label) AS place FROM (${byLabel})`;
  const merged = [
    ...counts.map((_, i) => `sum(n${i + 1})`),
    ...seconds.map(({ merge }, i) => merge(`s${i}`)),
  ];
  const other = params.string(otherLabel(funnel.breakdown));
  return params.statement(
    `SELECT if(place <= ${funnel.breakdown.limit}, label, ${other}) AS shown, ${merged.join(', ')}
FROM (${placed}) GROUP BY shown ORDER BY min(place)`,
  );
}

/** Steps between which time is measured, or people are counted; from 1 on. */
export type Stretch = { readonly from: number; readonly to: number };

/**
 * Rows `[bin, people, start of the first bin, length of a bin, average]`, in seconds, of those who get through.
 * @param bins undefined: about as many as the cube root of the people, 60 at most
 */
export function timeToConvertSql(
  funnel: Funnel,
  { from, to }: Stretch,
  bins: number | undefined,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const people = funnelPeopleSql(new FunnelSource(funnel, scope, params));
  const times = `SELECT (t${to} - t${from}) / 1000 AS seconds,
  floor(min(seconds) OVER ()) AS first, ceil(max(seconds) OVER ()) AS last, count() OVER () AS n,
  avg(seconds) OVER () AS mean FROM (${people}) WHERE level >= ${to}`;
  const count =
    bins === undefined ? 'least(60, greatest(1, ceil(cbrt(n))))' : params.add('UInt32', bins);
  return params.statement(
    `SELECT toUInt32(least(floor((seconds - first) / length), ${count} - 1)) AS bin, count(), any(first),
  any(length), any(mean), any(${count})
FROM (SELECT *, greatest(1, ceil((last - first) / ${count})) AS length FROM (${times})) GROUP BY bin ORDER BY bin`,
  );
}

/** Rows `[bucket, label, entered, converted]` by when people entered; the largest labels, the rest as one. */
export function funnelTrendSql(
  funnel: Funnel,
  { from, to }: Stretch,
  buckets: Buckets,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const people = funnelPeriodsSql(new FunnelSource(funnel, scope, params), buckets);
  const cells = `SELECT label, bucket, countIf(furthest >= ${from}) AS entered, countIf(furthest >= ${to}) AS converted
FROM (${people}) GROUP BY label, bucket HAVING entered > 0`;
  if (!funnel.breakdown) {
    return params.statement(`SELECT bucket, label, entered, converted FROM (${cells})`);
  }
  const totals = `SELECT *, sum(entered) OVER (PARTITION BY label) AS total FROM (${cells})`;
  const placed = `SELECT *, dense_rank() OVER (ORDER BY total DESC, label) AS place FROM (${totals})`;
  const other = params.string(otherLabel(funnel.breakdown));
  return params.statement(
    `SELECT bucket, if(place <= ${funnel.breakdown.limit}, label, ${other}) AS shown, sum(entered), sum(converted)
FROM (${placed}) GROUP BY bucket, shown ORDER BY min(place), bucket`,
  );
}
