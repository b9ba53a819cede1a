// Public links to the results of an experiment: whoever has one sees them until it is revoked. The token is told once;
// its hash is kept.
import { v7 as uuidv7 } from 'uuid';
import { type AccountsDirectory, createAttemptLimit, hashToken, randomToken } from '#accounts';
import { recordAudit } from '#audit';
import type { Insights } from '#insights';
import { fail } from '#kernel/errors';
import { type Ctx, type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { statusOf } from './experiment.ts';
import {
  type Link,
  deleteLink,
  findLinkTarget,
  insertLink,
  listLinkRows,
} from './experiment-links.store.ts';
import { type Experiment, getExperiment } from './experiments.service.ts';
import type { Results } from './results.ts';
import type { Looks } from './latest.service.ts';
import { getResults } from './results.service.ts';
import { untold } from './untold.ts';

export type { Link } from './experiment-links.store.ts';

const MAX_LINKS = 20;
/** What one address may ask within 5 minutes: a wall of monitors, not a crawler. */
const MAX_REQUESTS = 1_500;
/** What all who have one link may ask within 5 minutes. */
const MAX_BY_LINK = 1_500;

/** @throws not_found */
export async function listLinks(ctx: ProjectCtx, id: number): Promise<Link[]> {
  await getExperiment(ctx, id);
  return listLinkRows(ctx.db, id);
}

/** @throws not_found; conflict before the launch; invalid_input when there are too many */
export async function createLink(
  ctx: ProjectCtx,
  id: number,
): Promise<{ link: Link; token: string }> {
  const token = randomToken('');
  return inTransaction(ctx, async (tx) => {
    const experiment = await getExperiment(tx, id);
    if (statusOf(experiment) === 'draft') {
      fail('conflict', { detail: 'The experiment has not been launched: it has no results.' });
    }
    if ((await listLinkRows(tx.db, id)).length >= MAX_LINKS) {
      fail('invalid_input', { detail: `An experiment has at most ${MAX_LINKS} links.` });
    }
    const made = { id: uuidv7(), at: new Date(tx.clock.now()) };
    await insertLink(tx.db, id, { ...made, tokenHash: hashToken(token), by: userIdOf(tx) });
    await audit(tx, experiment, 'link_created', { after: { link: made.id } });
    const link = (await listLinkRows(tx.db, id)).find((one) => one.id === made.id);
    return { link: link ?? fail('internal_error'), token };
  });
}

/** Nobody sees anything by it any more. @throws not_found */
export async function revokeLink(ctx: ProjectCtx, id: number, linkId: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const experiment = await getExperiment(tx, id);
    const wasThere = await deleteLink(tx.db, id, linkId);
    if (!wasThere) fail('not_found', { detail: 'There is no such link.' });
    await audit(tx, experiment, 'link_revoked', { before: { link: linkId } });
  });
}

async function audit(
  tx: ProjectCtx,
  { id, name }: { readonly id: number; readonly name: string },
  action: string,
  { before, after }: { readonly before?: object; readonly after?: object },
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId: tx.environment.id,
    action,
    resourceKind: 'experiment',
    resourceId: String(id),
    // With its name, as history tells of everything.
    before: { name, ...before },
    after: { name, ...after },
  });
}

export type SharedDeps = {
  readonly insights: Insights;
  readonly directory: Pick<AccountsDirectory, 'projectById' | 'environmentById'>;
  readonly looks: Looks;
};

/**
 * What strangers see by a link. Of so many requests an address and a link, and with one look for all who wait.
 * @throws not_found when the link is none (any more); rate_limit_exceeded; what results throw
 */
export function openSharedResults({ insights, directory, looks }: SharedDeps) {
  const byAddress = createAttemptLimit(MAX_REQUESTS);
  const byLink = createAttemptLimit(MAX_BY_LINK);
  return async (ctx: Ctx, token: string): Promise<{ experiment: Experiment; results: Results }> => {
    const nowMs = ctx.clock.now();
    countOne(byAddress, ctx.origin?.ip ?? '', nowMs);
    const tokenHash = hashToken(token);
    const target = await findLinkTarget(ctx.db, tokenHash);
    const environment = target && directory.environmentById(target.environmentId);
    const settings = target && directory.projectById(target.projectId);
    if (!target || !environment || !settings) fail('not_found', { detail: NO_LINK });
    countOne(byLink, tokenHash, nowMs);
    const asked: ProjectCtx = { ...ctx, projectId: target.projectId, environment };
    // Nobody's going ends it: others wait for the same numbers. It has bounds of its own.
    const asking = { ctx: asked, insights, settings, signal: new AbortController().signal };
    return {
      experiment: await getExperiment(asked, target.experimentId),
      results: await getResults(asking, looks, target.experimentId, {}).catch((error: unknown) => {
        throw untold(error);
      }),
    };
  };
}

function countOne(limit: AttemptLimit, key: string, nowMs: number): void {
  const waitMs = limit.waitMs(key, nowMs);
  if (waitMs > 0) fail('rate_limit_exceeded', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
  limit.count(key, nowMs);
}
type AttemptLimit = ReturnType<typeof createAttemptLimit>;

const NO_LINK = 'This link has been revoked, or never was one.';
