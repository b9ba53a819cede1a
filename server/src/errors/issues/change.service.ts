// What people do with issues: resolve, ignore, take on, join, split.
import { v7 } from 'uuid';
import { findMember } from '#accounts';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { inTransaction, type ProjectCtx } from '#platform/ctx';
import { OVERFLOW } from '../grouping/batch.ts';
import { readExceptions } from '../grouping/exception.ts';
import { OVERFLOW_FINGERPRINT } from '../grouping/name.service.ts';
import { type Title, titleOf } from '../grouping/title.ts';
import { listReleases } from './counts.query.ts';
import { joinInto, listFingerprints, freeFingerprint } from './fingerprints.store.ts';
import type { Issue, IssueStatus } from './issue.ts';
import { getIssue } from './issue.service.ts';
import {
  findIssues,
  insertIssue,
  type IssueChange,
  lockIssues,
  noteSeen,
  updateIssue,
} from './issues.store.ts';
import { listLatest, withTitles } from './latest.query.ts';

export type IssueInput = {
  readonly status?: IssueStatus | undefined;
  /** Null: nobody's. */
  readonly ownerId?: string | null | undefined;
  /** The change is refused when the issue is another one by now. */
  readonly version?: number | undefined;
};

/** @throws not_found, conflict (attr version), invalid_input (attr assignee) */
export async function changeIssue(ctx: ProjectCtx, id: string, input: IssueInput): Promise<Issue> {
  await getIssue(ctx, id);
  // What is known of it so far: where it happened in these releases, it may go on.
  const releases =
    input.status === 'resolved'
      ? await listReleases(ctx.clickhouse, ctx.environment.id, await listFingerprints(ctx.db, id))
      : [];
  return inTransaction(ctx, async (tx) => {
    await lockIssues(tx.db, tx.environment.id, [id]);
    const before = await getIssue(tx, id);
    if (input.version !== undefined && input.version !== before.version) {
      fail('conflict', { attr: 'version' });
    }
    await checkOwner(tx, input.ownerId);
    const at = new Date(tx.clock.now());
    const change = changeOf(before, input, releases, at);
    if (Object.keys(change).length === 0) return before;
    await updateIssue(tx.db, id, change, at);
    const after = await getIssue(tx, id);
    await audit(tx, 'updated', after, { before: stateOf(before), after: stateOf(after) });
    return after;
  });
}

async function checkOwner(tx: ProjectCtx, ownerId: string | null | undefined): Promise<void> {
  if (ownerId === undefined || ownerId === null) return;
  if (await findMember(tx, tx.projectId, ownerId)) return;
  fail('invalid_input', { attr: 'assignee', detail: 'Nobody of this project has this id.' });
}

function changeOf(
  before: Issue,
  { status, ownerId }: IssueInput,
  releases: readonly string[],
  at: Date,
): IssueChange {
  const isOwner = ownerId === undefined || ownerId === (before.owner?.id ?? null);
  return {
    ...(isOwner ? {} : { ownerId }),
    ...(status === undefined || status === before.status
      ? {}
      : {
          status,
          resolvedAt: status === 'resolved' ? at : null,
          resolvedReleases: status === 'resolved' ? releases : null,
          ...(status === 'active' ? {} : { regressedAt: null }),
        }),
  };
}

const stateOf = ({ status, owner }: Issue) => ({ status, owner: owner?.email ?? null });

async function audit(
  tx: ProjectCtx,
  action: string,
  { id, name }: Issue,
  states: { readonly before: unknown; readonly after: unknown },
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId: tx.environment.id,
    action,
    resourceKind: 'error_issue',
    resourceId: id,
    resourceLabel: name,
    ...states,
  });
}

/**
 * Makes other issues part of this one, which keeps its name and its status.
 * @throws not_found, invalid_input (attr ids)
 */
export async function mergeIssues(
  ctx: ProjectCtx,
  id: string,
  others: readonly string[],
): Promise<Issue> {
  return inTransaction(ctx, async (tx) => {
    const ids = [...new Set(others)];
    if (ids.includes(id))
      fail('invalid_input', { attr: 'ids', detail: 'An issue is part of itself.' });
    await lockIssues(tx.db, tx.environment.id, [id, ...ids]);
    const into = await getIssue(tx, id);
    const found = await findIssues(tx.db, tx.environment.id, ids);
    const missing = ids.find((one) => found.every((issue) => issue.id !== one));
    if (missing !== undefined)
      fail('invalid_input', { attr: 'ids', detail: `There is no issue ${missing}.` });
    await joinInto(tx.db, id, ids);
    await noteSeen(tx.db, id, {
      first: new Date(Math.min(...found.map(({ firstSeen }) => firstSeen.getTime()))),
      last: new Date(Math.max(...found.map(({ lastSeen }) => lastSeen.getTime()))),
    });
    await updateIssue(tx.db, id, {}, new Date(tx.clock.now()));
    // Not what they say: that may be about people, and what is audited stays.
    const merged = found.map(({ id: from, name }) => ({ id: from, name }));
    await audit(tx, 'merged', into, { before: null, after: { merged } });
    return getIssue(tx, id);
  });
}

/**
 * Makes fingerprints that were joined issues of their own again; the issue keeps at least its own.
 * @throws not_found, invalid_input (attr fingerprints)
 */
export async function splitIssue(
  ctx: ProjectCtx,
  id: string,
  fingerprints: readonly string[],
): Promise<readonly Issue[]> {
  const titles = new Map<string, Title>();
  for (const fingerprint of new Set(fingerprints)) {
    titles.set(fingerprint, await titleFor(ctx, fingerprint));
  }
  return inTransaction(ctx, async (tx) => {
    await lockIssues(tx.db, tx.environment.id, [id]);
    const from = await getIssue(tx, id);
    const own = await listFingerprints(tx.db, id);
    const split = [];
    for (const [fingerprint, title] of titles) {
      if (!own.includes(fingerprint) || fingerprint === from.fingerprint) {
        fail('invalid_input', {
          attr: 'fingerprints',
          detail: `The issue was not joined with ${fingerprint}.`,
        });
      }
      split.push(await splitOff(tx, from, fingerprint, title));
    }
    await updateIssue(tx.db, id, {}, new Date(tx.clock.now()));
    await audit(tx, 'split', from, { before: null, after: { split } });
    return findIssues(tx.db, tx.environment.id, split);
  });
}

async function splitOff(
  tx: ProjectCtx,
  from: Issue,
  fingerprint: string,
  title: Title,
): Promise<string> {
  const id = v7();
  const environmentId = tx.environment.id;
  const { firstSeen, lastSeen, firstRelease, library } = from;
  await freeFingerprint(tx.db, { environmentId, fingerprint });
  await insertIssue(tx.db, {
    id,
    environmentId,
    fingerprint,
    ...title,
    library,
    firstSeen,
    lastSeen,
    firstRelease,
  });
  return id;
}

/** How the newest exception with a fingerprint is called. */
async function titleFor(
  { clickhouse, environment }: ProjectCtx,
  fingerprint: string,
): Promise<Title> {
  if (fingerprint === OVERFLOW_FINGERPRINT) return OVERFLOW.title;
  const asked = { environmentId: environment.id, fingerprints: [fingerprint] };
  const latest = await listLatest(clickhouse, asked);
  const [newest] = await withTitles(clickhouse, environment.id, latest);
  return newest?.title ?? titleOf(readExceptions([]));
}
