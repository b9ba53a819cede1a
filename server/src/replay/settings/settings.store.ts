// Rows of what is recorded, one for each environment that ever changed it.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { DEFAULT_SETTINGS, type StoredSettings } from './settings.ts';

const UNCHANGED: StoredSettings = { settings: DEFAULT_SETTINGS, version: 0 };

/** Of every environment that differs from the default. */
export async function readAllSettings(db: Db): Promise<ReadonlyMap<number, StoredSettings>> {
  const rows = await db
    .selectFrom('recording_setting')
    .select(['environment_id', 'settings', 'version'])
    .execute();
  return new Map(
    rows.map((row) => [
      row.environment_id,
      // What came with a later release has its default.
      { settings: { ...DEFAULT_SETTINGS, ...row.settings }, version: row.version },
    ]),
  );
}

/** Those of one environment, locked against others who change them until the transaction ends. */
export async function lockSettings(db: Db, environmentId: number): Promise<StoredSettings> {
  await sql`select pg_advisory_xact_lock(hashtext('recording_setting'), ${environmentId})`.execute(
    db,
  );
  return (await readAllSettings(db)).get(environmentId) ?? UNCHANGED;
}

export async function writeSettings(
  db: Db,
  environmentId: number,
  { settings, version }: StoredSettings,
  at: Date,
): Promise<void> {
  const row = { settings: JSON.stringify(settings), version, updated_at: at };
  await db
    .insertInto('recording_setting')
    .values({ environment_id: environmentId, ...row })
    .onConflict((conflict) => conflict.column('environment_id').doUpdateSet(row))
    .execute();
}
