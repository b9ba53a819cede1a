// One record of the log: a request's events (or a part of them) as lines of text. A head, then for each
// event what deciding about it needs, and its row, which is passed on unread.
import type { PersonEvent } from '#identity/person';
import type { NormalizedEvent } from './event.ts';
import { MAX_ROW_CHARS, openRow } from './row.ts';
import { type Warning, type WarningKind, exampleText } from './warning.ts';

/** A problem with one event, with whose event it was. */
export type NotedWarning = Warning & {
  readonly event?: string;
  readonly distinctId?: string;
  readonly uuid?: string;
};

/** An accepted event on its way to the store. */
export type LoggedEvent = {
  readonly uuid: string;
  /** Time by the client's own clock, milliseconds; absent when it gave none that can be believed. */
  readonly claimedMs?: number | undefined;
  readonly person: PersonEvent;
  /** The row, still open at its end. */
  readonly row: string;
};

export type LogBatch = {
  readonly environmentId: number;
  /** When the server accepted it, milliseconds since the epoch. */
  readonly receivedMs: number;
  readonly warnings: readonly NotedWarning[];
  readonly events: readonly LoggedEvent[];
};

type Head = Omit<LogBatch, 'events'>;

/** About 512 kB of text: a record is one step of the writer. */
const RECORD_CHARS = 512 * 1024;
/** Many equal problems of one request teach no more than a few. */
const MAX_WARNINGS = 100;

/** The records of one request. Events whose row would be too long are left out and warned about. */
export function recordTexts(
  head: Omit<Head, 'warnings'>,
  events: readonly NormalizedEvent[],
  warnings: readonly NotedWarning[],
): { readonly texts: readonly string[]; readonly tooLarge: readonly NotedWarning[] } {
  const { environmentId, receivedMs } = head;
  const tooLarge: NotedWarning[] = [];
  const parts: string[] = [];
  let part = '';
  for (const event of events) {
    const row = openRow(event, environmentId, receivedMs);
    if (row.length > MAX_ROW_CHARS) {
      tooLarge.push(tooLargeWarning(event));
      continue;
    }
    const { uuid, claimedMs, person } = event;
    part += `\n${JSON.stringify({ uuid, claimedMs, person })}\n${row}`;
    if (part.length > RECORD_CHARS) {
      parts.push(part);
      part = '';
    }
  }
  const all = [...warnings, ...tooLarge];
  if (part !== '' || (parts.length === 0 && all.length > 0)) parts.push(part);
  const texts = parts.map((lines, index) => {
    const noted = index === 0 ? all.slice(0, MAX_WARNINGS).map(shortened) : [];
    return JSON.stringify({ environmentId, receivedMs, warnings: noted } satisfies Head) + lines;
  });
  return { texts, tooLarge };
}

/** Texts of clients are bounded by nothing but their request; a record is. */
function shortened(warning: NotedWarning): NotedWarning {
  const short = Object.entries(warning).map(([key, text]) => [key, exampleText(text)]);
  return Object.fromEntries(short) as NotedWarning;
}

function tooLargeWarning(event: NormalizedEvent): NotedWarning {
  const kind: WarningKind = 'event_too_large';
  const detail = `An event may have ${MAX_ROW_CHARS} characters in all.`;
  return { kind, detail, uuid: event.uuid, event: event.event, distinctId: event.distinctId };
}

/** Reads only a record's head. */
export function parseHead(text: string): Head {
  const end = text.indexOf('\n');
  return JSON.parse(end === -1 ? text : text.slice(0, end)) as Head;
}

/** Reads a record back. */
export function parseRecord(text: string): LogBatch {
  const lines = text.split('\n');
  const head = JSON.parse(lines[0] ?? '') as Head;
  const events: LoggedEvent[] = [];
  for (let at = 1; at + 1 < lines.length; at += 2) {
    const about = JSON.parse(lines[at] ?? '') as Omit<LoggedEvent, 'row'>;
    events.push({ ...about, row: lines[at + 1] ?? '' });
  }
  return { ...head, events };
}
