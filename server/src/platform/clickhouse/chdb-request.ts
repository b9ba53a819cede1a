// What ClickHouse's HTTP interface says in a request, translated to the statements that chDB understands.
// Every value that comes from outside enters SQL through `quoteString` or `quoteIdentifier`, nowhere else.

/** One request, ready for the engine. */
export type EngineRequest = {
  /** Letters, digits and hyphens; marks the query so that it can be found and ended. */
  readonly tag: string;
  readonly sql: string;
  /** The rows of an INSERT … FORMAT; undefined when the statement is complete in itself. */
  readonly data: Buffer | undefined;
  /** Output format where the statement names none. */
  readonly format: string;
  readonly database: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** Values of `{name:Type}` in the notation of ClickHouse's HTTP interface. */
  readonly parameters: Readonly<Record<string, string>>;
};

/** A request that cannot be served; code and name are ClickHouse's. */
export class RequestError extends Error {
  readonly clickhouseCode: number;
  readonly clickhouseName: string;

  constructor(clickhouseCode: number, clickhouseName: string, message: string) {
    super(`Code: ${clickhouseCode}. DB::Exception: ${message} (${clickhouseName})`);
    this.clickhouseCode = clickhouseCode;
    this.clickhouseName = clickhouseName;
  }
}

/** Arguments of the HTTP interface that are no settings of a query, or have no meaning in one process. */
const NOT_SETTINGS = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'role',
  'user',
  'password',
  'compress',
  'decompress',
  'wait_end_of_query',
  'buffer_size',
  'http_response_buffer_size',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'enable_http_compression',
  'http_zlib_compression_level',
  'cancel_http_readonly_queries_on_client_close',
]);
const NAME = /^[A-Za-z_]\w*$/;
const PARAMETER_PREFIX = 'param_';

/** Settings and parameters of a request, from the arguments of its address and of its form fields. */
export function splitArguments(entries: Iterable<readonly [string, string]>): {
  settings: Record<string, string>;
  parameters: Record<string, string>;
} {
  const settings: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (NOT_SETTINGS.has(key)) continue;
    if (!NAME.test(key)) {
      throw new RequestError(115, 'UNKNOWN_SETTING', `Unknown setting ${quoteString(key)}.`);
    }
    if (key.startsWith(PARAMETER_PREFIX)) parameters[key.slice(PARAMETER_PREFIX.length)] = value;
    else settings[key] = value;
  }
  return { settings, parameters };
}

/** Most characters of statements that the engine reads without being told to (256 KiB), with a margin. */
const ORDINARY_LENGTH = 200_000;
const LONGEST_STATEMENT_BYTES = 256 * 1024 * 1024;

/** What gives a fresh connection the request's database, settings and parameters, one text after the other. */
export function prologueOf(
  request: Pick<EngineRequest, 'database' | 'settings' | 'parameters'>,
): string[] {
  const statements: string[] = [];
  if (request.database !== undefined) statements.push(`USE ${quoteIdentifier(request.database)}`);
  const assignments = [
    ...Object.entries(request.settings),
    ...Object.entries(request.parameters).map(([k, v]) => [PARAMETER_PREFIX + k, v] as const),
  ].map(([name, value]) => `${name}=${quoteString(value)}`);
  if (assignments.length > 0) statements.push(`SET ${assignments.join(', ')}`);
  const prologue = statements.join('; ');
  if (prologue === '') return [];
  // Parameters are no part of the statement for a server, however long; here they are one.
  if (prologue.length < ORDINARY_LENGTH) return [prologue];
  return [`SET max_query_size=${LONGEST_STATEMENT_BYTES}`, prologue];
}

/** A string literal: inside quotes only the backslash and the quote have a meaning. */
export function quoteString(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** An identifier in backticks. */
export function quoteIdentifier(value: string): string {
  return `\`${value.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
