// Domain events between replicas, through PostgreSQL's LISTEN and NOTIFY. A notice is sent inside the
// transaction that changes the rows, so it is delivered exactly when the change becomes visible, or never.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import type { DomainEvents, EventBus } from '#kernel/events';
import type { Db } from '#platform/ctx';
import { type Notice, parseNotice, splitNotice } from './notice.ts';

const CHANNEL = 'serin';
/** Begins the name of a connection that listens; the id of the replica follows. Whoever is named so answers `echo.asked`. */
const LISTENER = 'serin notices ';
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A silent connection is asked for a sign of life this often: a vanished server sends no goodbye. */
const PROBE_EVERY_MS = 15_000;
/** A connection whose replica has not asked for so long leads nowhere, though the server may keep it for hours. */
const SILENT_MS = 4 * PROBE_EVERY_MS;

/** Stamped on every notice of this process, so that it can ignore its own: it has already acted. */
let sender: string = crypto.randomUUID();

/** Sends an event to the other replicas when the transaction `db` commits (at once outside of one). */
export async function notify<N extends Notice['event']>(
  db: Db,
  event: N,
  payload: DomainEvents[N],
): Promise<void> {
  for (const text of splitNotice({ event, payload } as Notice, sender)) {
    await sql`select pg_notify(${CHANNEL}, ${text})`.execute(db);
  }
}

/** The ids of the replicas that hear notices now, this process included while it does. */
export async function findListeners(db: Db, silentMs = SILENT_MS): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    select application_name as name from pg_stat_activity
    where starts_with(application_name, ${LISTENER}) and datname = current_database()
      -- Hidden from those who are not allowed to see what others do.
      and (state_change is null
        or state_change > clock_timestamp() - ${silentMs} * interval '1 millisecond')`.execute(db);
  return new Set(rows.map(({ name }) => name.slice(LISTENER.length)));
}

export type NoticesOptions = {
  readonly databaseUrl: string;
  /** Where notices of other replicas are emitted. */
  readonly events: EventBus;
  readonly log: Logger;
  /** Identifies this process among the replicas. */
  readonly nodeId: string;
  /** Called after a lost connection is back: notices sent in between are gone for good. */
  readonly onReconnect: () => void;
  /** Called when the connection is lost: the server may be away. */
  readonly onLost?: () => void;
};

export type Notices = {
  isConnected(): boolean;
  close(): Promise<void>;
};

/** Listens until closed; resolves once the first connection listens. */
export async function startNotices(options: NoticesOptions): Promise<Notices> {
  sender = options.nodeId;
  const listener = new Listener(options);
  await listener.connect();
  return listener;
}

class Listener implements Notices {
  readonly #options: NoticesOptions;
  readonly #stopping = new AbortController();
  #client: pg.Client | undefined;
  #reconnecting: Promise<void> = Promise.resolve();
  #probe: NodeJS.Timeout | undefined;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  isConnected(): boolean {
    return this.#client !== undefined;
  }

  async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.databaseUrl,
      application_name: `${LISTENER}${this.#options.nodeId}`,
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
      keepAlive: true,
    });
    client.on('error', () => {});
    client.on('notification', ({ payload }) => this.#receive(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    this.#client = client;
    client.once('end', () => this.#onLost(client));
    this.#probe = setInterval(() => {
      client.query('select 1').catch(() => client.end().catch(() => {}));
    }, PROBE_EVERY_MS).unref();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#probe);
    await this.#reconnecting;
    await this.#client?.end().catch(() => {});
  }

  #receive(text: string | undefined): void {
    const notice = parseNotice(text ?? '');
    if (notice === undefined) {
      this.#options.log.warn('a notice on the channel "serin" could not be read');
      return;
    }
    if (notice.from === sender) return;
    this.#options.events.emit(notice.event, notice.payload as never);
  }

  #onLost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearInterval(this.#probe);
    if (this.#stopping.signal.aborted) return;
    this.#options.log.warn('lost the connection for notices; connecting again');
    this.#options.onLost?.();
    this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#stopping;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.connect();
        break;
      } catch (err) {
        this.#options.log.debug({ err }, 'the connection for notices is not back yet');
      }
    }
    this.#options.onReconnect();
  }
}
