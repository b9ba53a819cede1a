// Rows of metric sources: at most one per environment. The token is sealed before it comes here.
import type { Db } from '#platform/ctx';

export type StoredSource = {
  readonly url: string;
  readonly tokenBox: string | null;
  readonly updatedAt: Date;
};

export async function findSource(db: Db, environmentId: number): Promise<StoredSource | undefined> {
  const row = await db
    .selectFrom('metric_source')
    .select(['url', 'token_box', 'updated_at'])
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  return row && { url: row.url, tokenBox: row.token_box, updatedAt: row.updated_at };
}

export async function saveSource(
  db: Db,
  environmentId: number,
  source: StoredSource,
): Promise<void> {
  const row = { url: source.url, token_box: source.tokenBox, updated_at: source.updatedAt };
  await db
    .insertInto('metric_source')
    .values({ environment_id: environmentId, ...row })
    .onConflict((conflict) => conflict.column('environment_id').doUpdateSet(row))
    .execute();
}

export async function deleteSource(db: Db, environmentId: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('metric_source')
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function hasSource(db: Db, environmentId: number): Promise<boolean> {
  return (await findSource(db, environmentId)) !== undefined;
}
