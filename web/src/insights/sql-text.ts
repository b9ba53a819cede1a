// Statements as text: what a new one says, how names are written, and where an error is.

const inQuotes = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** What a new statement asks. @param event null or undefined: about all events */
export function statementAbout(event: string | null | undefined): string {
  if (event === null || event === undefined) {
    return `SELECT event, count() AS times, uniqExact(person_id) AS people
FROM events
WHERE {filters}
GROUP BY event
ORDER BY times DESC
LIMIT 100`;
  }
  return `SELECT toDate(timestamp) AS day, count() AS times, uniqExact(person_id) AS people
FROM events
WHERE event = ${inQuotes(event)} AND {filters}
GROUP BY day
ORDER BY day`;
}

/** A column as it is written in a statement: `properties.plan`, `` properties.`my key` ``, `` `$session_id` ``. */
export function columnText(name: string, prefix = ''): string {
  const isPlain = /^[a-z_]\w*(?:\.[a-z_]\w*)*$/i.test(name);
  return prefix + (isPlain ? name : `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``);
}

/** Whether a statement asks for its range and conditions. */
export const asksForFilters = (text: string): boolean => /\{\s*filters\b/.test(text);

/** Strings, quoted names and comments, in which nothing is a placeholder; else a placeholder. */
const PIECES =
  /'(?:\\[^]|''|[^'\\])*'|"(?:\\[^]|""|[^"\\])*"|`(?:\\[^]|``|[^`\\])*`|--[^\n]*|\/\*[^]*?\*\/|\{\s*(\w+)\s*\}/g;

/** Names of the values that a statement asks for, each once: `{plan}`. */
export function placeholdersIn(text: string): string[] {
  const names = [...text.matchAll(PIECES)].flatMap(([, name]) => (name ? [name] : []));
  return [...new Set(names)].filter((name) => name !== 'filters');
}

/** The place that an error names: `Line 2, column 4: …`; both from 1 on. */
export function placeIn(message: string): { line: number; column: number } | undefined {
  const [, line, column] = /^Line (\d+), column (\d+):/.exec(message) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column) };
}

/** Where a line and column begin, as an offset. */
export function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, before + Math.min(column - 1, lines[line - 1]?.length ?? 0));
}

/** In one line, for lists. */
export function statementWords(text: string): string {
  const line = text
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line;
}

const MAX_WORDS = 120;
