// Finds recordings: resolves what a filter names outside of the event store, asks for one page of sessions, then for
// what the page shows.
import { findPersonsById } from '#identity';
import { type Asking, openEventInquiry, personIdsBehind } from '#insights';
import { type Calendar, resolveRange } from '#insights/date-range';
import { type Inquiry, SqlParams, EventSource } from '#insights/event-sql';
import { SerinError, fail } from '#kernel/errors';
import { type ProjectCtx, userIdOf } from '#platform/ctx';
import type { RecordingCursor } from '../recordings/cursor.ts';
import { pinnedSessions, viewedSessions } from '../recordings/pins-and-views.store.ts';
import { type RecordingKey, readRecordings, readSkews } from '../recordings/recordings.query.ts';
import { ONGOING_MS, type Recording, completed } from '../recordings/recordings.service.ts';
import { erasedAmong } from '../store/erased.store.ts';
import type { Condition, RecordingFilter } from './filter.ts';
import type { Asked, Known } from './asked.ts';
import { EXCEPTIONS, type MomentRow, momentsSql } from './moments-sql.ts';
import { type Row, readPage } from './page.query.ts';
import type { Issues, Span } from './reading.ts';

/** What a recording was found for. */
type Match = {
  /** Place of the condition in the filter. */
  readonly condition: number;
  readonly count: number;
  /** The first ones, in milliseconds from the start of the recording; none where it is of no moment. */
  readonly offsetsMs: readonly number[];
  /** What it was; empty: nothing to tell. */
  readonly value: string;
};

export type Found = Recording & {
  readonly matches: readonly Match[];
  readonly exceptions: number;
};

type Page = { readonly limit: number; readonly cursor: RecordingCursor | undefined };

const DAY_MS = 86_400_000;
/** Pinned recordings are kept for a year; clocks of pages may be a week behind. */
const MOST_KEPT_MS = 375 * DAY_MS;
/** Pages read to fill one; after them it is answered as it is, with where to go on. */
const MOST_READS = 20;
/** People behind a number whose recordings are looked for, those with the most first. */
const MOST_PEOPLE = 10_000;

/** Fingerprints of an issue; undefined where there is none of this id. */
export type FingerprintsOf = (
  ctx: ProjectCtx,
  issueId: string,
) => Promise<readonly string[] | undefined>;

type Searching = { readonly asking: Asking; readonly fingerprintsOf: FingerprintsOf };

/** @throws invalid_input naming the field; query_too_expensive; cohort_not_calculated */
export async function searchRecordings(
  { asking, fingerprintsOf }: Searching,
  filter: RecordingFilter,
  page: Page,
): Promise<{ recordings: Found[]; next: RecordingCursor | undefined }> {
  const { ctx } = asking;
  const inquiry = await openEventInquiry(filter, asking);
  const span = keptOf(spanOf(filter, inquiry.scope.calendar), ctx.clock.now());
  const issues = await issuesIn(filter.conditions, ctx, fingerprintsOf);
  const known = { ...(await knownFor(filter.conditions, asking)), issues };
  const asked = {
    ...filter,
    ...page,
    known,
    liveSinceMs: ctx.clock.now() - ONGOING_MS,
  };
  const { shown, next } = await readShown(ctx, inquiry, asked, span);
  return {
    recordings: await describe(ctx, inquiry, { ...filter, issues }, shown),
    next: next && { rank: next.rank, sessionId: next.sessionId },
  };
}

/** Events are older than any recording can be. */
function keptOf({ fromMs = 0, ...rest }: Span, nowMs: number): Span {
  return { ...rest, fromMs: Math.max(fromMs, nowMs - MOST_KEPT_MS) };
}

/** A page without recordings that are gone: asked for what was found, since there may be more of them than SQL takes. */
async function readShown(
  ctx: ProjectCtx,
  inquiry: Inquiry,
  asked: Omit<Asked, 'span'>,
  span: Span,
): Promise<{ shown: Row[]; next: RecordingCursor | undefined }> {
  const { limit } = asked;
  const shown: Row[] = [];
  let { cursor } = asked;
  for (let reads = 1; reads <= MOST_READS; reads += 1) {
    const { rows, hasMore } = await readPage(inquiry, { ...asked, cursor }, span);
    const page = rows.slice(0, limit);
    const ids = page.map(({ sessionId }) => sessionId);
    const gone = await erasedAmong(ctx.db, ctx.environment.id, ids);
    shown.push(...page.filter(({ sessionId }) => !gone.has(sessionId)));
    cursor = hasMore ? page.at(-1) : undefined;
    if (shown.length >= limit || !cursor) break;
  }
  if (shown.length <= limit) return { shown, next: cursor };
  const first = shown.slice(0, limit);
  return { shown: first, next: first.at(-1) };
}

/** @throws invalid_input naming the end at fault */
function spanOf({ date_from: from, date_to: to }: RecordingFilter, calendar: Calendar): Span {
  try {
    const { fromMs, toMs } = resolveRange(
      { date_from: from ?? '1990-01-02', date_to: to },
      calendar,
    );
    return {
      ...(from === undefined ? {} : { fromMs }),
      ...(to === undefined ? {} : { toMs }),
    };
  } catch (error) {
    if (!(error instanceof SerinError) || error.attr === null) throw error;
    const attr = error.attr.replace(/^dateRange\.?/, '');
    return fail(error.code, {
      detail: error.message,
      attr: `filter.${attr === '' ? 'date_from' : attr}`,
      cause: error,
    });
  }
}

/** @throws invalid_input where `watched` is asked by who is no person */
async function knownFor(
  conditions: readonly Condition[],
  asking: Asking,
): Promise<Omit<Known, 'issues'>> {
  const { ctx } = asking;
  const environmentId = ctx.environment.id;
  const distinctIds = new Map<number, readonly string[]>();
  const people = new Map<number, readonly string[]>();
  let watched: readonly string[] = [];
  let pinned: readonly string[] = [];
  for (const [place, condition] of conditions.entries()) {
    const attr = `filter.conditions.${place}`;
    if (condition.kind === 'watched') watched = await watchedBy(ctx, attr);
    if (condition.kind === 'pinned') pinned = await pinnedSessions(ctx.db, environmentId);
    if (condition.kind === 'person') {
      const [person] = await findPersonsById(ctx.db, environmentId, [condition.person_id]);
      distinctIds.set(place, person?.distinctIds ?? []);
    }
    if (condition.kind === 'people_behind') {
      const field = `${attr}.people`;
      people.set(place, await personIdsBehind(condition.people, MOST_PEOPLE, field, asking));
    }
  }
  return { watched, pinned, distinctIds, people };
}

/** @throws invalid_input for an issue that there is not */
async function issuesIn(
  conditions: readonly Condition[],
  ctx: ProjectCtx,
  fingerprintsOf: FingerprintsOf,
): Promise<Issues> {
  const issues = new Map<string, readonly string[]>();
  for (const [place, condition] of conditions.entries()) {
    if (condition.kind !== 'exception' || condition.issue === undefined) continue;
    const fingerprints = await fingerprintsOf(ctx, condition.issue);
    if (!fingerprints) {
      const detail = 'There is no such issue in this environment.';
      fail('invalid_input', { detail, attr: `filter.conditions.${place}.issue` });
    }
    issues.set(condition.issue, fingerprints);
  }
  return issues;
}

function watchedBy(ctx: ProjectCtx, attr: string): Promise<readonly string[]> {
  const userId = userIdOf(ctx);
  if (userId === null) {
    fail('invalid_input', { detail: 'Only people watch recordings.', attr: `${attr}.kind` });
  }
  return viewedSessions(ctx.db, userId, ctx.environment.id);
}

/** Adds to a page what is shown of it. */
async function describe(
  ctx: ProjectCtx,
  { scope, ask }: Inquiry,
  { conditions, issues }: Pick<RecordingFilter, 'conditions'> & Pick<Known, 'issues'>,
  keys: readonly RecordingKey[],
): Promise<Found[]> {
  if (keys.length === 0) return [];
  const [rows, skews] = await Promise.all([
    readRecordings(ctx.clickhouse, ctx.environment.id, keys),
    readSkews(ctx.clickhouse, ctx.environment.id, keys),
  ]);
  if (rows.length === 0) return [];
  const params = new SqlParams();
  const span = {
    fromMs: Math.min(...rows.map(({ start_ms }) => Number(start_ms))),
    toMs: Math.max(...rows.map(({ end_ms }) => Number(end_ms))),
  };
  const ids = rows.map(({ session_id: id }) => id);
  const text = momentsSql(conditions, ids, span, issues, new EventSource(scope, params));
  const [moments, recordings] = await Promise.all([
    ask<MomentRow>(params.statement(text)),
    completed(ctx, rows),
  ]);
  return recordings.map((recording) => {
    const { session_id: id, start_ms: startMs } = recording.row;
    const own = moments.filter((moment) => moment[1] === id);
    return {
      ...recording,
      matches: own
        .filter(([place]) => place !== EXCEPTIONS)
        .map((moment) => toMatch(moment, Number(startMs), skews.get(id) ?? 0)),
      exceptions: Number(own.find(([place]) => place === EXCEPTIONS)?.[2] ?? 0),
    };
  });
}

/** @param skewMs how far the clock of the server was ahead of the page's */
function toMatch(
  [condition, , count, times, clock, value]: MomentRow,
  startMs: number,
  skewMs: number,
): Match {
  const zeroMs = clock === 'server' ? startMs + skewMs : startMs;
  const offsetsMs = times.map((atMs) => Math.max(0, Math.round(Number(atMs) - zeroMs)));
  return { condition, count: Number(count), offsetsMs, value };
}
