// What keys do in the editor of statements: a tab indents, a new line begins where the one before did.

/** Text with its selection; from = to: the caret. */
export type Selected = { readonly text: string; readonly from: number; readonly to: number };
/** Replaces a stretch of the text; then the selection is what it says. */
export type Edit = {
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly selectFrom: number;
  readonly selectTo: number;
};

const INDENT = '  ';

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

const insertion = ({ from, to }: Selected, by: string): Edit => ({
  from,
  to,
  by,
  selectFrom: from + by.length,
  selectTo: from + by.length,
});

/** Goes on below, as far in as this line is. */
export function newLine(selected: Selected): Edit {
  const { text, from } = selected;
  const [indent = ''] = /^[ \t]*/.exec(text.slice(lineStart(text, from), from)) ?? [];
  return insertion(selected, `\n${indent}`);
}

/** One step further in; of several lines all. */
export function indented(selected: Selected): Edit {
  const { text, from, to } = selected;
  if (!text.slice(from, to).includes('\n')) return insertion(selected, INDENT);
  return lines(selected, (line) => INDENT + line);
}

/** One step further out. */
export const outdented = (selected: Selected): Edit =>
  lines(selected, (line) => line.replace(/^(?: {1,2}|\t)/, ''));

/** Changes the beginnings of all lines of the selection; what was selected stays so. */
function lines({ text, from, to }: Selected, change: (line: string) => string): Edit {
  const start = lineStart(text, from);
  const before = text.slice(start, to).split('\n');
  const after = before.map(change);
  const by = after.join('\n');
  const moved = (after[0]?.length ?? 0) - (before[0]?.length ?? 0);
  const selectFrom = Math.max(start, from + moved);
  return { from: start, to, by, selectFrom, selectTo: Math.max(selectFrom, start + by.length) };
}

/** A name or expression, apart from words beside it. */
export function inserted(selected: Selected, name: string): Edit {
  const { text, from, to } = selected;
  const before = /[\w`'")}]$/.test(text.slice(0, from)) ? ' ' : '';
  const after = /^[\w`'"({]/.test(text.slice(to)) ? ' ' : '';
  return insertion(selected, before + name + after);
}
