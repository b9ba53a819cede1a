// Who is exposed to a flag in a stage of a rollout, in which arm, and with which outcomes: SQL text with
// bound parameters. The wide exposure rule of docs/decisions/0004-who-is-compared.md (SDKs report a flag once,
// so whoever has ever called it counts from their first sign of life in the stage).
import type { SqlParams, SqlPart } from './event-filter-sql.ts';
import { personColumnsSql, type Source, sourcesOf } from './outcome-sql.ts';
import { factsSql, type Whom } from './seen-sql.ts';
import { type Unit, unitSql } from './unit-sql.ts';
import type { Outcome } from './outcome.ts';

/** How people are put into arms. */
export type Assignment =
  /** By the hash of their id, as the evaluator does: the share (0 to 1) below it has the change. */
  | { readonly kind: 'hash'; readonly share: number }
  /** Everybody has the change. */
  | { readonly kind: 'everyone' }
  /** By the value that they last reported; the others are left out. */
  | { readonly kind: 'reported' };

export type ExposureQuestion = Whom & {
  readonly environmentId: number;
  readonly flagKey: string;
  /** What clients report for the treatment: `true`, or the variant. */
  readonly treatmentValue: string;
  readonly assignment: Assignment;
  /** Start of the analysis. */
  readonly settledAtMs: number;
  /** Events received from here on are left out. */
  readonly watermarkMs: number;
  /** No call of the flag can be older. */
  readonly flagCreatedAtMs: number;
  readonly bucketMs: number;
  readonly settleMs: number;
  readonly noDataAfterMs: number;
  /** Leave out whom rows of `rollout_person` call targeted, and whom they do not know yet. */
  readonly toldApartFor: string | null;
  /** Whoever owns one of these ids is left out, and of groups what they do: somebody has decided by hand what they get. */
  readonly leftOutIds: readonly string[];
  /** In the order in which the answer counts them. */
  readonly outcomes: readonly Outcome[];
  /** Per hit, where estimates decide: how old a bucket must be to be judged. Buckets without an outcome are wanted then. */
  readonly maturesAfterMs?: readonly number[] | undefined;
};

const DAY_MS = 86_400_000;
/** Two minutes: an outcome may arrive in the same batch as, but before, what made it an exposure. */
const SAME_BATCH_MS = 120_000;
/** Two refresh periods of posthog-js per default settle time: a client that lags longer does not settle. */
const LASTING_SETTLES = 5;

/** Exposed people whom nobody has told apart yet: `[person, one of their ids]`, at most `limit`. */
export function unknownPeopleSql(
  question: ExposureQuestion,
  limit: number,
  known?: Known,
): SqlPart {
  const { sources } = sourcesOf(question.outcomes);
  const people = peopleSql({ ...question, toldApartFor: null }, sources, known);
  return {
    sql: `WITH ${people.sql}
SELECT toString(person_id), any_id FROM person
WHERE person_id NOT IN (SELECT person_id FROM rollout_person WHERE rollout_id = {rollout:String})
LIMIT {limit:UInt32}`,
    params: { ...people.params, rollout: question.toldApartFor ?? '', limit },
  };
}

/** An outcome may arrive in the same batch as, but before, what made it an exposure. */
export const sameBatchMs = ({ settleMs }: ExposureQuestion): number =>
  Math.min(SAME_BATCH_MS, settleMs);

/**
 * Rows of ids with the person that each belongs to: the facts of seen-sql.ts, `person_id`, `sign` (−1: what is to be
 * taken off) and, where somebody has been told apart when they were stored, `is_counted`. Of several questions also `asked`
 * (shared-sql.ts).
 */
export type Known = SqlPart & { readonly isToldApart: boolean; readonly isShared: boolean };

/** Everything that there is, read from events. */
function knownByEvents(question: ExposureQuestion, sources: readonly Source[]): Known {
  const sql = `
  SELECT facts.*, toInt64(1) AS sign, if(o.distinct_id = '', facts.owner_then, o.owner) AS person_id
  FROM (${factsSql(sources, 'all', question)}) AS facts LEFT JOIN (${ownersSql(question)}) AS o ON facts.distinct_id = o.distinct_id
`;
  return { sql, params: {}, isToldApart: false, isShared: false };
}

/** Merges of people as they are now: whose id it is. @param among a further condition, without its AND */
export const ownersSql = ({ unit }: { readonly unit?: Unit | undefined }, among = '1'): string =>
  `SELECT distinct_id, argMax(person_id, version) AS owner FROM person_overrides
    WHERE environment_id = {environment:UInt32} AND ${unit === null || unit === undefined ? among : '0'} GROUP BY distinct_id`;

/**
 * The common table expressions up to `person`, one row per exposed person with `entry`, `arm` (0 control,
 * 1 treatment, 2 both, 3 neither), `first_arm`, what they report, when they were last seen, and of each source
 * its last event (`last_<i>`) or its events (`series_<i>`). Times are milliseconds since the epoch.
 */
export function peopleSql(
  question: ExposureQuestion,
  sources: readonly Source[],
  known: Known = knownByEvents(question, sources),
): SqlPart {
  const { assignment, toldApartFor } = question;
  const isCounted = known.isToldApart && toldApartFor !== null;
  const sql = `known AS (${known.sql}),
owned AS (${ownedSql(question)}),
life AS (${lifeSql(sources, isCounted, known.isShared)}),
person AS (
  SELECT *, ${armSql(assignment)} AS arm, if(arm = 3, 3, if(is_calling, first_calling, first_any)) AS first_arm,
    arm != 2 AND reported_at >= entry + {lasting:Int64} AS is_reporting
  FROM life${toldApartFor === null || isCounted ? '' : TOLD_APART}
)`;
  const params = Object.assign(
    exposureParams(question),
    ...sources.map(({ condition }) => condition.params),
    known.params,
  ) as SqlParams;
  return { sql, params };
}

/** Values of everything that the expressions name, but for outcomes. */
export const exposureParams = (question: ExposureQuestion): SqlParams => ({
  ...baseParams(question),
  ...unitSql(question.unit).params,
  ...assignmentParams(question),
});

function baseParams(question: ExposureQuestion): SqlParams {
  return {
    environment: question.environmentId,
    flag: question.flagKey,
    treatment: question.treatmentValue,
    settled: question.settledAtMs,
    from: question.settledAtMs - sameBatchMs(question),
    watermark: question.watermarkMs,
    stage_day: question.settledAtMs - DAY_MS,
    flag_day: question.flagCreatedAtMs - DAY_MS,
    lasting: LASTING_SETTLES * question.settleMs,
    left_out: question.leftOutIds,
  };
}

/**
 * An id's first call is a sign of life. A repeated one is none: SDKs repeat it only when the value changes,
 * which would count those who get the change and not those who stay without.
 */
function ownedSql({ assignment, unit }: ExposureQuestion): string {
  const isOfPeople = unit === null || unit === undefined;
  return `
  SELECT *, first_call > 0 AS is_caller, first_call >= {settled:Int64} AS is_new,
    first_event > 0 OR is_new AS is_active,
    multiIf(NOT is_new, first_event, first_event > 0, least(first_call, first_event), first_call) AS active_at,
    ${isTreatedSql(assignment)} AS is_in, ${isOfPeople ? 'has({left_out:Array(String)}, distinct_id)' : '0'} AS is_left_out
  FROM known
`;
}

/**
 * One row per person who has called the flag and was seen in the stage. Ids that call the flag decide the
 * arm; where only others were seen, those do.
 */
function lifeSql(sources: readonly Source[], isCounted: boolean, isShared: boolean): string {
  const who = `${isShared ? 'asked, ' : ''}sign, person_id`;
  return `
  SELECT ${who}, any(distinct_id) AS any_id,
    minIf(first_call, is_caller) AS called_at, minIf(first_event, first_event > 0) AS returned_at,
    if(called_at >= {settled:Int64}, called_at, returned_at) AS entry,
    countIf(is_active AND is_caller) > 0 AS is_calling,
    countIf(is_active AND is_caller AND is_in) > 0 AS in_calling,
    countIf(is_active AND is_caller AND NOT is_in) > 0 AS out_calling,
    countIf(is_active AND is_in) > 0 AS in_any, countIf(is_active AND NOT is_in) > 0 AS out_any,
    argMinIf(is_in, (active_at, distinct_id), is_active AND is_caller) AS first_calling,
    argMinIf(is_in, (active_at, distinct_id), is_active) AS first_any,
    argMaxIf(last_value, (valued_at, last_value), valued_at > 0) = {treatment:String} AS is_treated,
    max(valued_at) AS reported_at, max(last_event) AS last_seen${personColumnsSql(sources)}
  FROM owned GROUP BY ${who}
  HAVING NOT max(is_left_out) AND ${isCounted ? 'max(is_counted) AND ' : ''}max(is_caller) AND (called_at >= {settled:Int64} OR returned_at > 0)
`;
}

const TOLD_APART = `
  WHERE person_id IN (SELECT person_id FROM rollout_person
    WHERE rollout_id = {rollout:String} GROUP BY person_id HAVING NOT argMax(is_targeted, told_apart_at))`;

function assignmentParams({ assignment, flagKey, toldApartFor }: ExposureQuestion): SqlParams {
  return {
    ...(assignment.kind === 'hash'
      ? { prefix: `${flagKey}.`, share_bits: bitsOf(assignment.share) }
      : {}),
    ...(toldApartFor === null ? {} : { rollout: toldApartFor }),
  };
}

/**
 * The evaluator's number for an id: the first 60 bits of SHA-1 as binary64, over 2^60; ids are cut to 200
 * characters before. Equality with `#flags/bucket` is proven in metrics.query.test.ts.
 */
export const HASH_SQL = `toFloat64(bitShiftRight(reinterpretAsUInt64(reverse(
      substring(SHA1(concat({prefix:String}, substringUTF8(distinct_id, 1, 200))), 1, 8))), 4))
      / 1152921504606846976`;

function isTreatedSql(assignment: Assignment): string {
  return assignment.kind === 'hash'
    ? `${HASH_SQL} <= reinterpretAsFloat64(toUInt64({share_bits:String}))`
    : '1';
}

function armSql(assignment: Assignment): string {
  switch (assignment.kind) {
    case 'hash':
      return `multiIf(is_calling AND in_calling AND out_calling, 2, is_calling, in_calling,
      in_any AND out_any, 2, in_any)`;
    case 'everyone':
      return '1';
    case 'reported':
      return 'if(is_treated, 1, 3)';
  }
}

/** The bits of a double as a whole number: parsing its decimal text need not be exact everywhere. */
function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString();
}
