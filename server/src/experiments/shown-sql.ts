// A statement as people read it: with its values in place.
import type { Sql } from '#insights/event-sql';

export function shownSql({ text, params }: Sql): string {
  return text.replaceAll(/\{(p\d+):[^}]+\}/g, (_placeholder, name: string) =>
    literal((params as Readonly<Record<string, unknown>>)[name]),
  );
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
