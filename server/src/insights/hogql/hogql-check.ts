// What a statement may consist of: only what is named here, found in the tree that the engine itself made of it.
// Everything else is refused, so that what engines learn later is refused too (docs/decisions/0010).
import { fail } from '#kernel/errors';
import { isAllowedFunction } from './hogql-functions.ts';
import { type SqlNode, nodesOf } from './hogql-tree.ts';

/** What a statement asks for, as far as it matters for what it is given to read. */
export type Asked = {
  /** Tables that are named without a database: views, common table expressions, or what is refused. */
  readonly tables: ReadonlySet<string>;
  /** Columns as they are written, dots included. */
  readonly columns: ReadonlySet<string>;
  /** Whether all columns of something are asked for. */
  readonly takesAll: boolean;
  /** Names that a function may be given instead of a lambda. */
  readonly lambdas: ReadonlySet<string>;
};

const ALLOWED = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'ExpressionList',
  'WithElement',
  'Subquery',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'TableExpression',
  'TableIdentifier',
  'TableJoin',
  'ArrayJoin',
  'Function',
  'Identifier',
  'Literal',
  'Asterisk',
  'QualifiedAsterisk',
  'ColumnsTransformerList',
  'ColumnsExceptTransformer',
  'ColumnsReplaceTransformer',
  'OrderByElement',
  'ColumnsReplaceTransformer::Replacement',
  'ColumnsRegexpMatcher',
  'ColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'QualifiedColumnsListMatcher',
  'InterpolateElement',
  'WindowDefinition',
  'WindowListElement',
  'Collation',
]);

const REFUSED: Readonly<Record<string, string>> = {
  Set: 'Settings cannot be changed.',
  Explain: 'Only one SELECT can be asked.',
  ColumnsApplyTransformer: 'APPLY is not available; name the function for each column.',
  SampleRatio: 'SAMPLE is not available.',
};

const TAKES_LAMBDA = /^(?:array|map)/i;
/** A type to cast texts to: the engine would take their bytes for its own. */
const MADE_UP_STATE = /AggregateFunction\s*\(/i;
const MEMBERSHIP = /^(?:not)?(?:null)?in$/i;
const MAX_COLUMNS = 200;

/** @throws invalid_input, naming `query`, for what a statement may not hold */
export function checkTree(root: SqlNode): Asked {
  const asked = {
    tables: new Set<string>(),
    columns: new Set<string>(),
    takesAll: false,
    lambdas: new Set<string>(),
  };
  for (const node of nodesOf(root)) {
    checkNode(node);
    if (node.kind === 'TableExpression') checkSource(node);
    if (node.kind === 'TableIdentifier') asked.tables.add(node.text);
    if (node.kind === 'Identifier') asked.columns.add(node.text);
    if (node.kind === 'Function') noteArguments(node, asked);
    asked.takesAll ||= /Asterisk|Matcher/.test(node.kind);
  }
  if (asked.columns.size > MAX_COLUMNS) refuse(`A statement can name ${MAX_COLUMNS} columns.`);
  const other = [...asked.tables].find((table) => table.includes('.'));
  if (other !== undefined) {
    refuse(`There is no view ${other}. Views are named without a database.`);
  }
  return asked;
}

/** What arguments mean beside a value: a function, or a table behind IN. */
function noteArguments(
  { text, children }: SqlNode,
  asked: { readonly lambdas: Set<string>; readonly tables: Set<string> },
): void {
  const [first, list] = children[0]?.kind === 'ExpressionList' ? children[0].children : [];
  // `arrayMap(lower, names)` is `arrayMap(x -> lower(x), names)`.
  if (TAKES_LAMBDA.test(text) && first?.kind === 'Identifier') asked.lambdas.add(first.text);
  if (MEMBERSHIP.test(text) && list?.kind === 'Identifier') asked.tables.add(list.text);
}

function checkNode({ kind, text, children }: SqlNode): void {
  if (!ALLOWED.has(kind)) refuse(REFUSED[kind] ?? `This cannot be part of a statement: ${kind}.`);
  // More than one child: FORMAT, SETTINGS or INTO OUTFILE.
  if (kind === 'SelectWithUnionQuery' && children.length !== 1) {
    refuse('FORMAT, SETTINGS and INTO OUTFILE are not available.');
  }
  if (kind === 'Function' && !isAllowedFunction(text)) refuse(`There is no function ${text}.`);
  if (kind === 'Literal' && MADE_UP_STATE.test(text)) {
    refuse('States of aggregate functions cannot be made up.');
  }
}

function checkSource({ children }: SqlNode): void {
  const [source] = children;
  if (source?.kind === 'Function') refuse(`There is no table function ${source.text}.`);
  if (source?.kind !== 'TableIdentifier' && source?.kind !== 'Subquery') {
    refuse('A statement reads from views and subqueries.');
  }
}

export function refuse(detail: string): never {
  fail('invalid_input', { detail, attr: 'query' });
}
