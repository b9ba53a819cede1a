// Rows of secret keys. Only hashes are stored.
import type { Selectable } from 'kysely';
import type { Scope } from '#kernel/scopes';
import type { Db } from '#platform/ctx';
import type { Database } from '#platform/postgres/schema';
import type { HashedSecretKey, ListedSecretKey, SecretKey } from './secret-key.ts';

type Row = Selectable<Database['project_secret_key']>;

/** Every key of every environment that exists: few rows, kept in memory by the directory. */
export async function listHashedSecretKeys(db: Db): Promise<HashedSecretKey[]> {
  const rows = await db
    .selectFrom('project_secret_key as secret')
    .innerJoin('environment', 'environment.id', 'secret.environment_id')
    .selectAll('secret')
    .where('environment.deleted_at', 'is', null)
    .execute();
  return rows.map(toHashed);
}

/** By the hash of the present key or of the one before. */
export async function findSecretKeyByHash(
  db: Db,
  hash: string,
): Promise<HashedSecretKey | undefined> {
  const row = await db
    .selectFrom('project_secret_key as secret')
    .innerJoin('environment', 'environment.id', 'secret.environment_id')
    .selectAll('secret')
    .where((eb) => eb.or([eb('key_hash', '=', hash), eb('previous_hash', '=', hash)]))
    .where('environment.deleted_at', 'is', null)
    .executeTakeFirst();
  return row && toHashed(row);
}

/** The keys of a project's environments, newest first. */
export async function listProjectSecretKeys(db: Db, projectId: number): Promise<ListedSecretKey[]> {
  const rows = await selectOfProject(db, projectId).orderBy('secret.created_at', 'desc').execute();
  return rows.map(toListed);
}

/** One key of a project; waits for other changes of it. */
export async function lockSecretKey(
  db: Db,
  projectId: number,
  id: string,
): Promise<(ListedSecretKey & HashedSecretKey) | undefined> {
  const row = await selectOfProject(db, projectId)
    .where('secret.id', '=', id)
    .forUpdate('secret')
    .executeTakeFirst();
  return row && { ...toListed(row), ...toHashed(row) };
}

export async function insertSecretKey(
  db: Db,
  key: SecretKey & {
    readonly label: string;
    readonly keyHash: string;
    readonly hint: string;
    readonly createdBy: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('project_secret_key')
    .values({
      id: key.id,
      environment_id: key.environmentId,
      label: key.label,
      key_hash: key.keyHash,
      key_hint: key.hint,
      scopes: [...key.scopes],
      created_by: key.createdBy,
      created_at: key.at,
    })
    .execute();
}

export async function updateSecretKey(
  db: Db,
  id: string,
  change: {
    readonly keyHash?: string;
    readonly hint?: string;
    readonly previousHash: string | null;
    readonly previousValidUntil: Date | null;
    readonly rotatedAt?: Date;
  },
): Promise<void> {
  await db
    .updateTable('project_secret_key')
    .set({
      previous_hash: change.previousHash,
      previous_valid_until: change.previousValidUntil,
      ...(change.keyHash !== undefined && { key_hash: change.keyHash }),
      ...(change.hint !== undefined && { key_hint: change.hint }),
      ...(change.rotatedAt && { rotated_at: change.rotatedAt }),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteSecretKey(db: Db, id: string): Promise<void> {
  await db.deleteFrom('project_secret_key').where('id', '=', id).execute();
}

export async function touchSecretKey(db: Db, id: string, at: Date): Promise<void> {
  await db
    .updateTable('project_secret_key')
    .set({ last_used_at: at })
    .where('id', '=', id)
    .execute();
}

function selectOfProject(db: Db, projectId: number) {
  return db
    .selectFrom('project_secret_key as secret')
    .innerJoin('environment', 'environment.id', 'secret.environment_id')
    .selectAll('secret')
    .where('environment.project_id', '=', projectId)
    .where('environment.deleted_at', 'is', null);
}

const toKey = (row: Row): SecretKey => ({
  id: row.id,
  environmentId: row.environment_id,
  scopes: row.scopes as Scope[],
});

const toHashed = (row: Row): HashedSecretKey => ({
  ...toKey(row),
  keyHash: row.key_hash,
  previousHash: row.previous_hash,
  previousValidUntil: row.previous_valid_until,
});

const toListed = (row: Row): ListedSecretKey => ({
  ...toKey(row),
  label: row.label,
  hint: row.key_hint,
  previousValidUntil: row.previous_hash === null ? null : row.previous_valid_until,
  createdAt: row.created_at,
  rotatedAt: row.rotated_at,
  lastUsedAt: row.last_used_at,
});
