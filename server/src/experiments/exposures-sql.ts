// How many people entered, as looks ask for it: by day, by what they are, and whether events come in time.
import { EventSource, type Scope, type Sql, SqlParams } from '#insights/event-sql';
import type { EventsNode } from '#insights/question';
import { type ExposureQuestion, FLAG_CALLED, exposedSql, exposuresEndMs } from './exposure-sql.ts';

/** Under this those are counted whom a holdout keeps from every variant. */
export const HELD_OUT = '$holdout';

/**
 * 10 minutes: clients learn of other shares later, and who enters meanwhile may still have been given the old ones. As in
 * rollouts, two refresh periods of posthog-js.
 */
const SETTLE_MS = 600_000;

/** 1 for people who were first exposed while clients were still learning of other shares, otherwise 0. */
function settlingSql({ changesMs = [] }: ExposureQuestion, params: SqlParams): string {
  const within = changesMs.map(
    (atMs) => `(e0 >= ${params.int(atMs)} AND e0 < ${params.int(atMs + SETTLE_MS)})`,
  );
  return within.length === 0 ? 'toUInt8(0)' : `(${within.join(' OR ')})`;
}

/**
 * How many people entered on each day of the project, by variant: `[variant, day, people, epoch, is settling, last]`: 1 for
 * those who came while clients were learning of other shares, otherwise 0, and when one of them was last exposed, in
 * milliseconds: whoever came before and goes on is somebody, too.
 */
export function exposuresPerDaySql(question: ExposureQuestion, scope: Scope) {
  const params = new SqlParams();
  const zone = params.string(scope.calendar.timeZone);
  const { holdoutId } = question;
  const held = holdoutId !== undefined && question.event === FLAG_CALLED;
  const exposed = exposedSql(question, [], { scope, params });
  const heldOut = { ...question, variants: [`holdout-${holdoutId}`] };
  const all = held
    ? `${exposed} UNION ALL
SELECT unit, '${HELD_OUT}' AS variant, t0, e0, last_at, level, epoch FROM (${exposedSql(heldOut, [], { scope, params })})`
    : exposed;
  const by = 'variant, epoch, is_settling';
  return params.statement(`SELECT variant,
  toString(toDate(fromUnixTimestamp64Milli(t0, ${zone}), ${zone})) AS day, count(), epoch,
  ${settlingSql(question, params)} AS is_settling, max(last_at)
FROM (${all}) GROUP BY day, ${by} ORDER BY day, ${by}`);
}

/** What people are when they come: where one variant fails to report itself, one of these shows it. */
const TOLD_APART_BY = ['$browser', '$os', '$device_type', '$lib', '$geoip_country_code'];
/** Values with fewer people are not worth looking at. */
const MAX_LEVELS = 200;

/** The same by what they are: `[property, value, variant, epoch, is settling, people]`, of the values with most people. */
export function exposuresByLevelSql(question: ExposureQuestion, scope: Scope): Sql {
  const params = new SqlParams();
  const exposed = exposedSql(question, TOLD_APART_BY, { scope, params });
  const names = params.strings(TOLD_APART_BY);
  const people = `SELECT variant, epoch, ${settlingSql(question, params)} AS is_settling,
  arrayJoin(arrayZip(${names}, level)) AS one FROM (${exposed})`;
  return params.statement(`WITH people AS (${people}),
largest AS (SELECT one FROM people WHERE one.2 != '' GROUP BY one ORDER BY count() DESC, one LIMIT ${MAX_LEVELS})
SELECT one.1, one.2, variant, epoch, is_settling, count() FROM people
WHERE one IN (SELECT one FROM largest) GROUP BY one, variant, epoch, is_settling ORDER BY one, variant, epoch, is_settling`);
}

/** 1 hour: what comes later than that came late. */
const LATE_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A week: what is older was brought in from elsewhere. */
const REACH_MS = 7 * DAY_MS;

/** Of the events that arrived on the last day, how many there are and how many came late: `[events, late]`. */
export function latenessSql(
  question: ExposureQuestion,
  nodes: readonly EventsNode[],
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const source = new EventSource(scope, params);
  const { asOfMs } = question;
  const fromMs = Math.max(question.startMs, asOfMs - REACH_MS);
  const names = nodes.flatMap(({ event }) => (event ? [event] : []));
  const isAny = names.length < nodes.length;
  const flag =
    question.event === FLAG_CALLED ? ` AND e.flag = ${params.string(question.flagKey)}` : '';
  const isExposure = `(e.event = ${params.string(question.event)}${flag})`;
  const all = [
    ...source.within({ fromMs, toMs: exposuresEndMs(question) }),
    `e.received_at >= fromUnixTimestamp64Milli(${params.int(asOfMs - DAY_MS)})`,
    ...(isAny ? [] : [`(${isExposure} OR e.event IN ${params.strings(names)})`]),
  ];
  return params.statement(`SELECT count(),
  countIf(toUnixTimestamp64Milli(e.received_at) - toUnixTimestamp64Milli(e.timestamp) > ${LATE_MS})
FROM ${source.from()} WHERE ${all.join(' AND ')}`);
}
