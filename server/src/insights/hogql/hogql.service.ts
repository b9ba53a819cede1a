// Answers SQL: the engine reads the statement, what it read is checked, and it runs over views of its environment.
import type { ClickHouseClient } from '@clickhouse/client';
import { fail } from '#kernel/errors';
import { type Asked, checkTree, refuse } from './hogql-check.ts';
import { isAllowedFunction } from './hogql-functions.ts';
import { bindValues } from './hogql-placeholders.ts';
import { readTree } from './hogql-tree.ts';
import { type Narrow, VIEW_NAMES, isView, viewsSql } from './hogql-views.ts';
import {
  type StoreFacts,
  type Table,
  askFreely,
  complaintOf,
  findStoreFacts,
  readSyntaxTree,
} from './hogql.query.ts';
import { type HogqlQuery, MAX_ROWS } from './hogql.ts';
import type { Watch } from '../running/insights.query.ts';
import type { Inquiry } from '../scope.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';

export type SqlInquiry = Inquiry & {
  readonly clickhouse: ClickHouseClient;
  readonly signal: AbortSignal;
  readonly watch?: Watch | undefined;
  /** Waits for a turn among all questions. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
};

export async function answerHogql(query: HogqlQuery, inquiry: SqlInquiry) {
  const { columns, types, rows } = await askStatement(bindValues(query), inquiry);
  return {
    columns,
    types: columns.map((name, i) => [name, types[i] ?? '']),
    results: rows.slice(0, MAX_ROWS),
    hasMore: rows.length > MAX_ROWS,
    limit: MAX_ROWS,
    query: query.query,
  };
}

/**
 * The rows of a statement of other people's making, at most one more than an answer may have.
 * @param narrow which events the view of events has; left out: all
 * @throws invalid_input naming `query` for what is no statement over the views
 */
export async function askStatement(
  written: Sql,
  inquiry: SqlInquiry,
  narrow?: Narrow,
): Promise<Table> {
  const { scope, clickhouse, signal, inTurn, watch } = inquiry;
  const { asked, facts, statement } = await readStatement(written, inquiry);
  const params = new SqlParams();
  const views = viewsSql(asked, { ...scope, database: facts.database }, params, narrow);
  const { text, params: own } = params.statement(
    `${views === '' ? '' : `WITH ${views}\n`}${statement.text}`,
  );
  const sql = { text, params: { ...statement.params, ...own } };
  return sayingWhatIsWrong(() =>
    inTurn(() => askFreely(clickhouse, sql, facts, scope.environmentId, signal, watch)),
  );
}

type Statement = { readonly asked: Asked; readonly facts: StoreFacts; readonly statement: Sql };

/** @throws invalid_input for what is no statement over the views */
async function readStatement({ text, params }: Sql, inquiry: SqlInquiry): Promise<Statement> {
  const { ask, clickhouse, signal, inTurn } = inquiry;
  // The engine's own parser says whether it is one statement, and writes it without comments.
  const canonical = await sayingWhatIsWrong(() =>
    ask<[string]>({ text: 'SELECT formatQuerySingleLine({text:String})', params: { text } }),
  );
  const single = canonical[0]?.[0] ?? '';
  refuseOddNames(single);
  const statement: Sql = { text: `SELECT * FROM (${single}) LIMIT ${MAX_ROWS + 1}`, params };
  const lines = await sayingWhatIsWrong(
    () => inTurn(() => readSyntaxTree(clickhouse, statement, signal)),
    'Only one SELECT can be asked, without FORMAT, SETTINGS and INTO OUTFILE.',
  );
  const root = readTree(lines);
  if (!root) refuse('This statement cannot be read.');
  const asked = checkTree(root);
  const facts = await findStoreFacts(ask, [...asked.lambdas]);
  refuseOthers(asked, facts);
  return { asked, facts, statement };
}

/** Names with control characters or backslashes could look like other lines of the tree. */
function refuseOddNames(statement: string): void {
  const quoted = /'(?:\\[^]|[^'\\])*'|`((?:\\[^]|[^`\\])*)`/g;
  for (const [, name] of statement.matchAll(quoted)) {
    if (name !== undefined && /[\\\p{Cc}]/u.test(name)) refuse('A name has odd characters.');
  }
}

function refuseOthers({ tables, lambdas }: Asked, facts: StoreFacts): void {
  for (const table of tables) {
    if (isView(table) || !facts.tables.has(table)) continue;
    refuse(`There is no view ${table}. There are: ${VIEW_NAMES.join(', ')}.`);
  }
  for (const name of lambdas) {
    if (facts.functions.has(name.toLowerCase()) && !isAllowedFunction(name)) {
      refuse(`There is no function ${name}.`);
    }
  }
}

async function sayingWhatIsWrong<T>(work: () => Promise<T>, instead?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint === undefined) throw error;
    return fail('invalid_input', { detail: instead ?? complaint, attr: 'query', cause: error });
  }
}
