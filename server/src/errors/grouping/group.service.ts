// Puts exceptions into issues. Everything here may be done twice: a batch that was interrupted is taken up again.
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import type { AccountsDirectory } from '#accounts';
import { recordAudit } from '#audit';
import { startDeleting } from '#platform/clickhouse/mutations';
import { type Ctx, inTransaction, type ProjectCtx } from '#platform/ctx';
import { tellOfIssues } from '../alerts/tell.service.ts';
import { findIssueIds, keyText } from '../issues/fingerprints.store.ts';
import { isRegression, type Issue } from '../issues/issue.ts';
import {
  countIssues,
  findIssues,
  insertIssue,
  lockIssues,
  noteSeen,
  updateIssue,
} from '../issues/issues.store.ts';
import { resolveExceptions, type Tracer } from '../maps/maps.service.ts';
import { type Kind, kindsOf, MAX_ISSUES, OVERFLOW } from './batch.ts';
import { type Exception, readExceptions } from './exception.ts';
import { findStored, insertGrouped, type NewException } from './exceptions.query.ts';
import { signatureOf } from './signature.ts';

export type GroupingDeps = {
  readonly directory: Pick<AccountsDirectory, 'environmentById'>;
  readonly tracer: Tracer;
};

type Grouped = NewException & {
  readonly fingerprint: string;
  readonly exceptions: readonly Exception[];
};

/** Rows of issues first, then exceptions: what is counted always has an issue. */
export async function groupBatch(
  ctx: Ctx,
  deps: GroupingDeps,
  batch: readonly NewException[],
): Promise<void> {
  const named: Grouped[] = [];
  for (const one of batch) named.push(await groupedBy(ctx, deps, one));
  const grouped: Grouped[] = [];
  for (const [environmentId, own] of Map.groupBy(named, (one) => one.environmentId)) {
    grouped.push(...(await groupOwn(ctx, deps, environmentId, own)));
  }
  await insertGrouped(ctx.clickhouse, grouped);
  await dropErased(ctx, grouped);
}

/** By the source where its maps are known: what a minifier called things changes with every build. */
async function groupedBy(ctx: Ctx, deps: GroupingDeps, one: NewException): Promise<Grouped> {
  const { directory, tracer } = deps;
  const projectId = directory.environmentById(one.environmentId)?.projectId;
  const sent = readExceptions(one.list);
  const exceptions =
    projectId === undefined
      ? sent
      : await resolveExceptions({ db: ctx.db, projectId, tracer }, one.release, sent);
  return { ...one, fingerprint: hashOf(signatureOf(exceptions, one.own)), exceptions };
}

/** 128 bits of its SHA-256, in the form of a UUID. */
function hashOf(signature: string): string {
  const hex = createHash('sha256').update(signature).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

async function groupOwn(
  ctx: Ctx,
  { directory }: GroupingDeps,
  environmentId: number,
  own: readonly Grouped[],
): Promise<readonly Grouped[]> {
  const environment = directory.environmentById(environmentId);
  // Of an environment that was deleted meanwhile: there is nobody to tell.
  if (!environment) return own;
  const { projectId } = environment;
  return inTransaction({ ...ctx, projectId, environment }, async (tx) => {
    const kinds = kindsOf(own);
    const known = await findIssueIds(tx.db, kinds);
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
  const into = hashOf(OVERFLOW.signature);
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
async function dropErased(ctx: Ctx, batch: readonly Grouped[]): Promise<void> {
  const stored = await findStored(ctx.clickhouse, batch);
  const gone = batch.filter(({ uuid }) => !stored.has(uuid));
  if (gone.length === 0) return;
  const uuids = gone.map(({ uuid }) => `'${uuid}'`).join(', ');
  const where = `uuid IN (${uuids})`;
  await startDeleting(ctx.clickhouse, { table: 'exception', where }, ERASING);
}
