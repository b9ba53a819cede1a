// Values in the place of `{name}`, `{variables.name}` and `{filters…}`, as parameters of ClickHouse: text and type
// never meet.
import { fail } from '#kernel/errors';
import type { HogqlQuery, HogqlValue } from './hogql.ts';
import type { SqlValue } from '../sql/sql.ts';
import type { Range } from '../time/date-range.ts';

export type Bound = {
  readonly text: string;
  readonly params: Readonly<Record<string, SqlValue>>;
  /** Whether the statement wants its events narrowed by the filters. */
  readonly isFiltered: boolean;
  /** Where the text goes on as it was written, in order: offsets of the text and of what was written. */
  readonly edits: readonly Edit[];
};

type Edit = { readonly at: number; readonly written: number };

/** Strings, quoted names, comments and here-documents, in which nothing is replaced; else an opening brace. */
const PIECES =
  /'(?:\\[^]|''|[^'\\])*'|"(?:\\[^]|""|[^"\\])*"|`(?:\\[^]|``|[^`\\])*`|--[^\n]*|#[ !][^\n]*|\/\*[^]*?\*\/|\$(\w*)\$[^]*?\$\1\$|\{\s*([\w.]*)\s*\}|\{/g;
const FILTERS = 'filters';

/** @throws invalid_input for a placeholder without a value */
export function bindValues(query: HogqlQuery, range: Partial<Range>): Bound {
  const binder = new Binder(query, range);
  let [text, from] = ['', 0];
  const edits: Edit[] = [];
  for (const { 0: piece, 2: name, index } of query.query.matchAll(PIECES)) {
    if (!piece.startsWith('{')) continue;
    text += query.query.slice(from, index) + binder.textOf(piece, name);
    from = index + piece.length;
    edits.push({ at: text.length, written: from });
  }
  const { params, isFiltered } = binder;
  return { text: text + query.query.slice(from), params, isFiltered, edits };
}

class Binder {
  readonly params: Record<string, SqlValue> = {};
  isFiltered = false;
  readonly #given: ReadonlyMap<string, HogqlValue>;
  readonly #instants: ReadonlyMap<string, number | undefined>;
  readonly #names = new Map<string, string>();

  constructor({ values = {}, variables = {} }: HogqlQuery, { fromMs, toMs }: Partial<Range>) {
    const given = new Map<string, HogqlValue>(Object.entries(values));
    for (const { code_name, value, isNull } of Object.values(variables)) {
      given.set(`variables.${code_name}`, isNull === true ? null : (value ?? null));
    }
    this.#given = given;
    this.#instants = new Map([
      ['filters.dateRange.from', fromMs],
      ['filters.dateRange.to', toMs],
    ]);
  }

  textOf(piece: string, name: string | undefined): string {
    if (name === FILTERS) {
      this.isFiltered = true;
      return 'true';
    }
    const atMs = this.#instants.get(name ?? '');
    if (atMs !== undefined) return `fromUnixTimestamp64Milli(${this.#bind(piece, atMs)})`;
    const value = this.#given.get(name ?? '');
    if (value === undefined) {
      const detail = name
        ? `There is no value for {${name}}.`
        : 'Braces are for placeholders such as {name}; a map is written map(key, value).';
      return fail('invalid_input', { detail, attr: 'values' });
    }
    return value === null ? 'NULL' : this.#bind(piece, value);
  }

  #bind(piece: string, value: NonNullable<HogqlValue>): string {
    const bound = this.#names.get(piece) ?? `v${this.#names.size}`;
    this.#names.set(piece, bound);
    this.params[bound] = typeof value === 'boolean' ? String(value) : value;
    return `{${bound}:${typeOf(value)}}`;
  }
}

function typeOf(value: NonNullable<HogqlValue>): string {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Bool';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'Int64' : 'Float64';
  if (value.every((one) => typeof one === 'string')) return 'Array(String)';
  return value.every((one) => Number.isSafeInteger(one)) ? 'Array(Int64)' : 'Array(Float64)';
}
