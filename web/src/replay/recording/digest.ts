// What a recording tells beside its pictures: console, network, addresses, who was active when. Made once
// per chunk, so that lists and markers need no pictures in memory.
import { readLog, type LogLine } from './console.ts';
import { type NetworkRequest, readRequests } from './network.ts';
import { hrefOf, isActive, isFields, type RrwebEvent, textOf, TYPE } from './rrweb-event.ts';

export type PageVisit = { readonly atMs: number; readonly href: string };
/** Something that the recorder noted: hidden, visible, idle, offline, paused. */
type Note = { readonly atMs: number; readonly text: string };

export type Digest = {
  readonly windowId: string;
  /** Moments of activity, thinned to one in `THIN_MS`. */
  readonly activeMs: readonly number[];
  /** Times of full snapshots. */
  readonly fullMs: readonly number[];
  readonly pages: readonly PageVisit[];
  readonly logs: readonly LogLine[];
  readonly requests: readonly NetworkRequest[];
  readonly notes: readonly Note[];
};

/** Far below what counts as a pause. */
const THIN_MS = 250;

/** Custom events that say something to people; the others are the recorder's own. */
const NOTES: Readonly<Record<string, string>> = {
  'window hidden': 'Tab hidden',
  'window visible': 'Tab visible again',
  sessionIdle: 'Idle: the recorder paused',
  sessionNoLongerIdle: 'Back from idle',
  'recording paused': 'Recording paused',
  'recording resumed': 'Recording resumed',
  'browser offline': 'Browser offline',
  'browser online': 'Browser online again',
};

/** @param events - Of one window, cleaned. */
export function digestOf(windowId: string, events: readonly RrwebEvent[]): Digest {
  return {
    windowId,
    activeMs: thinned(events.filter(isActive)),
    fullMs: events.filter(({ type }) => type === TYPE.full).map(({ timestamp }) => timestamp),
    pages: pagesOf(events),
    logs: events.map(readLog).filter((log) => log !== undefined),
    requests: events.flatMap(readRequests),
    notes: events.flatMap(notesOf),
  };
}

function thinned(events: readonly RrwebEvent[]): number[] {
  const kept: number[] = [];
  let last: number | undefined;
  for (const { timestamp } of events) {
    if (last === undefined || timestamp - (kept.at(-1) ?? 0) >= THIN_MS) kept.push(timestamp);
    last = timestamp;
  }
  if (last !== undefined && kept.at(-1) !== last) kept.push(last);
  return kept;
}

function pagesOf(events: readonly RrwebEvent[]): PageVisit[] {
  const pages: PageVisit[] = [];
  for (const event of events) {
    const href = hrefOf(event);
    if (href !== undefined && href !== pages.at(-1)?.href) {
      pages.push({ atMs: event.timestamp, href });
    }
  }
  return pages;
}

function notesOf({ type, timestamp, data }: RrwebEvent): Note[] {
  if (type !== TYPE.custom) return [];
  const text = NOTES[textOf(data['tag'])];
  const reason = isFields(data['payload']) ? textOf(data['payload']['reason']) : '';
  return text ? [{ atMs: timestamp, text: reason ? `${text} (${reason})` : text }] : [];
}
