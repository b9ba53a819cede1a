// Who had a change, as their own apps reported it, and to whom a guardrail's event happened afterwards: SQL text
// with bound parameters. Unlike exposure-sql.ts this counts nobody by what they were assigned: it answers who is
// to be told, and whose sessions are worth looking at.
import { seriesSql, type SqlParams, type SqlPart } from './event-filter-sql.ts';
import { REPORTS_SQL } from './seen-sql.ts';
import type { Guardrail, Series } from './guardrail.ts';

/** The event of a guardrail; with `above` only where its number is larger. */
export type Incidence = Series & { readonly above: number | null };

export type AffectedQuestion = {
  readonly environmentId: number;
  readonly flagKey: string;
  /** What clients report for the treatment: `true`, or the variant. */
  readonly treatmentValue: string;
  /** Received from here on… */
  readonly fromMs: number;
  /** …and before this. */
  readonly toMs: number;
  readonly incidences: readonly Incidence[];
};

/** What happens to a person when a guardrail counts them: its event, the last step, a value that is too large. */
export function incidenceOf({ event, filters, measure }: Guardrail): Incidence {
  switch (measure.kind) {
    case 'conversion': {
      const last = measure.steps.at(-1) ?? { event, filters };
      return { ...last, property: null, above: null };
    }
    case 'latency':
      return { event, filters, property: measure.property, above: measure.threshold };
    default:
      return { event, filters, property: null, above: null };
  }
}

/** An outcome may arrive in the same batch as, but before, what reported the flag. */
const SAME_BATCH_MS = 120_000;
const DAY_MS = 86_400_000;

const WITHIN = `environment_id = {environment:UInt32}
    AND timestamp >= fromUnixTimestamp64Milli({day:Int64})
    AND received_at >= fromUnixTimestamp64Milli({from:Int64})
    AND received_at < fromUnixTimestamp64Milli({to:Int64})`;

const OWNER = `if(owners.distinct_id = '', person_id, owners.owner)`;
const OWNED = `LEFT JOIN (
    SELECT distinct_id, argMax(person_id, version) AS owner FROM person_overrides
    WHERE environment_id = {environment:UInt32} GROUP BY distinct_id
  ) AS owners ON events.distinct_id = owners.distinct_id`;

/**
 * The common table expressions: `told` has everybody who reported the flag, whether they ever had the change and
 * since when; `met` has for each of them when each incidence first happened afterwards (0: it did not).
 */
function tables({ incidences }: AffectedQuestion, conditions: readonly SqlPart[]): string {
  const any = conditions.map(({ sql }) => `(${sql})`).join(' OR ') || 'false';
  const columns = conditions.map(({ sql }, i) => `, (${sql}) AS is_${i}`).join('');
  const firsts = incidences
    .map((_, i) => `, minIf(at, is_${i} AND at >= told_since - {same_batch:Int64}) AS first_${i}`)
    .join('');
  return `told AS (
  SELECT ${OWNER} AS person, any(events.distinct_id) AS any_id, countIf(value = {treatment:String}) > 0 AS is_treated,
    if(is_treated, minIf(at, value = {treatment:String}), min(at)) AS told_since
  FROM (
    SELECT distinct_id, person_id, toUnixTimestamp64Milli(received_at) AS at, ${REPORTS_SQL} AS value
    FROM events WHERE ${WITHIN} AND value != ''
  ) AS events ${OWNED} GROUP BY person
),
happened AS (
  SELECT ${OWNER} AS person, at, session_id${incidences.map((_, i) => `, is_${i}`).join('')}
  FROM (
    SELECT distinct_id, person_id, session_id, toUnixTimestamp64Milli(received_at) AS at${columns}
    FROM events WHERE ${WITHIN} AND (${any})
  ) AS events ${OWNED}
),
met AS (
  SELECT told.person AS person, any(told.any_id) AS any_id, any(told.is_treated) AS is_treated,
    any(told.told_since) AS since${firsts}
  FROM told LEFT JOIN happened ON happened.person = told.person GROUP BY person
)`;
}

function paramsOf(question: AffectedQuestion, conditions: readonly SqlPart[]): SqlParams {
  const own = {
    environment: question.environmentId,
    flag: question.flagKey,
    treatment: question.treatmentValue,
    day: question.fromMs - DAY_MS,
    from: question.fromMs,
    to: question.toMs,
    same_batch: SAME_BATCH_MS,
  };
  return Object.assign(own, ...conditions.map(({ params }) => params)) as SqlParams;
}

function conditionOf({ above, ...series }: Incidence, index: number): SqlPart {
  const { sql, params, amount } = seriesSql(series, `incidence${index}`);
  if (above === null) return { sql, params };
  const name = `above${index}`;
  return { sql: `${sql} AND ${amount} > {${name}:Float64}`, params: { ...params, [name]: above } };
}

function statement(question: AffectedQuestion, select: string, more: SqlParams = {}): SqlPart {
  const conditions = question.incidences.map(conditionOf);
  return {
    sql: `WITH ${tables(question, conditions)}\n${select}`,
    params: { ...paramsOf(question, conditions), ...more },
  };
}

/** One row per arm: `[has the change, people, with incidence 0, when first, with incidence 1, when first, …]`. */
export function affectedCountsSql(question: AffectedQuestion): SqlPart {
  const counts = question.incidences
    .map((_, i) => `, countIf(first_${i} > 0), minIf(first_${i}, first_${i} > 0)`)
    .join('');
  return statement(question, `SELECT is_treated, count()${counts} FROM met GROUP BY is_treated`);
}

/** Those who had the change: `[person, one id, since when, when first hurt (0: not)]`, the hurt first. */
export function affectedPeopleSql(
  question: AffectedQuestion,
  page: { readonly limit: number; readonly offset: number },
): SqlPart {
  // The zero gives the array a type where nothing is asked about.
  const firsts = ['toInt64(0)', ...question.incidences.map((_, i) => `first_${i}`)].join(', ');
  return statement(
    question,
    `SELECT toString(person), any_id, since, arrayMin(arrayFilter(at -> at > 0, [${firsts}])) AS hurt_at
FROM met WHERE is_treated ORDER BY hurt_at = 0, hurt_at, since, person
LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    page,
  );
}

/** Sessions of each arm in which an incidence happened: `[arm, incidence, session, person, when]`, the latest first. */
export function affectedSessionsSql(question: AffectedQuestion, perArm: number): SqlPart {
  const numbers = question.incidences.map((_, i) => i);
  const which = numbers.map((i) => `if(is_${i}, ${i}, -1)`).join(', ');
  return statement(
    question,
    `SELECT told.is_treated AS arm, incidence, session_id, toString(told.person), max(at) AS last
FROM happened INNER JOIN told ON happened.person = told.person
ARRAY JOIN arrayFilter(i -> i >= 0, [${which}]) AS incidence
WHERE session_id != '' AND at >= told.told_since - {same_batch:Int64}
GROUP BY arm, incidence, session_id, told.person
ORDER BY last DESC, session_id LIMIT {per_arm:UInt32} BY arm, incidence`,
    { per_arm: perArm },
  );
}

/**
 * Sessions of people who had the change and to whom incidence `index` never happened, the latest first:
 * `[session, person, when]`. Where less is harm, these are the hurt.
 */
export function missingSessionsSql(
  question: AffectedQuestion,
  index: number,
  limit: number,
): SqlPart {
  return statement(
    question,
    `SELECT session_id, toString(${OWNER}) AS owner_id, max(toUnixTimestamp64Milli(received_at)) AS last
FROM events ${OWNED}
WHERE ${WITHIN} AND session_id != ''
  AND owner_id IN (SELECT toString(person) FROM met WHERE is_treated AND first_${index} = 0)
GROUP BY session_id, owner_id ORDER BY last DESC, session_id LIMIT {limit:UInt32}`,
    { limit },
  );
}

/** How many people did anything at all. */
export function activePeopleSql(question: AffectedQuestion): SqlPart {
  return {
    sql: `SELECT uniqExact(${OWNER}) FROM events ${OWNED} WHERE ${WITHIN}`,
    params: paramsOf(question, []),
  };
}
