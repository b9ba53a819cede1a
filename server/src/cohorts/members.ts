// Which ids a static cohort may list, and how a file of them is read.

/** 10 MB: a hundred thousand ids with room to spare. */
export const MAX_CSV_BYTES = 10 * 1024 * 1024;
/** Ids that one request may list. */
export const MAX_IDS_PER_CHANGE = 10_000;
/** Ids that one file may list. */
const MAX_IDS_PER_FILE = 100_000;
/** Ids that a cohort lists in one environment at most. */
export const MAX_MEMBERS = 500_000;
/** SDKs' ids are cut to this many characters when flags are asked for. */
const MAX_ID_CHARACTERS = 200;

/** Names of the column that holds the ids, letter case and separators aside. */
const ID_COLUMNS: ReadonlySet<string> = new Set(['distinctid', 'distinctids', 'userid', 'id']);

export type CsvIds =
  | {
      readonly ids: readonly string[];
      /** Lines without an id, repeated ids, ids too long. */
      readonly ignored: number;
    }
  | { readonly problem: string };

/**
 * The distinct ids of a file: those of the column named `distinct_id` (or `user_id`, `id`), or of the only
 * column, whose first line then is a heading only if it is one of those names.
 */
export function csvIds(text: string): CsvIds {
  const rows = parseCsv(text.replace(/^\uFEFF/, ''));
  if (!rows) return { problem: 'A quoted field is not closed.' };
  const [first = []] = rows;
  const named = first.findIndex((cell) =>
    ID_COLUMNS.has(cell.toLowerCase().replace(/[\s_-]/g, '')),
  );
  if (named < 0 && rows.some((row) => row.length > 1)) {
    return { problem: 'With several columns, name the one that holds the ids distinct_id.' };
  }
  const cells = rows.slice(named < 0 ? 0 : 1).map((row) => row[Math.max(0, named)]?.trim() ?? '');
  const { ids, ignored } = usableIds(cells);
  if (ids.length > MAX_IDS_PER_FILE) {
    return { problem: `A file may list ${MAX_IDS_PER_FILE} ids; this one has ${ids.length}.` };
  }
  return ids.length === 0 ? { problem: 'The file lists no ids.' } : { ids, ignored };
}

/** The ids that can be listed, each once. */
export function usableIds(given: readonly string[]): { ids: string[]; ignored: number } {
  const ids = new Set(given.filter((id) => id !== '' && [...id].length <= MAX_ID_CHARACTERS));
  return { ids: [...ids], ignored: given.length - ids.size };
}

/** Rows of fields (RFC 4180, with any line end); undefined when a quote stays open. Empty lines are left out. */
function parseCsv(text: string): string[][] | undefined {
  const rows: string[][] = [];
  let row: string[] = [];
  // One field and what ends it: a comma, a line end, or the end of the text.
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n"][^,\r\n]*)?)(,|\r\n|\n|\r|$)/y;
  for (;;) {
    const match = field.exec(text);
    if (!match) return undefined;
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    if (end === '' || field.lastIndex >= text.length) return rows;
  }
}
