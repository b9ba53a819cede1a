// Answers SQL: the engine reads the statement, what it read is checked, and it runs over views of its environment.
import type { ClickHouseClient } from '@clickhouse/client';
import { SerinError, fail } from '#kernel/errors';
import { type Asked, checkTree, refuse } from './hogql-check.ts';
import { isAllowedFunction } from './hogql-functions.ts';
import { bindValues } from './hogql-placeholders.ts';
import { placedComplaint } from './hogql-place.ts';
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
import { type HogqlQuery, MAX_ROWS, filtersRange } from './hogql.ts';
import type { Watch } from '../running/insights.query.ts';
import type { Inquiry } from '../scope.ts';
import { narrowingSql } from '../sql/filter-sql.ts';
import type { Range } from '../time/date-range.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';

export type SqlInquiry = Inquiry & {
  readonly clickhouse: ClickHouseClient;
  readonly signal: AbortSignal;
  readonly watch?: Watch | undefined;
  /** Waits for a turn among all questions. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
};

export function answerHogql(query: HogqlQuery, inquiry: SqlInquiry) {
  return namingFilters(() => answer(query, inquiry));
}

async function answer(query: HogqlQuery, inquiry: SqlInquiry) {
  const { filters = {}, query: written } = query;
  const range = filtersRange(filters, inquiry.scope.calendar);
  const bound = bindValues(query, range);
  const narrow: Narrow = (source) => [...source.within(range), narrowingSql(filters, source)];
  const { columns, types, rows } = await askStatement(bound, inquiry, {
    place: (complaint) => placedComplaint(complaint, bound, written),
    ...(bound.isFiltered ? { narrow } : {}),
  });
  return {
    ...(bound.isFiltered ? rangeBody(range) : {}),
    columns,
    types: columns.map((name, i) => [name, types[i] ?? '']),
    results: rows.slice(0, MAX_ROWS),
    hasMore: rows.length > MAX_ROWS,
    limit: MAX_ROWS,
    query: written,
  };
}

/** Where both ends are known. */
function rangeBody({ fromMs, toMs }: Partial<Range>) {
  if (fromMs === undefined || toMs === undefined) return {};
  const [date_from, date_to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return { resolved_date_range: { date_from, date_to } };
}

/** What is at fault in the filters is named from the query on. */
async function namingFilters<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOfFilters =
      error instanceof SerinError && /^(?:dateRange|properties|filterTest)/.test(error.attr ?? '');
    if (!isOfFilters) throw error;
    return fail(error.code, { detail: error.message, attr: `filters.${error.attr}`, cause: error });
  }
}

type Wishes = {
  /** Which events the view of events has; left out: all. */
  readonly narrow?: Narrow;
  /** Says where in the statement a complaint of the engine's parser belongs. */
  readonly place?: (complaint: string) => string;
};

/**
 * The rows of a statement of other people's making, at most one more than an answer may have.
 * @throws invalid_input naming `query` for what is no statement over the views
 */
export async function askStatement(
  written: Sql,
  inquiry: SqlInquiry,
  { narrow, place }: Wishes = {},
): Promise<Table> {
  const { scope, clickhouse, signal, inTurn, watch } = inquiry;
  const { asked, facts, statement } = await readStatement(written, inquiry, place);
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
async function readStatement(
  { text, params }: Sql,
  inquiry: SqlInquiry,
  place: Wishes['place'],
): Promise<Statement> {
  const { ask, clickhouse, signal, inTurn } = inquiry;
  // The engine's own parser says whether it is one statement, and writes it without comments.
  const canonical = await sayingWhatIsWrong(
    () => ask<[string]>({ text: 'SELECT formatQuerySingleLine({text:String})', params: { text } }),
    place,
  );
  const single = canonical[0]?.[0] ?? '';
  refuseOddNames(single);
  const statement: Sql = { text: `SELECT * FROM (${single}) LIMIT ${MAX_ROWS + 1}`, params };
  const lines = await sayingWhatIsWrong(
    () => inTurn(() => readSyntaxTree(clickhouse, statement, signal)),
    () => 'Only one SELECT can be asked, without FORMAT, SETTINGS and INTO OUTFILE.',
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

async function sayingWhatIsWrong<T>(
  work: () => Promise<T>,
  wording: (complaint: string) => string = (complaint) => complaint,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint === undefined) throw error;
    return fail('invalid_input', { detail: wording(complaint), attr: 'query', cause: error });
  }
}
