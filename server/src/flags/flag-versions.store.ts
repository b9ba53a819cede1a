// Rows of flag versions: only ever added, one for each version of a flag in an environment.
import type { Db } from '#platform/ctx';
import type { FlagState } from './flag-change.ts';

export type FlagVersion = {
  readonly flagId: number;
  readonly environmentId: number;
  readonly at: Date;
  /** Names the version. States from before a field existed lack it. */
  readonly state: FlagState;
  readonly auditEntryId: string | null;
};

/** A version with what the audit log says about it. */
export type ListedVersion = {
  readonly version: number;
  readonly at: Date;
  readonly state: FlagState;
  readonly change: {
    readonly action: string;
    readonly reason: string | null;
    readonly actor: { readonly kind: string; readonly id: string; readonly label: string };
  } | null;
};

/** Rows of one statement; PostgreSQL takes 65,535 parameters. */
const INSERT_SIZE = 1_000;

export async function insertVersions(db: Db, versions: readonly FlagVersion[]): Promise<void> {
  for (let from = 0; from < versions.length; from += INSERT_SIZE) {
    const part = versions.slice(from, from + INSERT_SIZE);
    await db.insertInto('flag_version').values(part.map(toRow)).execute();
  }
}

function toRow({ flagId, environmentId, at, state, auditEntryId }: FlagVersion) {
  return {
    flag_id: flagId,
    environment_id: environmentId,
    version: state.version,
    at,
    definition: JSON.stringify(state),
    audit_entry_id: auditEntryId,
  };
}

type Place = { readonly flagId: number; readonly environmentId: number };

/** One page, newest first, and how many versions are kept. */
export async function listVersions(
  db: Db,
  place: Place,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; versions: ListedVersion[] }> {
  const { count } = await db
    .selectFrom('flag_version')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('flag_id', '=', place.flagId)
    .where('environment_id', '=', place.environmentId)
    .executeTakeFirstOrThrow();
  const rows = await selectVersions(db, place)
    .orderBy('flag_version.version', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count: Number(count), versions: rows.map(toListed) };
}

export async function findVersion(
  db: Db,
  place: Place,
  version: number,
): Promise<ListedVersion | undefined> {
  const row = await selectVersions(db, place)
    .where('flag_version.version', '=', version)
    .executeTakeFirst();
  return row && toListed(row);
}

function selectVersions(db: Db, { flagId, environmentId }: Place) {
  return db
    .selectFrom('flag_version')
    .leftJoin('audit_entry as entry', 'entry.id', 'flag_version.audit_entry_id')
    .select([
      'flag_version.version',
      'flag_version.at',
      'flag_version.definition',
      'entry.action',
      'entry.reason',
      'entry.actor_kind',
      'entry.actor_id',
      'entry.actor_label',
    ])
    .where('flag_version.flag_id', '=', flagId)
    .where('flag_version.environment_id', '=', environmentId);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectVersions>['executeTakeFirstOrThrow']>>;

function toListed(row: Row): ListedVersion {
  const { action, reason, actor_kind: kind, actor_id: id, actor_label: label } = row;
  const hasEntry = action !== null && kind !== null && id !== null && label !== null;
  return {
    version: row.version,
    at: row.at,
    state: row.definition as FlagState,
    change: hasEntry ? { action, reason, actor: { kind, id, label } } : null,
  };
}
