// Post-mortems as they were saved, each with its number.
import type { Db } from '#platform/ctx';

export type SavedText = {
  readonly version: number;
  readonly body: string;
  readonly savedBy: string;
  readonly savedAt: Date;
};

const toText = (row: {
  readonly version: number;
  readonly body: string;
  readonly saved_by: string;
  readonly saved_at: Date;
}): SavedText => ({
  version: row.version,
  body: row.body,
  savedBy: row.saved_by,
  savedAt: row.saved_at,
});

function selectTexts(db: Db, incidentId: string) {
  return db
    .selectFrom('rollout_incident_text')
    .select(['version', 'body', 'saved_by', 'saved_at'])
    .where('incident_id', '=', incidentId);
}

/** The version, or the last one. */
export async function findText(
  db: Db,
  incidentId: string,
  version?: number,
): Promise<SavedText | undefined> {
  let query = selectTexts(db, incidentId).orderBy('version', 'desc').limit(1);
  if (version !== undefined) query = query.where('version', '=', version);
  const row = await query.executeTakeFirst();
  return row && toText(row);
}

/** Newest first, without their texts. */
export async function listTexts(
  db: Db,
  incidentId: string,
  limit: number,
): Promise<Omit<SavedText, 'body'>[]> {
  const rows = await selectTexts(db, incidentId).orderBy('version', 'desc').limit(limit).execute();
  return rows.map(toText).map(({ body: _body, ...rest }) => rest);
}

export async function insertText(db: Db, incidentId: string, text: SavedText): Promise<void> {
  await db
    .insertInto('rollout_incident_text')
    .values({
      incident_id: incidentId,
      version: text.version,
      body: text.body,
      saved_by: text.savedBy,
      saved_at: text.savedAt,
    })
    .execute();
}

export async function deleteText(db: Db, incidentId: string, version: number): Promise<void> {
  await db
    .deleteFrom('rollout_incident_text')
    .where('incident_id', '=', incidentId)
    .where('version', '=', version)
    .execute();
}
