// chDB, the ClickHouse engine inside this process, one connection per request. A connection costs 0.3 ms
// and carries the request's database, settings and parameters to its grave, so that nothing of one request
// reaches the next: what a stateless HTTP request to ClickHouse promises too.
import { createRequire } from 'node:module';
import type { EngineRequest } from './chdb-request.ts';
import { prologueOf } from './chdb-request.ts';

type Connection = { readonly brand: 'chdb connection' };

/** The part of chDB's native module that is used; `chdb` itself serialises queries that have parameters. */
type Native = {
  CreateConnection(path: string, engineArguments?: readonly string[]): Connection;
  /** Must not be called while a query runs on it: the engine would end the process. */
  CloseConnection(connection: Connection): void;
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<QueryOutcome>;
  InsertRawAsyncConnection(
    connection: Connection,
    statement: string,
    data: Buffer,
    countLines: boolean,
  ): Promise<InsertOutcome>;
};
type QueryOutcome = {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
};
type InsertOutcome = { readonly rowsWritten: number; readonly bytesWritten: number };

export type EngineResult = {
  readonly body: Uint8Array;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
};

export type Engine = {
  run(request: EngineRequest): Promise<EngineResult>;
  /** Ends the query that was started with this tag, if it still runs. */
  kill(tag: string): Promise<void>;
  close(): void;
};

const PLATFORM_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

/** The package that holds the engine for this platform; undefined where there is none. */
export function chdbPackage(): string | undefined {
  return PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
}

/** Opens the files in `folder`; `engineArguments` are those of `clickhouse local`. */
export function openEngine(folder: string, engineArguments: readonly string[]): Engine {
  const native = loadNative();
  // Held open: the engine lives as long as it has a connection.
  const anchor = native.CreateConnection(folder, engineArguments);
  const withConnection = async <T>(use: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = native.CreateConnection(folder);
    try {
      return await use(connection);
    } finally {
      native.CloseConnection(connection);
    }
  };
  return {
    run: (request) => withConnection((connection) => runOn(native, connection, request)),
    kill: (tag) =>
      withConnection(async (connection) => {
        const sql = `KILL QUERY WHERE startsWith(query, '/*${tag}*/') ASYNC`;
        await native.QueryAsyncConnection(connection, sql, 'Null');
      }),
    close: () => native.CloseConnection(anchor),
  };
}

async function runOn(
  native: Native,
  connection: Connection,
  request: EngineRequest,
): Promise<EngineResult> {
  for (const statement of prologueOf(request)) {
    await native.QueryAsyncConnection(connection, statement, 'Null');
  }
  const sql = `/*${request.tag}*/${request.sql}`;
  if (request.data === undefined) {
    const { bytes, rowsRead, bytesRead } = await native.QueryAsyncConnection(
      connection,
      sql,
      request.format,
    );
    return {
      body: bytes,
      readRows: rowsRead,
      readBytes: bytesRead,
      writtenRows: 0,
      writtenBytes: 0,
    };
  }
  const { rowsWritten, bytesWritten } = await native.InsertRawAsyncConnection(
    connection,
    sql,
    request.data,
    false,
  );
  const body = new Uint8Array();
  return { body, readRows: 0, readBytes: 0, writtenRows: rowsWritten, writtenBytes: bytesWritten };
}

function loadNative(): Native {
  const name = chdbPackage();
  if (name === undefined)
    throw new Error(`chDB has no build for ${process.platform}-${process.arch}`);
  return createRequire(import.meta.url)(name) as Native;
}
