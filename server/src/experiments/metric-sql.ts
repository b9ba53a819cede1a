// A metric's sufficient statistics per variant, from the event store in one statement. The rules are those of
// sufficient-statistics.ts, against which experiment-sql.query.test.ts checks it.
import {
  EventSource,
  type Scope,
  type Sql,
  SqlParams,
  nodeSql,
  numberSql,
} from '#insights/event-sql';
import type { EventsNode } from '#insights/question';
import { type ExposureQuestion, exposedSql, exposuresEndMs, unitOf } from './exposure-sql.ts';
import { PARTS, TOP, TOP_LEVEL } from './distribution.ts';
import type { Metric } from './metric.ts';
import {
  type MetricSql,
  funnelSql,
  meanSql,
  quantileSql,
  ratioSql,
  retentionSql,
} from './unit-sql.ts';
import { MULTIPLE, spanMs } from './unit-values.ts';

export type MetricQuestion = {
  readonly exposure: ExposureQuestion;
  readonly metric: Metric;
  /** Only who had the whole window counts. */
  readonly onlyMatured: boolean;
};

const DAY_MS = 86_400_000;
/** Levels of a breakdown beyond these are told as one. */
const MAX_LEVELS = 20;
const OTHER_LEVEL = '$$_other_$$';

/** The window of a metric after the first exposure, in milliseconds; undefined: until the end. */
function windowMsOf(metric: Metric): number | undefined {
  const { conversion_window: value, conversion_window_unit: unit } = metric;
  return value === undefined || unit === undefined ? undefined : spanMs({ value, unit });
}

/** How long after the first exposure a metric begins to count, in milliseconds; before it when negative. */
export function delayMsOf({ window_delay: value, window_delay_unit: unit }: Metric): number {
  return value === undefined || unit === undefined ? 0 : spanMs({ value, unit });
}

/** How long after the end of exposures a metric's numbers still change, in milliseconds. */
export function settlingMsOf(metric: Metric): number {
  const window = windowMsOf(metric);
  if (metric.metric_type !== 'retention') {
    return window === undefined ? 0 : Math.max(0, window + delayMsOf(metric));
  }
  const { retention_window_end: value, retention_window_unit: unit } = metric;
  return spanMs({ value: value + 2, unit });
}

/** What of a metric's kind the statement is made of, each with its field; of a funnel one per step. */
export function nodesOf(metric: Metric): { readonly node: EventsNode; readonly attr: string }[] {
  switch (metric.metric_type) {
    case 'mean':
    case 'quantile':
      return [{ node: metric.source, attr: 'source' }];
    case 'funnel':
      return metric.series.map((node, i) => ({ node, attr: `series.${i}` }));
    case 'ratio':
      return [
        { node: metric.numerator, attr: 'numerator' },
        { node: metric.denominator, attr: 'denominator' },
      ];
    case 'retention':
      return [
        { node: metric.start_event, attr: 'start_event' },
        { node: metric.completion_event, attr: 'completion_event' },
      ];
  }
}

function unitSqlOf(metric: Metric, params: SqlParams, zone: string): MetricSql {
  switch (metric.metric_type) {
    case 'mean':
      return meanSql(metric, params, zone);
    case 'quantile':
      return quantileSql(metric, params, zone);
    case 'funnel':
      return funnelSql(metric, params);
    case 'ratio':
      return ratioSql(metric, params, zone);
    case 'retention':
      return retentionSql(metric, params, zone);
  }
}

/** One row is `[variant, level, epoch, …]`, what follows as {@link readStatistics} takes it. */
export function metricSql(question: MetricQuestion, scope: Scope): Sql {
  const { params, members, kind, asOf, breakdowns } = membersSql(question, scope);
  return params.statement(`${members}${kind.more({ asOf, isMatured: question.onlyMatured })}
SELECT variant, ${levelSql(breakdowns.length > 0)} AS told, epoch, ${kind.statistics}
FROM ${kind.from} GROUP BY variant, told, epoch`);
}

/** How the values of single people lie; rows as {@link distributionOf} takes them. Values are not drawn in. */
export function distributionSql(question: MetricQuestion, scope: Scope): Sql {
  const { params, members } = membersSql(question, scope);
  const [low, width, whole] = ['low', 'width', 'whole'].map(
    (name) => `(SELECT ${name} FROM part_of)`,
  );
  // Compared before it becomes a whole number: far above the last part there is none that is large enough.
  const part = `toInt32(least(${PARTS - 1}, floor((y - ${low}) / ${width})))`;
  return params.statement(`${members},
span AS (SELECT min(y) AS low, ifNotFinite(quantileExact(${TOP_LEVEL})(y), 0) AS high, min(y = floor(y)) AS whole
  FROM member WHERE y != 0),
part_of AS (SELECT low, whole, (high - low) / ${PARTS} AS fitting,
  if(whole, greatest(1, ceil(fitting)), if(fitting > 0, fitting, 1)) AS width FROM span)
SELECT variant, if(y = 0, -1, ${part}) AS part, count(), sum(y),
  arrayMap(one -> -one, groupArraySorted(${TOP})(-y)), ${low}, ${width}, ${whole}
FROM member GROUP BY variant, part`);
}

/** Everybody who is analysed, one row each with what they did (`member`). */
function membersSql({ exposure, metric, onlyMatured }: MetricQuestion, scope: Scope) {
  const params = new SqlParams();
  const asOf = params.int(exposure.asOfMs);
  const end = params.int(exposuresEndMs(exposure));
  const windowMs = windowMsOf(metric);
  const zone = params.string(scope.calendar.timeZone);
  const kind = unitSqlOf(metric, params, zone);
  const window = windowMs === undefined ? undefined : params.int(windowMs);
  const delay = params.int(delayMsOf(metric));
  const until = window === undefined ? end : `least(t0 + ${window}, ${asOf})`;
  const breakdowns = metric.breakdownFilter?.breakdowns.map(({ property }) => property) ?? [];
  const isMatured = onlyMatured && window !== undefined && metric.metric_type !== 'retention';
  const isAnalysed = [
    `variant != '${MULTIPLE}'`,
    ...(isMatured ? [`t0 + ${delay} + ${window} <= ${asOf}`] : []),
  ].join(' AND ');
  const unit = `SELECT x.unit AS unit, any(x.variant) AS variant, any(x.level) AS level,
  any(x.epoch) AS epoch, any(x.t0) AS t0, ${kind.perUnit({ until: until.replaceAll('t0', 'x.t0'), asOf, end })}
FROM (SELECT unit, variant, level, epoch, e0, t0 + ${delay} AS t0 FROM (SELECT * FROM exposed WHERE ${isAnalysed})) AS x
LEFT JOIN (${eventsSql({ exposure, metric }, scope, params)}) AS m ON m.unit = x.unit
GROUP BY unit`;
  const members = `WITH exposed AS (${exposedSql(exposure, breakdowns, { scope, params })}),
member AS (${unit})`;
  return { params, members, kind, asOf, breakdowns };
}

function levelSql(isTold: boolean): string {
  if (!isTold) return "CAST([], 'Array(String)')";
  const largest = `SELECT level FROM exposed WHERE variant != '${MULTIPLE}' GROUP BY level ORDER BY count() DESC, level LIMIT ${MAX_LEVELS}`;
  return `if(level IN (${largest}), level, ['${OTHER_LEVEL}'])`;
}

/** The events of the metric around the exposures: who, when, which of its parts, and their numbers. */
function eventsSql(
  { exposure, metric }: Omit<MetricQuestion, 'onlyMatured'>,
  scope: Scope,
  params: SqlParams,
): string {
  const source = new EventSource(scope, params);
  const nodes = nodesOf(metric);
  const conditions = nodes.map(({ node, attr }) => nodeSql(node, source, attr));
  const before = metric.cuped?.enabled ? metric.cuped.lookback_days : 0;
  const values = nodes.map(({ node }, i) => {
    const key = (node as { readonly math_property?: string }).math_property;
    return `${key === undefined ? "CAST(NULL, 'Nullable(Float64)')" : numberOf(source, key)} AS v${i}`;
  });
  const { unit, conditions: owned } = unitOf(exposure, source);
  const earlier = Math.max(before * DAY_MS, -delayMsOf(metric));
  const range = { fromMs: exposure.startMs - earlier, toMs: lastMs(exposure, metric) };
  const within = source.within(range);
  const is = conditions.map((one, i) => `${one} AS is${i}`);
  return `SELECT ${unit} AS unit, toUnixTimestamp64Milli(e.timestamp) AS at, toString(e.uuid) AS uuid,
  e.session_id AS session, ${[...is, ...values].join(', ')}
FROM ${source.from()} WHERE ${[...within, ...owned].join(' AND ')} AND (${conditions.map((_, i) => `is${i}`).join(' OR ')})`;
}

function lastMs(exposure: ExposureQuestion, metric: Metric): number {
  const endMs = exposuresEndMs(exposure);
  return Math.min(exposure.asOfMs, endMs + settlingMsOf(metric));
}

const numberOf = (source: EventSource, key: string) => numberSql(source.eventValue(key));
