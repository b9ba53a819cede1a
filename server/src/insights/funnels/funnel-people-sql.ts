// Everybody's way through a funnel as SQL: one row per person (or group, session) with `actor`, `label`, `level`
// (the furthest step) and `t1`, `t2`, … (when each step was reached, milliseconds since the epoch).
import type { Buckets } from '../time/buckets.ts';
import { NO_VALUE } from '../sql/breakdown.ts';
import { type Ways, waysSql } from './funnel-ways-sql.ts';
import { type FunnelSource, NEVER_MS } from './funnel-rows-sql.ts';
import type { Funnel } from './funnel.ts';

/** The way that counts, of everybody. */
export function funnelPeopleSql(source: FunnelSource): string {
  const { steps } = source.funnel;
  const ways = waysSql(source);
  const reached = `[${steps.map((_, i) => ways.timeOf('p', i + 1)).join(', ')}][level]`;
  const chosen = `SELECT *, arrayMap(p -> ${levelSql(source.funnel, ways)}, ways) AS levels,
  arrayMax(levels) AS level,
  arrayMin(arrayMap((p, l) -> if(l = level, ${reached}, ${NEVER_MS}), ways, levels)) AS done,
  arrayLast((p, l) -> l = level AND ${reached} = done, ways, levels) AS chosen
FROM (${ways.sql}) WHERE notEmpty(ways)`;
  const times = steps.map((_, i) => `${ways.timeOf('chosen', i + 1)} AS t${i + 1}`);
  return `SELECT actor, ${labelSql(source, ways)} AS label, level, ${times.join(', ')} FROM (${chosen}) WHERE level > 0`;
}

/** Every entry: `actor`, `label`, `entered` (milliseconds since the epoch) and its `level`; 0 when spoilt. */
function funnelEntriesSql(source: FunnelSource): string {
  const ways = waysSql(source);
  const each = `SELECT *, arrayJoin(ways) AS p FROM (${ways.sql})`;
  return `SELECT actor, ${personLabelSql(source)} AS label, ${ways.timeOf('p', 1)} AS entered,
  ${levelSql(source.funnel, ways)} AS level FROM (${each})`;
}

/** Everybody in each interval in which they entered: `actor`, `label`, `bucket` and the `furthest` step. */
export function funnelPeriodsSql(source: FunnelSource, buckets: Buckets): string {
  const bucket = buckets.indexSql('fromUnixTimestamp64Milli(entered)', source.params);
  return `SELECT actor, label, ${bucket} AS bucket, max(level) AS furthest
FROM (${funnelEntriesSql(source)}) GROUP BY actor, label, bucket`;
}

/** The furthest step that a way `p` reaches within the window; 0 when it is spoilt. */
function levelSql({ steps, windowMs }: Funnel, ways: Ways): string {
  const end = `${ways.timeOf('p', 1)} + ${windowMs}`;
  const reached = steps.map((_, i) => `(${ways.timeOf('p', i + 1)} <= ${end})`).join(' + ');
  const spoilt = ways.spoiltSql('p', end);
  return spoilt === '0' ? `toUInt8(${reached})` : `if(${spoilt}, 0, toUInt8(${reached}))`;
}

function labelSql(source: FunnelSource, ways: Ways): string {
  const { attribution, breakdown } = source.funnel;
  if (!breakdown || attribution.kind !== 'step') return personLabelSql(source);
  return `if(level >= ${attribution.step}, ${ways.labelOf('chosen')}, '${NO_VALUE}')`;
}

function personLabelSql({ funnel, breakdown }: FunnelSource): string {
  if (!breakdown) return `''`;
  return funnel.attribution.kind === 'all_events' ? 'label' : breakdown.label;
}
