// What people do with incidents: read them, and write what only people know. Every change is audited, a series of
// automatic saves by one person once.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { inTransaction, type ProjectCtx } from '#platform/ctx';
import type { ActionItem } from './incident.ts';
import { findIncident, type Incident, saveWritten } from './incident.store.ts';
import { deleteText, findText, insertText } from './text.store.ts';

/** Saves of one person within this time are one version: pages save by themselves while one types. */
const ONE_SITTING_MS = 10 * 60_000;

/** @throws not_found */
export async function getIncident(
  ctx: ProjectCtx,
  id: string,
  options: { readonly isLocked?: boolean } = {},
): Promise<Incident> {
  const incident = await findIncident(ctx.db, id, { ...options, projectId: ctx.projectId });
  if (incident?.environmentId === ctx.environment.id) return incident;
  return fail('not_found', { detail: 'There is no such incident in this environment.' });
}

export type WrittenChange = {
  readonly postMortem?: string | undefined;
  /** The version of the post-mortem that was changed; another one by now is a conflict. */
  readonly seenText?: number | undefined;
  readonly actionItems?: readonly ActionItem[] | undefined;
  /** The action items that were changed; others by now are a conflict. */
  readonly seenItems?: readonly ActionItem[] | undefined;
};

/**
 * Saves the post-mortem, the action items, or both.
 * @throws not_found; conflict when somebody else has saved the same meanwhile
 */
export async function writeIncident(
  ctx: ProjectCtx,
  id: string,
  change: WrittenChange,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const incident = await getIncident(tx, id, { isLocked: true });
    const text = await saveText(tx, incident, change);
    const items = change.actionItems;
    if (items !== undefined) mustHaveSeen(incident, change.seenItems ?? []);
    await saveWritten(tx.db, id, {
      ...(text ? { textVersion: text.version } : {}),
      ...(items ? { actionItems: items } : {}),
    });
    const isNews = items !== undefined || text?.isNewSitting === true;
    if (!isNews) return;
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId: incident.environmentId,
      action: 'written',
      resourceKind: 'incident',
      resourceId: id,
      resourceLabel: incident.flagKey,
      before: { action_items: incident.actionItems, post_mortem_version: incident.textVersion },
      after: {
        action_items: items ?? incident.actionItems,
        post_mortem_version: text?.version ?? incident.textVersion,
      },
    });
  });
}

/** @throws conflict when the action items are not those that were looked at */
function mustHaveSeen(incident: Incident, seen: readonly ActionItem[]): void {
  const asText = (items: readonly ActionItem[]) =>
    JSON.stringify(items.map(({ id, text, owner, done }) => [id, text, owner, done]));
  if (asText(seen) === asText(incident.actionItems)) return;
  fail('conflict', {
    attr: 'seen_action_items',
    detail: 'The action items are others by now; look at them before writing over them.',
  });
}

async function saveText(
  tx: ProjectCtx,
  incident: Incident,
  { postMortem, seenText }: WrittenChange,
): Promise<{ version: number; isNewSitting: boolean } | null> {
  if (postMortem === undefined) return null;
  if (seenText !== incident.textVersion) {
    fail('conflict', {
      attr: 'post_mortem_version',
      detail: `The post-mortem is at version ${incident.textVersion} by now; look at it before writing over it.`,
    });
  }
  const last = await findText(tx.db, incident.id);
  if (last?.body === postMortem) return null;
  const savedAt = new Date(tx.clock.now());
  const savedBy = tx.actor.label;
  const version = incident.textVersion + 1;
  const isSameSitting =
    last?.savedBy === savedBy && savedAt.getTime() - last.savedAt.getTime() < ONE_SITTING_MS;
  await insertText(tx.db, incident.id, { version, body: postMortem, savedBy, savedAt });
  if (isSameSitting) await deleteText(tx.db, incident.id, last.version);
  return { version, isNewSitting: !isSameSitting };
}
