// Who was exposed to which variant, since when: SQL text with bound parameters. The rules are those of
// unit-values.ts, against which experiment-sql.query.test.ts checks it.
import type { SqlParams } from '#insights/event-sql';
import { EventSource, type Scope, narrowingSql, nodeSql, textSql } from '#insights/event-sql';
import type { EventsNode, FilterGroup, Filters } from '#insights/question';
import { MULTIPLE } from './unit-values.ts';

export const FLAG_CALLED = '$feature_flag_called';

/** The one variant of whoever comes, where an experiment is only planned. */
export const EVERYONE = 'everyone';

export type ExposureQuestion = {
  readonly flagKey: string;
  readonly variants: readonly string[];
  /** Whoever has the event counts, whatever a flag gave them. */
  readonly isOfEveryone?: true;
  readonly startMs: number;
  readonly endMs: number | null;
  /** The moment that the numbers stand for: what happened from then on does not count. */
  readonly asOfMs: number;
  /** Which type of group is given a variant as a whole; undefined: each person for themselves. */
  readonly groupTypeIndex?: number | undefined;
  /** The holdout whose people are counted beside the variants. */
  readonly holdoutId?: number | undefined;
  readonly event: string;
  readonly properties?: Filters | undefined;
  /** Whoever was exposed enters when they first do this. */
  readonly activation?: EventsNode | undefined;
  /** When the shares of the variants were changed, in milliseconds, in order. */
  readonly changesMs?: readonly number[] | undefined;
  readonly multipleVariantHandling: 'exclude' | 'first_seen';
  readonly filterTestAccounts: boolean;
  /** Ids for which somebody has decided by hand what they get: whoever owns one is left out. */
  readonly leftOutIds: readonly string[];
};

/** When exposures end: at the stop, or at the moment that the numbers stand for. */
export function exposuresEndMs({ endMs, asOfMs }: ExposureQuestion): number {
  return Math.min(endMs ?? Number.POSITIVE_INFINITY, asOfMs);
}

/** Who is given a variant and counted, and what makes an event theirs. */
export function unitOf({ groupTypeIndex }: ExposureQuestion, source: EventSource) {
  if (groupTypeIndex === undefined) return { unit: source.person, conditions: [] };
  const unit = source.groupKey(groupTypeIndex, 'feature_flag_key');
  return { unit, conditions: [`${unit} != ''`] };
}

/** The text of an exposing event's variant, and the conditions that make it one. */
function exposure(question: ExposureQuestion, source: EventSource) {
  if (question.isOfEveryone) {
    return {
      variant: `'${EVERYONE}'`,
      conditions: [`e.event = ${source.params.string(question.event)}`],
    };
  }
  const flag = source.params.string(question.flagKey);
  const isCall = question.event === FLAG_CALLED;
  const variant = isCall ? 'e.flag_response' : `e.flags[${flag}]`;
  const conditions = [
    `e.event = ${source.params.string(question.event)}`,
    ...(isCall ? [`e.flag = ${flag}`] : []),
    `${variant} IN ${source.params.strings(question.variants)}`,
    // A value forced on the client says nothing about those who were given theirs.
    `e.props['$feature_flag_original_response'] = ''`,
  ];
  return { variant: `toString(${variant})`, conditions };
}

type Asked = { readonly scope: Scope; readonly params: SqlParams };

/**
 * One row per person (or group) who entered: `unit`, `variant` (`$multiple` for those to be excluded), `t0` in
 * milliseconds, `e0`, when they were first exposed (the same but with an activation), `last_at`, when they last were,
 * `level`, the texts of the properties of the first exposure that were asked for, and `epoch`: how often
 * the shares of the variants had been changed before it. A change moves some people to another variant: they stay
 * with the first that they were given, which is what chance decided.
 */
export function exposedSql(
  question: ExposureQuestion,
  breakdowns: readonly string[],
  asked: Asked,
): string {
  const exposed = firstExposedSql(question, breakdowns, asked);
  const { activation } = question;
  return activation === undefined ? exposed : activatedSql(exposed, question, activation, asked);
}

function firstExposedSql(
  question: ExposureQuestion,
  breakdowns: readonly string[],
  { scope, params }: Asked,
): string {
  const source = new EventSource(scope, params);
  const { variant, conditions } = exposure(question, source);
  const narrowing = narrowingSql(
    {
      properties: {
        type: 'AND',
        values: [...listOf(question.properties), notEarly(question.flagKey)],
      },
      filterTestAccounts: question.filterTestAccounts,
    },
    source,
  );
  const all = [
    ...source.within({ fromMs: question.startMs, toMs: exposuresEndMs(question) }),
    ...conditions,
    narrowing,
  ];
  const { unit, conditions: owned } = unitOf(question, source);
  const first = (value: string) => `argMin(${value}, (e.timestamp, toString(e.uuid)))`;
  const texts = breakdowns.map((key) => textSql(source.eventValue(key)));
  const epoch = epochSql(question, params);
  const [several, only] =
    epoch === '0'
      ? [`uniqExact(${variant}) > 1`, `any(${variant})`]
      : [severalInFirstSql(variant, epoch), first(variant)];
  const told =
    question.multipleVariantHandling === 'exclude'
      ? `if(${several}, '${MULTIPLE}', ${only})`
      : first(variant);
  const byHand = question.leftOutIds.length > 0 ? leftOutSql(question, params) : '';
  return `SELECT ${unit} AS unit, ${told} AS variant, toUnixTimestamp64Milli(min(e.timestamp)) AS t0, t0 AS e0,
  toUnixTimestamp64Milli(max(e.timestamp)) AS last_at,
  ${texts.length === 0 ? "CAST([], 'Array(String)')" : first(`[${texts.join(', ')}]`)} AS level,
  min(${epoch}) AS epoch
FROM ${source.from()}
WHERE ${[...all, ...owned].map((one) => `(${one})`).join(' AND ')}
GROUP BY unit${byHand}`;
}

/** How often the shares had been changed when an event happened. */
function epochSql({ changesMs = [] }: ExposureQuestion, params: SqlParams): string {
  const passed = changesMs.map(
    (atMs) => `(toUnixTimestamp64Milli(e.timestamp) >= ${params.int(atMs)})`,
  );
  return passed.length === 0 ? '0' : passed.join(' + ');
}

const severalInFirstSql = (variant: string, epoch: string): string =>
  `length(arrayFilter(one -> one.1 = min(${epoch}), groupUniqArray((${epoch}, ${variant})))) > 1`;

/** Of the exposed those who then do what makes them enter, from then on. */
function activatedSql(
  exposed: string,
  question: ExposureQuestion,
  activation: EventsNode,
  { scope, params }: Asked,
): string {
  const source = new EventSource(scope, params);
  const { unit, conditions } = unitOf(question, source);
  const all = [
    ...source.within({ fromMs: question.startMs, toMs: exposuresEndMs(question) }),
    ...conditions,
    nodeSql(activation, source, 'exposure_criteria.activation_config'),
  ];
  return `SELECT x.unit AS unit, any(x.variant) AS variant, min(a.at) AS t0, any(x.e0) AS e0,
  any(x.last_at) AS last_at, any(x.level) AS level, any(x.epoch) AS epoch
FROM (${exposed}) AS x INNER JOIN (
  SELECT ${unit} AS unit, toUnixTimestamp64Milli(e.timestamp) AS at
  FROM ${source.from()} WHERE ${all.map((one) => `(${one})`).join(' AND ')}
) AS a ON a.unit = x.unit
WHERE a.at >= x.e0 GROUP BY unit`;
}

/** Who opted in or out by themselves was not told what they get by chance. */
const notEarly = (flagKey: string) =>
  ({ type: 'person', key: `$feature_enrollment/${flagKey}`, operator: 'is_not_set' }) as const;

function leftOutSql({ leftOutIds }: ExposureQuestion, params: SqlParams): string {
  return `\nHAVING NOT max(has(${params.strings(leftOutIds)}, e.distinct_id))`;
}

function listOf(filters: Filters | undefined): FilterGroup['values'] {
  if (filters === undefined) return [];
  return 'type' in filters ? [filters] : filters;
}
