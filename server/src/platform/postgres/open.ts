// The pool of connections to PostgreSQL, embedded or not, with the settings that keep one bad statement or
// one lost server from taking Serin with it.
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Database } from './schema.ts';

export type OpenPostgres = {
  readonly db: Kysely<Database>;
  readonly pool: pg.Pool;
  close(): Promise<void>;
};

export type OpenPostgresOptions = {
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Most connections at a time. Default 20; the embedded server takes 60. */
  readonly maxConnections?: number;
  /** A statement that runs longer is cancelled by the server; 0 for never. Default 30 s. */
  readonly statementTimeoutMs?: number;
};

const STATEMENT_TIMEOUT_MS = 30_000;
/** A transaction that was opened and forgotten gives its locks back. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** Opens no connection yet: the first query does. */
export function openPostgres(options: OpenPostgresOptions): OpenPostgres {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: 'serin',
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
  });
  // A server that restarts ends idle connections; without a listener that would end this process.
  pool.on('error', (err) => options.log.warn({ err }, 'an idle PostgreSQL connection was lost'));
  // The same for one that is in use: its query fails, and that is enough.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => db.destroy() };
}
