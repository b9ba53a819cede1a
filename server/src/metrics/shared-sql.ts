// One statement for several questions of one shape: what the engine needs to understand a statement is more than what it
// takes to read a minute of events, so it is to understand one for all looks of a tick. Rows carry the number of their
// question (`asked`, from 1); a value in which questions differ becomes a list of which each row takes its own.
import type { SqlParams, SqlPart } from './event-filter-sql.ts';

/** A statement whose rows carry `asked`. */
export type SharedPart = SqlPart & {
  /** Values of which every question has a list of its own; the text sees those of all questions in one. */
  readonly lists: { readonly [name: string]: readonly (string | number)[] };
};

/** What `asked` may be, for rows that every question reads. */
export const QUESTIONS = '{questions:Array(UInt16)}';

/** Of which question an item of a list is. @param place of the item, as SQL */
export const askedOfSql = (list: string, place: string): string =>
  `{${list}_asked:Array(UInt16)}[${place}]`;

/** The smallest value that a question has for a parameter, so that an index can be used: `least_<name>`. */
const LEAST = /\{least_(\w+):/g;

const PARAMETER = /\{(\w+):([^{}]+)\}/g;

/** The same statement for all questions at once. @param parts of one text, the first question first */
export function sharedSql(parts: readonly SharedPart[]): SqlPart {
  const [first] = parts;
  if (!first) throw new Error('nothing is asked');
  if (parts.some(({ sql }) => sql !== first.sql)) throw new Error('questions differ in shape');
  const params: { [name: string]: SqlParams[string] } = { questions: parts.map((_, i) => i + 1) };
  for (const [name, value] of Object.entries(first.params)) {
    params[name] = value;
    const values = parts.map((part) => part.params[name]);
    if (!isAllTheSame(values)) params[name] = values as SqlParams[string];
  }
  const differing = new Set(
    Object.keys(first.params).filter((name) => params[name] !== first.params[name]),
  );
  for (const [, name = ''] of first.sql.matchAll(LEAST)) {
    params[`least_${name}`] = Math.min(...parts.map((part) => Number(part.params[name])));
  }
  for (const name of Object.keys(first.lists)) {
    params[name] = parts.flatMap(({ lists }) => lists[name] ?? []) as SqlParams[string];
    params[`${name}_asked`] = parts.flatMap(({ lists }, i) => (lists[name] ?? []).map(() => i + 1));
  }
  const sql = first.sql.replaceAll(PARAMETER, (text, name: string, type: string) =>
    differing.has(name) ? `{${name}:Array(${type})}[asked]` : text,
  );
  return { sql, params };
}

function isAllTheSame(values: readonly unknown[]): boolean {
  const [first, ...others] = values.map((value) => JSON.stringify(value));
  return others.every((other) => other === first);
}
