// Gives answers that are still right again, computes the others, at once or in the background.
import { createHash, randomUUID } from 'node:crypto';
import { SerinError, fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { validUntil } from './answer-age.ts';
import type { KeptAnswer } from './answer-cache.ts';
import { answerQuery } from './answer-query.service.ts';
import { type DataState, readDataState } from './data-version.query.ts';
import type { Range } from '../time/date-range.ts';
import type { Asking, Insights } from '../insights.service.ts';
import type { Watch } from './insights.query.ts';
import { openInquiry, openScope } from './open-inquiry.service.ts';
import { readProgress } from './query-progress.query.ts';
import type { Run } from './query-runs.ts';
import type { Query } from '../query.ts';
import { EVERYTHING, Reads } from './reads.ts';
import { type Freshness, type Refresh, wayOf } from './refresh.ts';
import type { Scope } from '../scope.ts';

export type Wanted = {
  readonly refresh: Refresh;
  /** An id of the caller's own, by which the run can be looked at and ended. */
  readonly clientQueryId: string | undefined;
};

/** A quarter of an hour: how old a recent answer is at most. */
const RECENT_MS = 900_000;

type Question = {
  readonly query: Query;
  readonly scope: Scope;
  readonly key: string;
  readonly kept: KeptAnswer | undefined;
  readonly asking: Asking;
};

/**
 * The answer, or what is known of it until it is there.
 * @throws query_cancelled, query_too_expensive; conflict when the caller's id is in use
 */
export async function runQuery(query: Query, { refresh, clientQueryId }: Wanted, asking: Asking) {
  const scope = await openScope(query, asking);
  const key = cacheKeyOf(query, scope);
  const kept = asking.insights.cache.get(key);
  const question: Question = { query, scope, key, kept, asking };
  switch (wayOf(refresh, await freshnessOf(question, refresh))) {
    case 'miss':
      return { ...keptBody(question), query_status: null };
    case 'kept':
      return keptBody(question);
    case 'wait':
      return runAndWait(question, clientQueryId);
    case 'start':
      return { ...keptBody(question), query_status: start(question, clientQueryId) };
  }
}

function cacheKeyOf(query: Query, scope: Scope): string {
  const { environmentId, calendar, groupTypes, testAccountFilters, cohorts } = scope;
  const { timeZone, firstWeekday } = calendar;
  const about = [query, timeZone, firstWeekday, groupTypes, testAccountFilters];
  const people = [[...cohorts.byId.values()], [...cohorts.members], [...cohorts.calculations]];
  const hash = createHash('sha256').update(canonicalJson([about, people]));
  return `cache_${environmentId}_${hash.digest('hex')}`;
}

async function freshnessOf(
  { kept, scope, asking }: Question,
  refresh: Refresh,
): Promise<Freshness> {
  if (!kept) return 'none';
  const { nowMs } = scope.calendar;
  const isRight =
    !refresh.startsWith('force_') &&
    nowMs < kept.validUntilMs &&
    kept.version !== undefined &&
    kept.version === (await stateOf([kept.hull], scope, asking)).versions[0];
  if (isRight) return 'right';
  return nowMs - kept.computedAtMs < RECENT_MS ? 'recent' : 'old';
}

function keptBody({ kept, key, scope }: Question) {
  const { timeZone: timezone } = scope.calendar;
  return { ...kept?.body, timezone, cache_key: key, is_cached: kept !== undefined };
}

async function runAndWait(question: Question, clientQueryId: string | undefined) {
  const { asking } = question;
  const run = openRun(question, clientQueryId);
  try {
    return await compute(question, run, AbortSignal.any([asking.signal, run.signal]));
  } finally {
    asking.insights.runs.drop(run);
  }
}

/** Computes in the background; what became of it is asked for by its id. */
function start(question: Question, clientQueryId: string | undefined) {
  const { asking } = question;
  const { runs, cache, background } = asking.insights;
  const run = openRun(question, clientQueryId);
  const endedAtMs = () => asking.ctx.clock.now();
  const done = compute(question, run, run.signal).then(
    (body) => {
      cache.set(resultKey(run), { ...NEVER_RIGHT, body, computedAtMs: endedAtMs() });
      runs.end(run, { endedAtMs: endedAtMs(), error: undefined });
    },
    (error: unknown) => {
      if (!(error instanceof SerinError)) asking.ctx.log.error({ err: error }, 'a query failed');
      runs.end(run, { endedAtMs: endedAtMs(), error });
    },
  );
  background.add(done);
  void done.finally(() => background.delete(done));
  return statusOf(run, undefined, undefined);
}

const resultKey = ({ environmentId, id }: Run): string => `run ${environmentId} ${id}`;
const NEVER_RIGHT = { validUntilMs: 0, hull: EVERYTHING, version: undefined };

function openRun({ asking, scope }: Question, clientQueryId: string | undefined): Run {
  const { runs } = asking.insights;
  const id = clientQueryId ?? randomUUID();
  if (clientQueryId !== undefined && runs.isRunning(scope.environmentId, id)) {
    fail('conflict', {
      detail: 'A question with this id is being answered.',
      attr: 'client_query_id',
    });
  }
  const run = runs.start(scope.environmentId, id, `run:${randomUUID()}`, asking.ctx.clock.now());
  return (
    run ??
    fail('rate_limit_exceeded', {
      detail: 'Too many questions are being answered; try again shortly.',
      retryAfterSeconds: 5,
    })
  );
}

async function compute(question: Question, run: Run, signal: AbortSignal) {
  const { query, scope, key, kept, asking } = question;
  const reads = new Reads();
  const watch: Watch = { tag: run.tag, note: (read) => asking.insights.runs.note(run, read) };
  const observed = { ...scope, onRead: (range: Partial<Range>) => reads.note(range) };
  const asked = { ...asking, signal };
  const before = await stateOf([EVERYTHING, kept?.hull ?? EVERYTHING], scope, asked);
  const answer = await answerQuery(query, openInquiry(observed, asked, watch), asked);
  const body = {
    ...answer,
    timezone: scope.calendar.timeZone,
    cache_key: key,
    is_cached: false,
    last_refresh: new Date(scope.calendar.nowMs).toISOString(),
  };
  const hull = untilNowMeansForever(reads.hull, scope.calendar.nowMs);
  const after = await stateOf([EVERYTHING, hull], scope, asked);
  // Only a version from before the question was read is surely not newer than its answer.
  const isCovered = kept !== undefined && covers(kept.hull, hull);
  const isQuiet = before.versions[0] === after.versions[0];
  asking.insights.cache.set(key, {
    body,
    computedAtMs: scope.calendar.nowMs,
    validUntilMs: untilWhen(query, scope, after),
    hull: isCovered ? kept.hull : hull,
    version: isCovered ? before.versions[1] : isQuiet ? after.versions[1] : undefined,
  });
  return body;
}

const covers = (outer: Range, inner: Range): boolean =>
  outer.fromMs <= inner.fromMs && outer.toMs >= inner.toMs;

function untilNowMeansForever({ fromMs, toMs }: Range, nowMs: number): Range {
  return { fromMs, toMs: toMs >= nowMs ? Number.POSITIVE_INFINITY : toMs };
}

function stateOf(hulls: readonly Range[], scope: Scope, asking: Asking): Promise<DataState> {
  const { environmentId, calendar } = scope;
  return readDataState(openInquiry(scope, asking).ask, environmentId, calendar.nowMs, hulls);
}

/** Until the clock moves an interval on, or reaches an event that is ahead of it. */
function untilWhen(query: Query, scope: Scope, { nextEventMs }: DataState): number {
  const { calendar, cohorts, testAccountFilters } = scope;
  const conditions = [testAccountFilters, [...cohorts.byId.values()]];
  return Math.min(validUntil(query, conditions, calendar), nextEventMs ?? Number.POSITIVE_INFINITY);
}

type Asker = { readonly insights: Insights; readonly environmentId: number };

/** How far a run is, or what became of it. @throws not_found */
export async function getRun(
  id: string,
  { insights, environmentId }: Asker,
  clickhouse: Asking['ctx']['clickhouse'],
) {
  const run = insights.runs.get(environmentId, id) ?? fail('not_found', { detail: NO_RUN });
  if (!run.outcome) return statusOf(run, undefined, await readProgress(clickhouse, run.tag));
  return statusOf(run, insights.cache.get(resultKey(run))?.body, undefined);
}

/** Ends a run; one that has ended is forgotten. @throws not_found */
export function cancelRun(id: string, { insights, environmentId }: Asker): void {
  const run = insights.runs.get(environmentId, id) ?? fail('not_found', { detail: NO_RUN });
  if (run.outcome) insights.runs.drop(run);
  else insights.runs.cancel(run, new SerinError('query_cancelled'));
}

const NO_RUN = 'There is no such question under way.';
const NOT_KEPT = 'The answer is not kept, or not any more; ask with refresh=blocking.';

/** `query_status` of PostHog's API. */
function statusOf(
  run: Run,
  body: KeptAnswer['body'] | undefined,
  running: Run['done'] | undefined,
) {
  const { outcome, done } = run;
  const error = outcome && (outcome.error ?? (body ? undefined : NOT_KEPT));
  return {
    id: run.id,
    query_async: true as const,
    complete: outcome !== undefined,
    error: error !== undefined,
    error_message: error === undefined ? null : messageOf(error),
    start_time: new Date(run.startedAtMs).toISOString(),
    end_time: outcome ? new Date(outcome.endedAtMs).toISOString() : null,
    query_progress: {
      rows_read: done.rows + (running?.rows ?? 0),
      estimated_rows_total: done.totalRows + (running?.totalRows ?? 0),
      bytes_read: done.bytes + (running?.bytes ?? 0),
    },
    results: body ?? null,
  };
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof SerinError ? error.message : 'Something went wrong here.';
}
