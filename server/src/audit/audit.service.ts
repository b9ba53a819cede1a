// Writes and reads the audit log. Writing happens inside the transaction of the change it tells of: if
// the entry cannot be written, the change does not happen.
import { type Ctx, userIdOf } from '#platform/ctx';
import {
  type AuditFacets,
  type AuditFilter,
  type AuditRow,
  insertAudit,
  listAudit,
  listFacets,
  readAudit,
} from './audit.store.ts';
import { entriesCsv } from './audit-csv.ts';
import { type EntryBody, changedFields, labelOf, withoutSecrets } from './entry.ts';

export type { AuditFilter } from './audit.store.ts';

/** Whose the changed thing is: a project's, or the whole organisation's (people, their keys). */
type AuditOwner =
  | { readonly projectId: number; readonly organizationId?: undefined }
  | { readonly projectId: null; readonly organizationId: number };

export type AuditEntry = AuditOwner & {
  readonly environmentId?: number | null;
  /** Past tense, such as `created`, `updated`, `archived`, `rolled_back`. */
  readonly action: string;
  /** Such as `flag`, `rollout`, `personal_api_key`. */
  readonly resourceKind: string;
  readonly resourceId: string;
  /** What people call it; else the name that the states hold. */
  readonly resourceLabel?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | null;
};

/** Adds one entry, in the caller's transaction; returns its id. */
export async function recordAudit(ctx: Ctx, entry: AuditEntry): Promise<string> {
  return insertAudit(ctx.db, {
    project_id: entry.projectId,
    organization_id: entry.organizationId ?? null,
    environment_id: entry.environmentId ?? null,
    at: new Date(ctx.clock.now()),
    actor_kind: ctx.actor.kind,
    actor_id: ctx.actor.id,
    actor_label: ctx.actor.label,
    actor_user_id: userIdOf(ctx),
    action: entry.action,
    resource_kind: entry.resourceKind,
    resource_id: entry.resourceId,
    resource_label: entry.resourceLabel ?? labelOf(entry.after) ?? labelOf(entry.before),
    before: withoutSecrets(entry.before ?? null),
    after: withoutSecrets(entry.after ?? null),
    reason: entry.reason ?? null,
    ip: ctx.origin?.ip ?? null,
    user_agent: ctx.origin?.userAgent ?? null,
    session: ctx.origin?.session ?? null,
  });
}

/** One page of the log by number, in wire form, newest first. */
export async function listEntries(
  ctx: Ctx,
  filter: AuditFilter,
  page: { readonly limit: number; readonly offset: number },
) {
  const { count, rows } = await listAudit(ctx.db, filter, page);
  return { count, entries: rows.map(entryBody) };
}

/** Entries older than the one named, newest first; `next` is the last one's id when there are more. */
export async function readEntries(
  ctx: Ctx,
  filter: AuditFilter,
  page: { readonly limit: number; readonly beforeId?: string | undefined },
): Promise<{ entries: EntryBody[]; next: string | undefined }> {
  const rows = await readAudit(ctx.db, filter, { ...page, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  const next = rows.length > page.limit ? shown.at(-1)?.id : undefined;
  return { entries: shown.map(entryBody), next };
}

/** Who and what can be filtered by. */
export async function getFacets(ctx: Ctx, filter: AuditFilter): Promise<AuditFacets> {
  return listFacets(ctx.db, filter);
}

type ExportFormat = 'csv' | 'json';

/** An export ends at whichever comes first; filter by time for what is older. */
const MAX_EXPORT_ENTRIES = 10_000;
/** 20 MB of text. */
const MAX_EXPORT_CHARACTERS = 20_000_000;
const EXPORT_BATCH = 500;

/** The newest entries as one text, and whether there were more than it may hold. */
export async function exportEntries(
  ctx: Ctx,
  filter: AuditFilter,
  format: ExportFormat,
): Promise<{ text: string; isCut: boolean }> {
  const texts: string[] = [];
  let characters = 0;
  let next: string | undefined;
  do {
    const batch: Awaited<ReturnType<typeof readEntries>> = await readEntries(ctx, filter, {
      limit: EXPORT_BATCH,
      beforeId: next,
    });
    for (const entry of batch.entries) {
      const text = format === 'csv' ? entriesCsv([entry]) : JSON.stringify(entry);
      characters += text.length;
      if (characters > MAX_EXPORT_CHARACTERS) return finished(texts, format, true);
      texts.push(text);
    }
    next = batch.next;
  } while (next !== undefined && texts.length < MAX_EXPORT_ENTRIES);
  return finished(texts, format, next !== undefined);
}

function finished(texts: readonly string[], format: ExportFormat, isCut: boolean) {
  const text = format === 'csv' ? entriesCsv([], true) + texts.join('') : `[${texts.join(',\n')}]`;
  return { text, isCut };
}

function entryBody(row: AuditRow): EntryBody {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: {
      kind: row.actor_kind,
      id: row.actor_id,
      label: row.actor_label,
      user_id: row.actor_user_id,
    },
    action: row.action,
    resource_kind: row.resource_kind,
    resource_id: row.resource_id,
    resource_label: row.resource_label,
    environment_id: row.environment_id,
    changes: changedFields(row.before, row.after),
    reason: row.reason,
    origin:
      row.ip === null ? null : { ip: row.ip, user_agent: row.user_agent, session: row.session },
  };
}
