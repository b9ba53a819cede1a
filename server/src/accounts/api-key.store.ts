// Rows of personal API keys. Only hashes are stored.
import type { Scope } from '#kernel/scopes';
import type { Db } from '#platform/ctx';
import type { ApiKey, ListedApiKey } from './account.ts';

export async function insertApiKey(
  db: Db,
  key: {
    id: string;
    userId: string;
    label: string;
    keyHash: string;
    hint: string;
    scopes: readonly Scope[];
  },
): Promise<void> {
  await db
    .insertInto('personal_api_key')
    .values({
      id: key.id,
      user_id: key.userId,
      label: key.label,
      key_hash: key.keyHash,
      key_hint: key.hint,
      scopes: [...key.scopes],
      last_used_at: null,
    })
    .execute();
}

export async function listApiKeys(db: Db, userId: string): Promise<ListedApiKey[]> {
  const rows = await db
    .selectFrom('personal_api_key')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    hint: row.key_hint,
    scopes: row.scopes as Scope[],
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** Removes one of the user's keys; returns its label, or undefined when there is none. */
export async function deleteApiKey(
  db: Db,
  userId: string,
  id: string,
): Promise<string | undefined> {
  const row = await db
    .deleteFrom('personal_api_key')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning('label')
    .executeTakeFirst();
  return row?.label;
}

/** Every key with its hash: few rows, kept in memory by the directory. */
export async function listApiKeysByHash(
  db: Db,
): Promise<(ApiKey & { readonly keyHash: string })[]> {
  const rows = await selectHolders(db).execute();
  return rows.map((row) => ({ ...toApiKey(row), keyHash: row.key_hash }));
}

export async function findApiKey(db: Db, keyHash: string): Promise<ApiKey | undefined> {
  const row = await selectHolders(db).where('key_hash', '=', keyHash).executeTakeFirst();
  return row && toApiKey(row);
}

function selectHolders(db: Db) {
  return db
    .selectFrom('personal_api_key')
    .innerJoin('app_user', 'app_user.id', 'personal_api_key.user_id')
    .select([
      'personal_api_key.id as key_id',
      'key_hash',
      'label',
      'scopes',
      'app_user.id',
      'organization_id',
      'email',
      'name',
    ]);
}

type Holder = Awaited<ReturnType<ReturnType<typeof selectHolders>['executeTakeFirstOrThrow']>>;

const toApiKey = (row: Holder): ApiKey => ({
  id: row.key_id,
  label: row.label,
  scopes: row.scopes as Scope[],
  user: { id: row.id, organizationId: row.organization_id, email: row.email, name: row.name },
});

export async function touchApiKey(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('personal_api_key').set({ last_used_at: at }).where('id', '=', id).execute();
}
