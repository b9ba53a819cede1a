// Rows of incidents and of what people write about them.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { ActionItem, Banner, Closing, IncidentEvidence, IncidentKind } from './incident.ts';

export type Incident = {
  readonly id: string;
  readonly projectId: number;
  readonly environmentId: number;
  readonly rolloutId: string;
  readonly flagKey: string;
  readonly flagId: number;
  readonly environmentKey: string;
  readonly kind: IncidentKind;
  readonly attempt: number;
  readonly stageIndex: number;
  readonly openedAt: Date;
  /** When the flag was taken back. */
  readonly flagOffAt: Date | null;
  readonly closedAt: Date | null;
  readonly closing: Closing | null;
  readonly closedBy: string | null;
  /** The look that opened it, or the last one before. */
  readonly evaluationId: string | null;
  readonly culprits: readonly string[];
  readonly reasons: readonly string[];
  /** Null until the event store has been asked. */
  readonly evidence: IncidentEvidence | null;
  readonly collectTries: number;
  /** Of the post-mortem; 0: nobody has written any. */
  readonly textVersion: number;
  readonly actionItems: readonly ActionItem[];
  readonly banner: Banner | null;
  readonly version: number;
};

function selectIncidents(db: Db) {
  return db
    .selectFrom('rollout_incident')
    .innerJoin('rollout', 'rollout.id', 'rollout_incident.rollout_id')
    .innerJoin('environment', 'environment.id', 'rollout_incident.environment_id')
    .selectAll('rollout_incident')
    .select(['rollout.flag_key', 'rollout.flag_id', 'environment.key as environment_key']);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectIncidents>['executeTakeFirstOrThrow']>>;

const toIncident = (row: Row): Incident => ({
  id: row.id,
  projectId: row.project_id,
  environmentId: row.environment_id,
  rolloutId: row.rollout_id,
  flagKey: row.flag_key,
  flagId: row.flag_id,
  environmentKey: row.environment_key,
  kind: row.kind as IncidentKind,
  attempt: row.attempt,
  stageIndex: row.stage_index,
  openedAt: row.opened_at,
  flagOffAt: row.flag_off_at,
  closedAt: row.closed_at,
  closing: row.closing as Closing | null,
  closedBy: row.closed_by,
  evaluationId: row.evaluation_id,
  culprits: row.culprits,
  reasons: row.reasons,
  evidence: row.evidence as IncidentEvidence | null,
  collectTries: row.collect_tries,
  textVersion: row.text_version,
  actionItems: row.action_items as readonly ActionItem[],
  banner: row.banner as Banner | null,
  version: row.version,
});

/** What an incident is opened with, and what becomes of it when the change is taken back. */
export type IncidentCause = {
  readonly kind: IncidentKind;
  readonly flagOffAt: Date | null;
  readonly evaluationId: string | null;
  readonly culprits: readonly string[];
  readonly reasons: readonly string[];
  readonly collectAt: Date;
};

const causeColumns = (cause: IncidentCause) => ({
  kind: cause.kind,
  flag_off_at: cause.flagOffAt,
  evaluation_id: cause.evaluationId,
  culprits: JSON.stringify(cause.culprits),
  reasons: JSON.stringify(cause.reasons),
  collect_at: cause.collectAt,
  collect_tries: 0,
});

export async function insertIncident(
  db: Db,
  incident: IncidentCause & {
    readonly id: string;
    readonly projectId: number;
    readonly environmentId: number;
    readonly rolloutId: string;
    readonly attempt: number;
    readonly stageIndex: number;
    readonly openedAt: Date;
  },
): Promise<void> {
  await db
    .insertInto('rollout_incident')
    .values({
      id: incident.id,
      project_id: incident.projectId,
      environment_id: incident.environmentId,
      rollout_id: incident.rolloutId,
      attempt: incident.attempt,
      stage_index: incident.stageIndex,
      opened_at: incident.openedAt,
      ...causeColumns(incident),
    })
    .execute();
}

/** The investigation has become a rollback. */
export async function worsenIncident(db: Db, id: string, cause: IncidentCause): Promise<void> {
  await bump(db, id).set(causeColumns(cause)).execute();
}

export async function closeIncident(
  db: Db,
  id: string,
  end: { readonly at: Date; readonly closing: Closing; readonly by: string },
): Promise<void> {
  await bump(db, id).set({ closed_at: end.at, closing: end.closing, closed_by: end.by }).execute();
}

function bump(db: Db, id: string) {
  return db
    .updateTable('rollout_incident')
    .set({ version: sql<number>`version + 1` })
    .where('id', '=', id);
}

export async function findOpenIncident(db: Db, rolloutId: string): Promise<Incident | undefined> {
  const row = await selectIncidents(db)
    .where('rollout_incident.rollout_id', '=', rolloutId)
    .where('rollout_incident.closed_at', 'is', null)
    .executeTakeFirst();
  return row && toIncident(row);
}

/** One incident; with `isLocked` other changes of it wait until the transaction ends. */
export async function findIncident(
  db: Db,
  id: string,
  options: { readonly projectId?: number; readonly isLocked?: boolean } = {},
): Promise<Incident | undefined> {
  let query = selectIncidents(db).where('rollout_incident.id', '=', id);
  if (options.projectId !== undefined) {
    query = query.where('rollout_incident.project_id', '=', options.projectId);
  }
  if (options.isLocked) query = query.forUpdate('rollout_incident');
  const row = await query.executeTakeFirst();
  return row && toIncident(row);
}

export type IncidentFilter = {
  readonly environmentId: number;
  readonly rolloutId?: string | undefined;
  readonly isOpen?: boolean | undefined;
};

/** Newest first. */
export async function listIncidents(
  db: Db,
  filter: IncidentFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; incidents: Incident[] }> {
  let query = selectIncidents(db).where(
    'rollout_incident.environment_id',
    '=',
    filter.environmentId,
  );
  if (filter.rolloutId !== undefined) query = query.where('rollout_id', '=', filter.rolloutId);
  if (filter.isOpen !== undefined) {
    query = query.where('closed_at', filter.isOpen ? 'is' : 'is not', null);
  }
  const { count } = await query
    .clearSelect()
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .orderBy('opened_at', 'desc')
    .orderBy('rollout_incident.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count: Number(count), incidents: rows.map(toIncident) };
}

/** The next incident whose evidence is due; nobody else takes it before `untilAt`. */
export async function claimCollection(
  db: Db,
  now: Date,
  untilAt: Date,
): Promise<Incident | undefined> {
  const { rows } = await sql<{ id: string }>`
    update rollout_incident set collect_at = ${untilAt}, collect_tries = collect_tries + 1
    where id in (select id from rollout_incident where collect_at <= ${now}
      order by collect_at limit 1 for update skip locked)
    returning id`.execute(db);
  return rows[0] && findIncident(db, rows[0].id);
}

/** An incident whose evidence is being collected; it may have become a rollback meanwhile, which asks anew. */
type Claim = { readonly id: string; readonly claimedUntil: Date };

/** Keeps what was found. */
export async function saveEvidence(db: Db, id: string, evidence: IncidentEvidence): Promise<void> {
  await bump(db, id)
    .set({ evidence: JSON.stringify(evidence) })
    .execute();
}

/** Ends a claim: `at` is when to ask once more, null when this was the last time. */
export async function postponeCollection(
  db: Db,
  { id, claimedUntil }: Claim,
  at: Date | null,
): Promise<void> {
  await db
    .updateTable('rollout_incident')
    .set({ collect_at: at })
    .where('id', '=', id)
    .where('collect_at', '=', claimedUntil)
    .execute();
}

/** What shows the banner, or showed it. */
export async function saveBanner(db: Db, id: string, banner: Banner): Promise<void> {
  await bump(db, id)
    .set({ banner: JSON.stringify(banner) })
    .execute();
}

/** What people have written. */
export async function saveWritten(
  db: Db,
  id: string,
  written: { readonly textVersion?: number; readonly actionItems?: readonly ActionItem[] },
): Promise<void> {
  const { textVersion, actionItems } = written;
  await bump(db, id)
    .set({
      ...(textVersion === undefined ? {} : { text_version: textVersion }),
      ...(actionItems === undefined ? {} : { action_items: JSON.stringify(actionItems) }),
    })
    .execute();
}
