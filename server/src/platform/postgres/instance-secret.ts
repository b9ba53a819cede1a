// Secrets of the instance as a whole, shared by its replicas: made once, kept among its settings.
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

const SECRET_BYTES = 32;

/** The secret of that name: 32 random bytes, the same for every replica and after every restart. */
export async function instanceSecret(db: Kysely<Database>, name: string): Promise<Buffer> {
  const key = `secret:${name}`;
  const made = JSON.stringify({ base64: randomBytes(SECRET_BYTES).toString('base64') });
  // Whoever comes first makes it; the others read it.
  await db
    .insertInto('instance_setting')
    .values({ key, value: made })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const { value } = await db
    .selectFrom('instance_setting')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return Buffer.from((value as { base64: string }).base64, 'base64');
}
