// Rows of public links to results. A link that is revoked is gone.
import type { Db } from '#platform/ctx';
import { type Maker, makerOf } from './saved-metrics.store.ts';

export type Link = {
  readonly id: string;
  readonly createdBy: Maker | null;
  readonly createdAt: Date;
};

/** Those of an experiment, the newest first. */
export async function listLinkRows(db: Db, experimentId: number): Promise<Link[]> {
  const rows = await db
    .selectFrom('experiment_link as link')
    .leftJoin('app_user as creator', 'creator.id', 'link.created_by')
    .select(['link.id', 'link.created_by', 'link.created_at', 'creator.name', 'creator.email'])
    .where('link.experiment_id', '=', experimentId)
    .orderBy('link.id', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdBy: makerOf(row.created_by, row.name, row.email),
    createdAt: row.created_at,
  }));
}

export async function insertLink(
  db: Db,
  experimentId: number,
  link: {
    readonly id: string;
    readonly tokenHash: string;
    readonly by: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('experiment_link')
    .values({
      id: link.id,
      experiment_id: experimentId,
      token_hash: link.tokenHash,
      created_by: link.by,
      created_at: link.at,
    })
    .execute();
}

/** Whether there was one. */
export async function deleteLink(db: Db, experimentId: number, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('experiment_link')
    .where('experiment_id', '=', experimentId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export type LinkTarget = {
  readonly experimentId: number;
  readonly projectId: number;
  readonly environmentId: number;
};

/** What a link shows; undefined when it is none. */
export async function findLinkTarget(db: Db, tokenHash: string): Promise<LinkTarget | undefined> {
  return db
    .selectFrom('experiment_link as link')
    .innerJoin('experiment as x', 'x.id', 'link.experiment_id')
    .select([
      'x.id as experimentId',
      'x.project_id as projectId',
      'x.environment_id as environmentId',
    ])
    .where('link.token_hash', '=', tokenHash)
    .executeTakeFirst();
}
