// One issue: its numbers, whom it happens to, single exceptions.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { findPlayable, findPlayableOf, sessionAround } from '#replay';
import { readExceptions, type Exception } from '../grouping/exception.ts';
import { resolveExceptions, type Tracer } from '../maps/maps.service.ts';
import {
  type Count,
  countBy,
  countOne,
  type Part,
  type Series,
  seriesOfOne,
} from './counts.query.ts';
import type { Asked } from './exceptions-sql.ts';
import { listFingerprints, listJoined } from './fingerprints.store.ts';
import type { Issue } from './issue.ts';
import { findIssue } from './issues.store.ts';
import { variantsOf } from './listing.service.ts';
import type { Range } from './range.ts';
import { readSamples, type Sample } from './samples.query.ts';
import type { FlagVariants } from './variants.ts';
import { countVariants, listFlagsOf } from './variants.query.ts';

/** @throws not_found */
export async function getIssue(ctx: ProjectCtx, id: string): Promise<Issue> {
  return (
    (await findIssue(ctx.db, ctx.environment.id, id)) ??
    fail('not_found', { detail: 'There is no such issue in this environment.', attr: 'issue_id' })
  );
}

/** With what it is told by. @throws not_found */
export async function getIssueWithFingerprints(
  ctx: ProjectCtx,
  id: string,
): Promise<{ readonly issue: Issue; readonly fingerprints: readonly string[] }> {
  const issue = await getIssue(ctx, id);
  return { issue, fingerprints: await listFingerprints(ctx.db, id) };
}

/** By which exceptions are told to be of an issue; undefined where there is no such issue. */
export async function fingerprintsOf(
  { db, environment }: ProjectCtx,
  id: string,
): Promise<readonly string[] | undefined> {
  return (await findIssue(db, environment.id, id)) && listFingerprints(db, id);
}

async function askedOf(ctx: ProjectCtx, id: string, range: Range): Promise<Asked> {
  const { environment, db } = ctx;
  await getIssue(ctx, id);
  const [fingerprints, joined] = await Promise.all([
    listFingerprints(db, id),
    listJoined(db, environment.id),
  ]);
  return { environmentId: environment.id, range, joined, fingerprints };
}

/** Releases, browsers and systems beyond are left out. */
const MAX_PARTS = 20;

export type Numbers = {
  readonly range: Range;
  readonly total: Count | undefined;
  readonly series: Series;
  readonly releases: readonly Part[];
  readonly browsers: readonly Part[];
  readonly systems: readonly Part[];
};

/** How often, to how many, in which releases, where. @throws not_found */
export async function countIssue(ctx: ProjectCtx, id: string, range: Range): Promise<Numbers> {
  const asked = await askedOf(ctx, id, range);
  const { clickhouse } = ctx;
  const [total, series, releases, browsers, systems] = await Promise.all([
    countOne(clickhouse, asked),
    seriesOfOne(clickhouse, asked),
    countBy(clickhouse, asked, 'release', MAX_PARTS),
    countBy(clickhouse, asked, 'browser', MAX_PARTS),
    countBy(clickhouse, asked, 'os', MAX_PARTS),
  ]);
  return { range, total, series, releases, browsers, systems };
}

/** By every flag that its people had, those that say most first. @throws not_found */
export async function compareFlags(
  ctx: ProjectCtx,
  id: string,
  range: Range,
): Promise<readonly FlagVariants[]> {
  const asked = await askedOf(ctx, id, range);
  const keys = await listFlagsOf(ctx.clickhouse, asked);
  const { told, hits } = await countVariants(ctx.clickhouse, asked, keys);
  return keys
    .map((key) => variantsOf(key, told, hits, keys.length))
    .toSorted((a, b) => weightOf(b) - weightOf(a));
}

const WEIGHTS = { only: 2, more: 1, unclear: 0 } as const;
const weightOf = ({ rows }: FlagVariants): number =>
  Math.max(0, ...rows.map(({ verdict }) => (verdict ? WEIGHTS[verdict] : 0)));

export type IssueEvent = Sample & {
  readonly exceptions: readonly Exception[];
  /** Where it happened in a recording; null where none is kept. */
  readonly recording: FoundRecording | null;
};

type FoundRecording = {
  readonly sessionId: string;
  readonly offsetMs: number;
  /** It says itself in which session; else its person was recorded at that time. */
  readonly isOfSession: boolean;
};

/** 10 s: what led to it is worth seeing, too. */
const BEFORE_MS = 10_000;

/** One page of exceptions, the newest first, and whether there are more. @throws not_found */
export async function listIssueEvents(
  ctx: ProjectCtx,
  tracer: Tracer,
  id: string,
  { range, page }: { readonly range: Range; readonly page: Page },
): Promise<{ readonly events: readonly IssueEvent[]; readonly hasMore: boolean }> {
  const asked = await askedOf(ctx, id, range);
  const samples = await readSamples(ctx.clickhouse, asked, page);
  const where = { db: ctx.db, projectId: ctx.projectId, tracer };
  const shown = samples.slice(0, page.limit);
  const recordingOf = await findRecordings(ctx, shown);
  const events: IssueEvent[] = [];
  for (const sample of shown) {
    const exceptions = readExceptions(sample.list);
    events.push({
      ...sample,
      exceptions: await resolveExceptions(where, sample.release, exceptions),
      recording: recordingOf(sample),
    });
  }
  return { events, hasMore: samples.length > page.limit };
}

type Page = { readonly limit: number; readonly offset: number };

/** Of all at once: times of recordings are corrected to the clock that exceptions go by. */
async function findRecordings(
  ctx: ProjectCtx,
  samples: readonly Sample[],
): Promise<(sample: Sample) => FoundRecording | null> {
  const times = samples.map(({ atMs }) => atMs);
  const span = { fromMs: Math.min(...times), toMs: Math.max(...times) };
  const sessionIds = [...new Set(samples.map(({ sessionId }) => sessionId).filter(Boolean))];
  const alone = samples.filter(({ sessionId }) => sessionId === '');
  const { id: environmentId } = ctx.environment;
  const [ofSessions, ofPeople] = await Promise.all([
    findPlayable(ctx, environmentId, sessionIds, span),
    findPlayableOf(ctx, environmentId, alone),
  ]);
  return (sample) => {
    const isOfSession = sample.sessionId !== '';
    const recordings = isOfSession ? ofSessions : ofPeople;
    const sessionId = isOfSession ? sample.sessionId : sessionAround(sample, recordings);
    const recording = sessionId === undefined ? undefined : recordings.get(sessionId);
    if (sessionId === undefined || !recording) return null;
    const offsetMs = Math.max(0, Math.round(sample.atMs - recording.startMs - BEFORE_MS));
    return { sessionId, offsetMs, isOfSession };
  };
}
