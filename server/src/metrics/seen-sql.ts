// What each distinct id did in a stage, one row an id: SQL text with bound parameters. Everything in such a row adds
// up over pieces of the events (a sum would not: a piece that is stored twice must change nothing), so rows of pieces that
// were stored earlier may stand for their events.
import { MAX_EVENTS, type Source } from './outcome-sql.ts';
import { QUESTIONS } from './shared-sql.ts';
import { type Unit, unitSql } from './unit-sql.ts';

/** Who is looked for. */
export type Whom = {
  readonly unit?: Unit | undefined;
  /**
   * called: whoever has asked for the flag. served: as well whoever was given its value in the stage, which clients that
   * report no calls put on their events; effects are diluted then, in both arms alike.
   */
  readonly exposure?: 'called' | 'served' | undefined;
};

/** Events that say "this person uses the flag": the SDKs' own, and requests that named the flag. */
const CALL_EVENTS = `('$feature_flag_called', '$feature_flag_evaluated')`;
/** A call that found no flag says nothing about its value. */
export const CALL_EVENTS_SQL = `event IN ${CALL_EVENTS} AND flag = {flag:String} AND flag_response != ''
  AND position(props['$feature_flag_error'], 'flag_missing') = 0`;

/** What an event reports of the flag; empty when nothing. */
export const REPORTS_SQL = `if(event IN ${CALL_EVENTS} AND flag = {flag:String},
      if(${CALL_EVENTS_SQL}, flag_response, ''), flags[{flag:String}])`;
/** A repeated call is no sign of life, so it makes no session either. */
const IS_OTHER = `NOT (event IN ${CALL_EVENTS} AND flag = {flag:String})`;

/** Events that the stage's analysis covers. */
const IN_STAGE = `environment_id = {environment:UInt32}
    AND timestamp >= fromUnixTimestamp64Milli({stage_day:Int64})
    AND received_at >= fromUnixTimestamp64Milli({from:Int64})
    AND received_at < fromUnixTimestamp64Milli({watermark:Int64})`;

/** What people do whom somebody has given a value by hand says nothing of their groups. `distinct_id` alone is the group. */
const IS_OF_NO_OVERRIDE = ` AND NOT has({left_out:Array(String)}, events.distinct_id)`;

/** True for events that no kept piece stands for; none of them was received before `fresh_from`. */
const IS_NOT_KEPT = `
    AND received_at >= fromUnixTimestamp64Milli({fresh_from:Int64})
    AND (_block_number > {kept_block:UInt64} OR received_at >= fromUnixTimestamp64Milli({kept_until:Int64}))`;
/** True for events that were stored before the piece that is being made. */
const IS_STORED = `
    AND _block_number <= {block:UInt64}`;
/** Events that no piece stands for, of any kind and of any time. */
export const IS_FRESH = `environment_id = {environment:UInt32}
    AND received_at < fromUnixTimestamp64Milli({watermark:Int64})${IS_NOT_KEPT}${IS_STORED}`;

const OF_ONE = { asked: '', events: 'events', calledSince: '', seenSince: '' } as const;
/** Parts of the order key are found by what is the same for all questions. */
const sinceSql = (day: string): string => `
    AND timestamp >= fromUnixTimestamp64Milli({least_${day}:Int64})`;
const OF_EACH_QUESTION = {
  asked: 'asked, ',
  events: `events ARRAY JOIN ${QUESTIONS} AS asked`,
  calledSince: sinceSql('flag_day'),
  seenSince: sinceSql('stage_day'),
} as const;

/**
 * Every call of the flag ever, every other event of the stage, and outcomes that depend on properties. They
 * are read apart because `props` is by far the widest column: only events that need it read it.
 */
function seenSql(sources: readonly Source[], stretch: Stretch, whom: Whom): string {
  const stored = { all: '', stored: IS_STORED, fresh: `${IS_NOT_KEPT}${IS_STORED}` }[stretch];
  const { asked, events, calledSince, seenSince } = stretch === 'fresh' ? OF_EACH_QUESTION : OF_ONE;
  const { id, who, ...unit } = unitSql(whom.unit);
  const isOfOne = unit.isOfOne && `${unit.isOfOne}${IS_OF_NO_OVERRIDE}`;
  const isCall = whom.exposure === 'served' ? `flags[{flag:String}] != ''` : '0';
  const flagsOf = (text: (i: number) => string) =>
    sources.map((_, i) => `, ${text(i)} AS is_${i}`).join('');
  const calls = `
  SELECT ${asked}${id} AS distinct_id, ${who} AS person_id, toUnixTimestamp64Milli(received_at) AS at, 1 AS is_call, 0 AS is_life,
    flag_response AS value, 1.0 AS amount${flagsOf(() => '0')}
  FROM ${events}
  WHERE environment_id = {environment:UInt32}${calledSince}
    AND timestamp >= fromUnixTimestamp64Milli({flag_day:Int64})
    AND received_at < fromUnixTimestamp64Milli({watermark:Int64}) AND ${CALL_EVENTS_SQL}${isOfOne}${stored}`;
  const life = `
  SELECT ${asked}${id} AS distinct_id, ${who} AS person_id, toUnixTimestamp64Milli(received_at) AS at, ${isCall} AS is_call, 1 AS is_life,
    flags[{flag:String}] AS value, 1.0 AS amount${flagsOf((i) => (sources[i]?.isPlain ? sources[i].condition.sql : '0'))}
  FROM ${events} WHERE ${IN_STAGE}${seenSince}
    AND ${IS_OTHER}${isOfOne}${stored}`;
  const narrowed = sources.flatMap(({ condition, isPlain, amount, isSession }, i) => {
    if (isPlain) return [];
    const [person, at, group] = isSession
      ? [
          `argMax(${who === 'person_id' ? 'events.person_id' : who}, events.received_at)`,
          'max(events.received_at)',
          `AND ${IS_OTHER} GROUP BY ${asked}${id}, session_id`,
        ]
      : [who, 'received_at', ''];
    return `
  SELECT ${asked}${id} AS distinct_id, ${person} AS person_id, toUnixTimestamp64Milli(${at}) AS at, 0 AS is_call, 1 AS is_life,
    '' AS value, ${amount} AS amount${flagsOf((other) => (other === i ? '1' : '0'))}
  FROM ${events} WHERE ${IN_STAGE}${seenSince} AND ${condition.sql}${isOfOne}${stored} ${group}`;
  });
  return `${[calls, life, ...narrowed].join('\n  UNION ALL')}\n`;
}

/** What a row says of its id. Times are milliseconds, 0 where there is none; lists are in the order of the sources. */
export const FACTS =
  'distinct_id, owner_then, first_call, first_event, last_event, last_value, valued_at, happened, series';

/** Which events: all that there are, those up to `block`, or of these what no kept piece stands for. */
export type Stretch = 'all' | 'stored' | 'fresh';

/** What events say, one row an id; of fresh ones one row an id and question (shared-sql.ts). */
export function factsSql(sources: readonly Source[], stretch: Stretch, whom: Whom): string {
  const { asked } = stretch === 'fresh' ? OF_EACH_QUESTION : OF_ONE;
  const happened = sources.map(({ isSeries }, i) => (isSeries ? '0' : `maxIf(at, is_${i})`));
  const series = sources.map(({ isSeries }, i) =>
    isSeries ? `groupArraySortedIf(${MAX_EVENTS})((at, amount), is_${i} = 1)` : NO_PAIRS,
  );
  return `
  SELECT ${asked}distinct_id, argMax(person_id, (at, person_id)) AS owner_then, minIf(at, is_call) AS first_call,
    minIf(at, at >= {settled:Int64} AND is_life) AS first_event, max(at) AS last_event,
    argMaxIf(value, (at, value), value != '') AS last_value, maxIf(at, value != '') AS valued_at,
    ${happenedSql(happened)} AS happened,
    ${seriesListSql(series)} AS series
  FROM (${seenSql(sources, stretch, whom)}) GROUP BY ${asked}distinct_id
`;
}

const NO_PAIRS = `CAST([], 'Array(Tuple(Int64, Float64))')`;
const happenedSql = (items: readonly string[]) => `CAST([${items.join(', ')}], 'Array(Int64)')`;
const seriesListSql = (items: readonly string[]) =>
  `CAST([${items.join(', ')}], 'Array(Array(Tuple(Int64, Float64)))')`;

/** A session that went on over several pieces has a row in each; the last stands for it. */
function latestOfEachSql(rows: string): string {
  const latestFirst = `arrayReverseSort(${rows})`;
  return `arrayFilter((e, nth) -> nth = 1, ${latestFirst}, arrayEnumerateUniq(arrayMap(e -> e.2, ${latestFirst})))`;
}

/** Facts of several rows of an id as one: what came last counts, and the earliest of each series. */
export function mergedFactsSql(sources: readonly Source[]): string {
  const series = sources.map(({ isSeries, isSession }, i) => {
    if (!isSeries) return NO_PAIRS;
    const all = `groupArrayArray(p.series[${i + 1}])`;
    return `arraySlice(arraySort(${isSession ? latestOfEachSql(all) : all}), 1, ${MAX_EVENTS})`;
  });
  return `argMax(p.owner_then, (p.last_event, p.owner_then)) AS owner_then,
    minIf(p.first_call, p.first_call > 0) AS first_call,
    minIf(p.first_event, p.first_event > 0) AS first_event, max(p.last_event) AS last_event,
    argMaxIf(p.last_value, (p.valued_at, p.last_value), p.valued_at > 0) AS last_value,
    max(p.valued_at) AS valued_at, maxForEach(p.happened) AS happened,
    ${seriesListSql(series)} AS series`;
}
