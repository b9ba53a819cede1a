// The pool of connections to PostgreSQL, embedded or not, with the settings that keep one bad statement or
// one lost server from taking Serin with it.
import { Socket } from 'node:net';
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
  /**
   * A connection on which nothing comes and goes for longer is given up, and what waits on it fails: the server hangs, or is
   * gone without a word. Default 75 s, longer than everything that a server ends by itself; never where statements may
   * take for ever.
   */
  readonly silenceMs?: number;
};

const STATEMENT_TIMEOUT_MS = 30_000;
/** A transaction that was opened and forgotten gives its locks back. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** After {@link STATEMENT_TIMEOUT_MS}, {@link IDLE_IN_TRANSACTION_TIMEOUT_MS} and {@link IDLE_TIMEOUT_MS} have ended what they end. */
const SILENCE_MS = 75_000;
/** Connections that nobody needs are closed. */
const IDLE_TIMEOUT_MS = 60_000;

/** Opens no connection yet: the first query does. */
export function openPostgres(options: OpenPostgresOptions): OpenPostgres {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const { silenceMs = statementTimeoutMs === 0 ? 0 : SILENCE_MS } = options;
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: 'serin',
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    stream: () => heedfulSocket(silenceMs),
  });
  // A server that restarts ends idle connections; without a listener that would end this process.
  pool.on('error', (err) => options.log.warn({ err }, 'an idle PostgreSQL connection was lost'));
  // The same for one that is in use: its query fails, and that is enough.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => db.destroy() };
}

/** Statements that are cancelled only at this end would leave a broken connection to the next who takes it. */
function heedfulSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`PostgreSQL has not answered for ${silenceMs / 1000} s`));
  });
  return socket;
}
