// The syntax tree of a statement, from the text in which ClickHouse's EXPLAIN AST shows it: one node to a line,
// each indented by one more than its parent.

export type SqlNode = {
  /** `SelectQuery`, `Function`, `TableIdentifier`, … */
  readonly kind: string;
  /** The name of a function or table, a dotted column, a literal as it is written; empty for most. */
  readonly text: string;
  readonly children: readonly SqlNode[];
};

type Open = { readonly kind: string; readonly text: string; readonly children: SqlNode[] };

const CHILDREN = / \(children (\d+)\)$/;
const ALIAS = / \(alias .*\)$/;

/** Undefined when the text is not a tree of so many children as each node says that it has. */
export function readTree(lines: readonly string[]): SqlNode | undefined {
  const counts = new Map<Open, number>();
  const open: Open[] = [];
  let root: Open | undefined;
  for (const line of lines) {
    const depth = line.length - line.trimStart().length;
    const node = nodeOf(line.trimStart(), counts);
    if (depth > open.length || (depth === 0 && root)) return undefined;
    if (depth === 0) root = node;
    else open[depth - 1]?.children.push(node);
    open.splice(depth, Number.POSITIVE_INFINITY, node);
  }
  const isWhole = [...counts].every(([node, count]) => node.children.length === count);
  return isWhole ? root : undefined;
}

function nodeOf(line: string, counts: Map<Open, number>): Open {
  const count = Number(CHILDREN.exec(line)?.[1] ?? 0);
  const named = line.replace(CHILDREN, '').replace(ALIAS, '');
  const end = named.includes(' ') ? named.indexOf(' ') : named.length;
  const node: Open = { kind: named.slice(0, end), text: named.slice(end + 1), children: [] };
  counts.set(node, count);
  return node;
}

/** A node and all below it. */
export function* nodesOf(node: SqlNode): Generator<SqlNode> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}
