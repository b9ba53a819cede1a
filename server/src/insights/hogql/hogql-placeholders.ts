// Values in the place of `{name}` and `{variables.name}`, as parameters of ClickHouse: text and type never meet.
import { fail } from '#kernel/errors';
import type { HogqlQuery, HogqlValue } from './hogql.ts';
import type { SqlValue } from '../sql/sql.ts';

type Bound = { readonly text: string; readonly params: Readonly<Record<string, SqlValue>> };

/** Strings, quoted names, comments and here-documents, in which nothing is replaced; else an opening brace. */
const PIECES =
  /'(?:\\[^]|''|[^'\\])*'|"(?:\\[^]|""|[^"\\])*"|`(?:\\[^]|``|[^`\\])*`|--[^\n]*|#[ !][^\n]*|\/\*[^]*?\*\/|\$(\w*)\$[^]*?\$\1\$|\{\s*([\w.]*)\s*\}|\{/g;

/** @throws invalid_input for a placeholder without a value */
export function bindValues({ query, values = {}, variables = {} }: HogqlQuery): Bound {
  const given = new Map<string, HogqlValue>(Object.entries(values));
  for (const { code_name, value, isNull } of Object.values(variables)) {
    given.set(`variables.${code_name}`, isNull === true ? null : (value ?? null));
  }
  const params: Record<string, SqlValue> = {};
  const names = new Map<string, string>();
  const text = query.replaceAll(PIECES, (piece, _tag: string, name: string | undefined) => {
    if (!piece.startsWith('{')) return piece;
    const value = given.get(name ?? '');
    if (value === undefined) {
      const detail = name
        ? `There is no value for {${name}}.`
        : 'Braces are for placeholders such as {name}; a map is written map(key, value).';
      return fail('invalid_input', { detail, attr: 'values' });
    }
    if (value === null) return 'NULL';
    const bound = names.get(piece) ?? `v${names.size}`;
    names.set(piece, bound);
    params[bound] = typeof value === 'boolean' ? String(value) : value;
    return `{${bound}:${typeOf(value)}}`;
  });
  return { text, params };
}

function typeOf(value: NonNullable<HogqlValue>): string {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Bool';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'Int64' : 'Float64';
  if (value.every((one) => typeof one === 'string')) return 'Array(String)';
  return value.every((one) => Number.isSafeInteger(one)) ? 'Array(Int64)' : 'Array(Float64)';
}
