// Puts exceptions into issues. Everything here may be done twice: a batch that was interrupted is taken up again.
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import { startDeleting } from '#platform/clickhouse/mutations';
import { type Ctx, inTransaction, type ProjectCtx } from '#platform/ctx';
import { tellOfIssues } from '../alerts/tell.service.ts';
import { addFirstMapped, findIssueIds, keyText } from '../issues/fingerprints.store.ts';
import { forgetWords } from '../issues/forget.service.ts';
import { isRegression, type Issue } from '../issues/issue.ts';
import {
  countIssues,
  findIssues,
  insertIssue,
  lockIssues,
  noteSeen,
  updateIssue,
} from '../issues/issues.store.ts';
import { type Kind, kindsOf, MAX_ISSUES, OVERFLOW } from './batch.ts';
import { eventKey, findStored, insertGrouped, type NewException } from './exceptions.query.ts';
import { nameBatch, type Named, type NamingDeps, OVERFLOW_FINGERPRINT } from './name.service.ts';

export type GroupingDeps = NamingDeps;

/**
 * Rows of issues first, then exceptions: what is counted always has an issue.
 * @param mayWrite asked once fingerprints are known, which may take long; false: nothing is written
 * @returns whether it was
 */
export async function groupBatch(
  ctx: Ctx,
  deps: GroupingDeps,
  batch: readonly NewException[],
  mayWrite: () => Promise<boolean>,
): Promise<boolean> {
  const named = await nameBatch(ctx, deps, batch);
  if (!(await mayWrite())) return false;
  const grouped: Named[] = [];
  for (const [environmentId, own] of Map.groupBy(named, (one) => one.environmentId)) {
    grouped.push(...(await groupOwn(ctx, deps, environmentId, own)));
  }
  await insertGrouped(ctx.clickhouse, grouped);
  await dropErased(ctx, grouped);
  return true;
}

async function groupOwn(
  ctx: Ctx,
  { directory }: GroupingDeps,
  environmentId: number,
  own: readonly Named[],
): Promise<readonly Named[]> {
  const environment = directory.environmentById(environmentId);
  // Of an environment that was deleted meanwhile: there is nobody to tell.
  if (!environment) return own;
  const { projectId } = environment;
  return inTransaction({ ...ctx, projectId, environment }, async (tx) => {
    const kinds = kindsOf(own);
    const known = await findKnown(tx, kinds);
    const isKnown = (kind: Kind) => known.has(keyText(environmentId, kind.fingerprint));
    const fresh = kinds.filter((kind) => !isKnown(kind));
    const added = await addIssues(tx, fresh);
    const back = await noteKnown(tx, kinds.filter(isKnown), known);
    await tellOfIssues(tx, { added: added.issues, back });
    const { overflown } = added;
    return overflown === null
      ? own
      : own.map((one) =>
          overflown.from.has(one.fingerprint) ? { ...one, fingerprint: overflown.into } : one,
        );
  });
}

/**
 * The issues of kinds. Where an error was known before the source maps of its release were, the first fingerprint that
 * they give goes on with its issue: nothing is new about it. Further ones were told apart only now.
 */
async function findKnown(
  tx: ProjectCtx,
  kinds: readonly Kind[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map(await findIssueIds(tx.db, kinds));
  const mapped = kinds.filter(
    (kind) =>
      kind.unmapped !== kind.fingerprint &&
      !known.has(keyText(kind.environmentId, kind.fingerprint)),
  );
  const before = await findIssueIds(
    tx.db,
    mapped.map(({ environmentId, unmapped }) => ({ environmentId, fingerprint: unmapped })),
  );
  for (const kind of mapped) {
    const id = before.get(keyText(kind.environmentId, kind.unmapped));
    if (id === undefined || !(await addFirstMapped(tx.db, id, kind))) continue;
    known.set(keyText(kind.environmentId, kind.fingerprint), id);
  }
  return known;
}

type Added = {
  readonly issues: readonly { readonly id: string; readonly kind: Kind }[];
  /** Fingerprints that find no room of their own. */
  readonly overflown: { readonly from: ReadonlySet<string>; readonly into: string } | null;
};

async function addIssues(tx: ProjectCtx, fresh: readonly Kind[]): Promise<Added> {
  if (fresh.length === 0) return { issues: [], overflown: null };
  const room = Math.max(0, MAX_ISSUES - (await countIssues(tx.db, tx.environment.id)));
  const issues = [];
  for (const kind of fresh.slice(0, room)) {
    const id = await addIssue(tx, kind);
    if (id !== undefined) issues.push({ id, kind });
  }
  const beyond = fresh.slice(room);
  const [first] = beyond;
  if (!first) return { issues, overflown: null };
  const into = OVERFLOW_FINGERPRINT;
  const kind = { ...first, fingerprint: into, title: OVERFLOW.title };
  const known = (await findIssueIds(tx.db, [kind])).get(keyText(kind.environmentId, into));
  if (known === undefined) await addIssue(tx, kind);
  else await noteSeen(tx.db, known, spanOf(beyond));
  return { issues, overflown: { from: new Set(beyond.map((one) => one.fingerprint)), into } };
}

function spanOf(kinds: readonly Kind[]): { first: Date; last: Date } {
  return {
    first: new Date(Math.min(...kinds.map(({ first }) => first.atMs))),
    last: new Date(Math.max(...kinds.map(({ last }) => last.atMs))),
  };
}

/** Undefined when another replica has added it meanwhile. */
async function addIssue(tx: ProjectCtx, kind: Kind): Promise<string | undefined> {
  const { environmentId, fingerprint, title, library, first, last } = kind;
  const issue = {
    id: v7(),
    environmentId,
    fingerprint,
    ...title,
    library,
    firstSeen: new Date(first.atMs),
    lastSeen: new Date(last.atMs),
    firstRelease: first.release,
  };
  return (await insertIssue(tx.db, issue)) ? issue.id : undefined;
}

/** Widens when issues were seen, and opens those that are back. */
async function noteKnown(
  tx: ProjectCtx,
  kinds: readonly Kind[],
  known: ReadonlyMap<string, string>,
): Promise<readonly { readonly issue: Issue; readonly release: string }[]> {
  const idOf = (kind: Kind) => known.get(keyText(kind.environmentId, kind.fingerprint)) ?? '';
  const ids = [...new Set(kinds.map(idOf))].toSorted();
  if (ids.length === 0) return [];
  await lockIssues(tx.db, tx.environment.id, ids);
  const back = [];
  for (const issue of await findIssues(tx.db, tx.environment.id, ids)) {
    const own = kinds.filter((kind) => idOf(kind) === issue.id);
    await noteSeen(tx.db, issue.id, spanOf(own));
    const seen = own.flatMap((kind) => kind.seen).find((one) => isRegression(issue, one));
    if (!seen) continue;
    await reopen(tx, issue, new Date(seen.atMs));
    back.push({ issue, release: seen.release });
  }
  return back;
}

async function reopen(tx: ProjectCtx, issue: Issue, at: Date): Promise<void> {
  const change = {
    status: 'active',
    regressedAt: at,
    resolvedAt: null,
    resolvedReleases: null,
  } as const;
  await updateIssue(tx.db, issue.id, change, new Date(tx.clock.now()));
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId: tx.environment.id,
    action: 'regressed',
    resourceKind: 'error_issue',
    resourceId: issue.id,
    resourceLabel: issue.name,
    before: { status: issue.status },
    after: { status: 'active', seen_at: at.toISOString() },
  });
}

const ERASING = { log_comment: 'errors', max_execution_time: 60 } as const;

/** Events that were erased between the reading of the batch and its writing leave nothing behind. */
async function dropErased(ctx: Ctx, batch: readonly Named[]): Promise<void> {
  const stored = await findStored(ctx.clickhouse, batch);
  const gone = batch.filter(
    ({ environmentId, uuid }) => !stored.has(eventKey(environmentId, uuid)),
  );
  if (gone.length === 0) return;
  const keys = gone.map(({ environmentId, uuid }) => `(${environmentId}, '${uuid}')`).join(', ');
  const where = `(environment_id, uuid) IN (${keys})`;
  for (const [environmentId, own] of Map.groupBy(gone, (one) => one.environmentId)) {
    const hit = own.map(({ fingerprint }) => fingerprint);
    await forgetWords(ctx, environmentId, where, hit);
  }
  await startDeleting(ctx.clickhouse, { table: 'exception', where }, ERASING);
}
