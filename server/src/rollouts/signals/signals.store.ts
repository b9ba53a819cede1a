// Senders of signals with their sealed secrets, and the signals that came: each id once.
import type { Db } from '#platform/ctx';

export type SignalSource = {
  readonly id: string;
  readonly projectId: number;
  readonly name: string;
  readonly secretBox: string;
  /** Works until `previousValidUntil`. */
  readonly previousBox: string | null;
  readonly previousValidUntil: Date | null;
  readonly lastReceivedAt: Date | null;
  readonly createdAt: Date;
};

function selectSources(db: Db) {
  return db
    .selectFrom('signal_source')
    .select([
      'id',
      'project_id as projectId',
      'name',
      'secret_box as secretBox',
      'previous_secret_box as previousBox',
      'previous_valid_until as previousValidUntil',
      'last_received_at as lastReceivedAt',
      'created_at as createdAt',
    ]);
}

export function listSignalSources(db: Db, projectId: number): Promise<SignalSource[]> {
  return selectSources(db)
    .where('project_id', '=', projectId)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

export function findSignalSource(db: Db, id: string): Promise<SignalSource | undefined> {
  return selectSources(db).where('id', '=', id).executeTakeFirst();
}

/** The same, and nobody else changes it until the transaction ends. */
export function lockSignalSource(db: Db, id: string): Promise<SignalSource | undefined> {
  return selectSources(db).where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function replaceSecret(
  db: Db,
  { id, secretBox, previousBox, previousValidUntil }: SignalSource,
): Promise<void> {
  await db
    .updateTable('signal_source')
    .set({
      secret_box: secretBox,
      previous_secret_box: previousBox,
      previous_valid_until: previousValidUntil,
    })
    .where('id', '=', id)
    .execute();
}

export async function noteReceived(db: Db, id: string, at: Date): Promise<void> {
  await db
    .updateTable('signal_source')
    .set({ last_received_at: at })
    .where('id', '=', id)
    .execute();
}

export async function insertSignalSource(db: Db, source: SignalSource): Promise<void> {
  await db
    .insertInto('signal_source')
    .values({
      id: source.id,
      project_id: source.projectId,
      name: source.name,
      secret_box: source.secretBox,
      created_at: source.createdAt,
    })
    .execute();
}

export async function deleteSignalSource(db: Db, id: string): Promise<void> {
  await db.deleteFrom('signal_source').where('id', '=', id).execute();
}

/** False when this id has come before. Older ones than a signature lives are forgotten. */
export async function insertSignal(
  db: Db,
  signal: { readonly sourceId: string; readonly messageId: string; readonly at: Date },
  forgottenBefore: Date,
): Promise<boolean> {
  await db
    .deleteFrom('signal')
    .where('source_id', '=', signal.sourceId)
    .where('at', '<', forgottenBefore)
    .execute();
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('signal')
    .values({ source_id: signal.sourceId, message_id: signal.messageId, at: signal.at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
