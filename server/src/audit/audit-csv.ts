// Audit entries as CSV (RFC 4180), safe to open in a spreadsheet.
import type { EntryBody } from './entry.ts';

type Cell = string | number | null | undefined;

const COLUMNS: readonly (readonly [name: string, cell: (entry: EntryBody) => Cell])[] = [
  ['id', (entry) => entry.id],
  ['at', (entry) => entry.at],
  ['actor_kind', (entry) => entry.actor.kind],
  ['actor', (entry) => entry.actor.label],
  ['action', (entry) => entry.action],
  ['resource_kind', (entry) => entry.resource_kind],
  ['resource_id', (entry) => entry.resource_id],
  ['resource', (entry) => entry.resource_label],
  ['environment_id', (entry) => entry.environment_id],
  ['reason', (entry) => entry.reason],
  ['ip', (entry) => entry.origin?.ip],
  ['user_agent', (entry) => entry.origin?.user_agent],
  ['session', (entry) => entry.origin?.session],
  ['changes', (entry) => JSON.stringify(entry.changes)],
];

/** Lines of CSV, each with its end; with the heading first when asked. */
export function entriesCsv(entries: readonly EntryBody[], withHeading = false): string {
  const lines = entries.map((entry) => COLUMNS.map(([, cell]) => quoted(cell(entry))).join(','));
  if (withHeading) lines.unshift(COLUMNS.map(([name]) => name).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

/** A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). */
function quoted(value: Cell): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
