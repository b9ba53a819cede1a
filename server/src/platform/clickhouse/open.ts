// The client of ClickHouse, embedded or not, with the settings that make both answer alike.
import { Agent, type AgentOptions } from 'node:http';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';

export type OpenClickHouseOptions = {
  /**
   * `http(s)://user:password@host:port/database`, or `unix:///path/to.sock?database=name` for the embedded
   * store.
   */
  readonly url: string;
  /** Longest wait for an answer, in milliseconds: two minutes unless given. */
  readonly requestTimeoutMs?: number;
};

export type OpenClickHouse = {
  readonly client: ClickHouseClient;
  close(): Promise<void>;
};

/** Longest wait for an answer; queries are ended before it by `max_execution_time`. */
const REQUEST_TIMEOUT_MS = 120_000;
const MAX_CONNECTIONS = 32;

/** Ours never closes an idle connection, so that none is closed just as it is used again. */
const OWN_KEEP_ALIVE = { enabled: true, idle_socket_ttl: 0 };
/** A server closes them after 3 s (older ones) or more; ours must be the shorter wait. */
const REMOTE_KEEP_ALIVE = {
  enabled: true,
  idle_socket_ttl: 2_000,
  eagerly_destroy_stale_sockets: true,
};

/** In force for every request unless it says otherwise. */
const SETTINGS = {
  // An insert is in a synced part when it returns; the server does not gather inserts in memory first.
  async_insert: 0,
  // Counts and sums arrive as JSON numbers. Ids and hashes of 64 bits must be asked for as toString(…).
  output_format_json_quote_64bit_integers: 0,
  date_time_input_format: 'best_effort',
  // The status is sent when the whole result is there, so that an error is never mistaken for a short one.
  wait_end_of_query: 1,
  max_execution_time: 60,
} as const;

/** Opens no connection yet: the first query does. */
export function openClickHouse(options: OpenClickHouseOptions): OpenClickHouse {
  const { url, agent, database } = addressOf(options.url);
  const client = createClient({
    url,
    ...(database === undefined ? {} : { database }),
    ...(agent ? { http_agent: agent } : {}),
    application: 'serin',
    request_timeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    max_open_connections: MAX_CONNECTIONS,
    keep_alive: agent ? OWN_KEEP_ALIVE : REMOTE_KEEP_ALIVE,
    // Long lists of ids travel in the body: proxies refuse long addresses.
    use_multipart_params_auto: true,
    compression: { request: false, response: agent === undefined },
    clickhouse_settings: SETTINGS,
    // Every failure reaches the caller as an exception; the client's own log would repeat it.
    log: { level: ClickHouseLogLevel.OFF },
  });
  hearEarly(client);
  return {
    client,
    close: async () => {
      await client.close();
      agent?.destroy();
    },
  };
}

/** The client hears a signal from when it is asked on: what was given up before would be worked on all the same. */
function hearEarly(client: ClickHouseClient): void {
  const query = client.query.bind(client) as (asked: Asked) => Promise<never>;
  client.query = async (asked: Asked) => {
    asked.abort_signal?.throwIfAborted();
    return query(asked);
  };
  const command = client.command.bind(client);
  client.command = async (asked) => {
    asked.abort_signal?.throwIfAborted();
    return command(asked);
  };
}

type Asked = Parameters<ClickHouseClient['query']>[0];
type Address = { readonly url: string; readonly database?: string; readonly agent?: Agent };

function addressOf(text: string): Address {
  const url = new URL(text);
  if (url.protocol !== 'unix:') return { url: text };
  const options: AgentOptions & { socketPath: string } = {
    socketPath: decodeURIComponent(url.pathname),
    keepAlive: true,
    maxSockets: MAX_CONNECTIONS,
  };
  const agent = new Agent(options);
  const database = url.searchParams.get('database');
  return { url: 'http://localhost', agent, ...(database === null ? {} : { database }) };
}

/** The address of `database` at the same place as `url`. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  if (changed.protocol === 'unix:') changed.searchParams.set('database', database);
  else changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

/** The database that `url` names, `default` when it names none. */
export function databaseOf(url: string): string {
  const parsed = new URL(url);
  const named =
    parsed.protocol === 'unix:'
      ? parsed.searchParams.get('database')
      : decodeURIComponent(parsed.pathname.slice(1));
  return named || 'default';
}
