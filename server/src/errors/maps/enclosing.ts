// Which function of a source a place is in. Maps have names of tokens alone: at the place of a call that is the name of
// what is called, and many bundlers leave them out; so it is read off the source, which is indented nearly always.

/** Longer lines are no code that somebody wrote. */
const MAX_LINE_CHARS = 400;

const ARROW_OR_FUNCTION = String.raw`(?:async\s*)?(?:function\b|(?:<.*>)?\(.*=>|[\w$]+\s*=>)`;
const DECLARATIONS: readonly RegExp[] = [
  /\bfunction\s*\*?\s*([\w$]+)\s*[(<]/u,
  // const total = (cart) => …, and fields of classes.
  new RegExp(String.raw`([\w$]+)\s*(?::[^=]*)?=\s*${ARROW_OR_FUNCTION}`, 'u'),
  // total: (cart) => …
  new RegExp(String.raw`^([\w$]+)\s*:\s*${ARROW_OR_FUNCTION}`, 'u'),
  // total(cart) { …, of a class or an object.
  /^(?:(?:public|private|protected|static|override|async|get|set)\s+)*\*?\s*(#?[\w$]+)\s*(?:<.*>)?\((?!.*\bfunction\b).*\)\s*(?::[^{]*)?\{/u,
];
const STATEMENTS: ReadonlySet<string> = new Set(['if', 'for', 'while', 'switch', 'catch', 'with']);

/**
 * The name of the innermost named function around a place; empty where there is none.
 * @param line from 1
 * @param column from 1
 */
export function enclosingFunction(content: string, line: number, column: number): string {
  const lines = content.split('\n', line).map((text) => text.slice(0, MAX_LINE_CHARS));
  const at = lines[line - 1];
  if (at === undefined) return '';
  const here = declaredBy(at.slice(0, column - 1).trim());
  if (here !== '') return here;
  let [depth, tail] = outside(at, '');
  for (const text of lines.slice(0, -1).toReversed()) {
    if (text.trim() === '' || indentOf(text) >= depth) continue;
    const name = declaredBy(`${text.trim()}${tail}`);
    if (name !== '') return name;
    [depth, tail] = outside(text, tail);
  }
  return '';
}

const indentOf = (text: string): number => text.length - text.trimStart().length;

/** What begins with a bracket that closes goes on from a line with the same indentation: `) => {`. */
function outside(text: string, before: string): readonly [depth: number, tail: string] {
  const indent = indentOf(text);
  if (!/^\s*[)}\]]/u.test(text)) return [indent, ''];
  return [indent + 1, /^\s*\)/u.test(text) ? `${text.trim()}${before}` : ''];
}

function declaredBy(text: string): string {
  for (const declaration of DECLARATIONS) {
    const name = declaration.exec(text)?.[1];
    if (name !== undefined && !STATEMENTS.has(name)) return name;
  }
  return '';
}
