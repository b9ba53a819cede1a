// Rows of source maps.
import type { Db } from '#platform/ctx';
import type { KnownMap, Wanted } from './map-lookup.ts';

export type NewMap = KnownMap & { readonly gzip: Buffer; readonly sizeBytes: number };

/** In the place of the one that the release had for the file. */
export async function saveMap(db: Db, projectId: number, map: NewMap, at: Date): Promise<void> {
  const row = { chunk_id: map.chunkId, gzip: map.gzip, size_bytes: map.sizeBytes, created_at: at };
  await db
    .insertInto('source_map')
    .values({ id: map.id, project_id: projectId, release: map.release, file: map.file, ...row })
    .onConflict((conflict) =>
      // Another id: what was looked up in the one before holds no more.
      conflict.columns(['project_id', 'release', 'file']).doUpdateSet({ id: map.id, ...row }),
    )
    .execute();
}

/** Compressed bytes of a project, in rows that are held until the end of the transaction. */
export async function countBytes(db: Db, projectId: number): Promise<number> {
  const { total } = await db
    .selectFrom('source_map')
    .where('project_id', '=', projectId)
    .select(({ fn }) => fn.sum<string | null>('size_bytes').as('total'))
    .executeTakeFirstOrThrow();
  return Number(total ?? 0);
}

/** Maps that may belong to frames of a release; of a chunk the newest first. */
export async function findMaps(
  db: Db,
  projectId: number,
  release: string,
  { chunkIds, files }: Wanted,
): Promise<readonly KnownMap[]> {
  if (chunkIds.length === 0 && (files.length === 0 || release === '')) return [];
  const rows = await db
    .selectFrom('source_map')
    .select(['id', 'release', 'file', 'chunk_id'])
    .where('project_id', '=', projectId)
    .where((eb) =>
      eb.or([
        ...(chunkIds.length > 0 ? [eb('chunk_id', 'in', chunkIds)] : []),
        ...(files.length > 0 && release !== ''
          ? [eb.and([eb('release', '=', release), eb('file', 'in', files)])]
          : []),
      ]),
    )
    .orderBy('created_at', 'desc')
    .limit(500)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    release: row.release,
    file: row.file,
    chunkId: row.chunk_id,
  }));
}

export async function readMaps(
  db: Db,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly gzip: Buffer }[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('source_map').select(['id', 'gzip']).where('id', 'in', ids).execute();
}

export type MappedRelease = {
  readonly release: string;
  readonly files: number;
  readonly bytes: number;
  readonly createdAt: Date;
};

/** The newest first. */
export async function listMappedReleases(db: Db, projectId: number): Promise<MappedRelease[]> {
  const rows = await db
    .selectFrom('source_map')
    .where('project_id', '=', projectId)
    .select(({ fn }) => [
      'release',
      fn.countAll<string>().as('files'),
      fn.sum<string>('size_bytes').as('bytes'),
      fn.max('created_at').as('created_at'),
    ])
    .groupBy('release')
    .orderBy('created_at', 'desc')
    .limit(1000)
    .execute();
  return rows.map((row) => ({
    release: row.release,
    files: Number(row.files),
    bytes: Number(row.bytes),
    createdAt: row.created_at as Date,
  }));
}

/** How many there were. */
export async function deleteMaps(db: Db, projectId: number, release: string): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('source_map')
    .where('project_id', '=', projectId)
    .where('release', '=', release)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
