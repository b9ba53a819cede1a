// Audit entries as CSV.
import { type Cell, csvLine } from '#kernel/csv';
import type { EntryBody } from './entry.ts';

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
  const heading = withHeading ? csvLine(COLUMNS.map(([name]) => name)) : '';
  return heading + entries.map((entry) => csvLine(COLUMNS.map(([, cell]) => cell(entry)))).join('');
}
