// Public links of dashboards: whoever has one sees what the dashboard shows in one environment, until it is
// revoked. The token is told once; its hash is kept.
import { v7 as uuidv7 } from 'uuid';
import { hashToken, randomToken } from '#accounts';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { type Dashboard, getDashboard } from './dashboards.service.ts';
import { type Link, deleteLink, insertLink, listLinkRows } from './links.store.ts';

export type { Link } from './links.store.ts';

const MAX_LINKS = 20;

/** @throws not_found */
export async function listLinks(ctx: ProjectCtx, dashboardId: number): Promise<Link[]> {
  await getDashboard(ctx, dashboardId);
  return listLinkRows(ctx.db, dashboardId);
}

/**
 * A link to what the dashboard shows in the environment of the ctx.
 * @throws not_found; invalid_input when there are too many
 */
export async function createLink(
  ctx: ProjectCtx,
  dashboardId: number,
): Promise<{ link: Link; token: string }> {
  const token = randomToken('');
  const made = {
    id: uuidv7(),
    dashboardId,
    environmentId: ctx.environment.id,
    createdAt: new Date(ctx.clock.now()),
  };
  return inTransaction(ctx, async (tx) => {
    const dashboard = await getDashboard(tx, dashboardId);
    if (dashboard.deleted) fail('not_found', { detail: 'There is no such dashboard.' });
    if ((await listLinkRows(tx.db, dashboardId)).length >= MAX_LINKS) {
      fail('invalid_input', { detail: `A dashboard has at most ${MAX_LINKS} links.` });
    }
    await insertLink(tx.db, { ...made, tokenHash: hashToken(token), by: userIdOf(tx) });
    await audit(tx, dashboard, 'link_created', { after: { link: made.id } });
    const link = (await listLinkRows(tx.db, dashboardId)).find(({ id }) => id === made.id);
    return { link: link ?? fail('internal_error'), token };
  });
}

/** Nobody sees anything by it any more. @throws not_found */
export async function revokeLink(ctx: ProjectCtx, dashboardId: number, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const dashboard = await getDashboard(tx, dashboardId);
    const wasThere = await deleteLink(tx.db, dashboardId, id);
    if (!wasThere) fail('not_found', { detail: 'There is no such link.' });
    await audit(tx, dashboard, 'link_revoked', { before: { link: id } });
  });
}

async function audit(
  ctx: ProjectCtx,
  dashboard: Dashboard,
  action: string,
  states: { readonly before?: object; readonly after?: object },
): Promise<void> {
  await recordAudit(ctx, {
    projectId: ctx.projectId,
    environmentId: ctx.environment.id,
    action,
    resourceKind: 'dashboard',
    resourceId: String(dashboard.id),
    resourceLabel: dashboard.name,
    ...states,
  });
}
