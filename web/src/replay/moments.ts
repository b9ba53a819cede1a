// Everything of a recording that has a time and words: events of the session, console, network, notes; in one list.
import type { EventRow } from '../api/events.ts';
import type { RecordingDetail } from '../api/recordings.ts';
import type { LogLine } from './recording/console.ts';
import type { Digest } from './recording/digest.ts';
import type { NetworkRequest } from './recording/network.ts';
import { textOf } from './recording/rrweb-event.ts';
import { clientTimeOf, valueWord } from './session-event.ts';
import { shortUrl } from './url-words.ts';

export const KINDS = {
  exception: 'Exceptions',
  rage: 'Rage clicks',
  dead: 'Dead clicks',
  flag: 'Flag calls',
  page: 'Pages',
  custom: 'Custom events',
  console: 'Console',
  network: 'Network',
  other: 'Everything else',
} as const;
export type Kind = keyof typeof KINDS;

export type Moment = {
  readonly id: string;
  /** By the clock of the recorded browser. */
  readonly atMs: number;
  readonly kind: Kind;
  readonly title: string;
  readonly detail: string;
  /** Something went wrong: N and P go from one to the next. */
  readonly isError: boolean;
  /** Shown on the seek bar. */
  readonly isMarked: boolean;
  readonly source: Source;
};

/** Where a moment comes from, for its details. */
type Source =
  | { readonly from: 'event'; readonly event: EventRow }
  | { readonly from: 'console'; readonly log: LogLine }
  | { readonly from: 'network'; readonly request: NetworkRequest }
  | { readonly from: 'recorder' };

const EVENT_KINDS: Readonly<Record<string, Kind>> = {
  $exception: 'exception',
  $rageclick: 'rage',
  $dead_click: 'dead',
  $feature_flag_called: 'flag',
  $pageview: 'page',
};
/** The SDK's own events that are worth a mark. */
const MARKED: ReadonlySet<Kind> = new Set(['exception', 'rage', 'dead', 'flag', 'page', 'custom']);
const TITLES: Readonly<Record<string, string>> = {
  $pageview: 'Page view',
  $pageleave: 'Page left',
  $autocapture: 'Click',
  $rageclick: 'Rage click',
  $dead_click: 'Dead click',
  $identify: 'Identified',
  $set: 'Person properties set',
  $web_vitals: 'Web vitals',
  $groupidentify: 'Group properties set',
};

type RageClick = RecordingDetail['rage_clicks'][number];

/** By time. */
export function momentsOf(
  events: readonly EventRow[],
  digests: readonly Digest[],
  rageClicks: readonly RageClick[],
): Moment[] {
  const told = events.map(eventMoment);
  const moments = [...told, ...seenRage(rageClicks, told), ...digests.flatMap(digestMoments)];
  return moments.sort((a, b) => a.atMs - b.atMs);
}

/** 3 s: a burst of clicks lasts about that long; the SDK tells of it at the third click, the server at the first. */
const SAME_BURST_MS = 3000;

/** Rage clicks that the server saw in the recording and the SDK did not tell of (it does so with autocapture only). */
function seenRage(rageClicks: readonly RageClick[], told: readonly Moment[]): Moment[] {
  const known = told.filter(({ kind }) => kind === 'rage').map(({ atMs }) => atMs);
  return rageClicks
    .filter(({ timestamp }) => !known.some((atMs) => Math.abs(atMs - timestamp) <= SAME_BURST_MS))
    .map(({ timestamp, clicks, window_id: windowId }) => ({
      id: `rage ${windowId} ${timestamp}`,
      atMs: timestamp,
      kind: 'rage',
      title: 'Rage click',
      detail: `${clicks} clicks`,
      isError: false,
      isMarked: true,
      source: { from: 'recorder' },
    }));
}

function eventMoment(event: EventRow): Moment {
  const kind = EVENT_KINDS[event.event] ?? (event.event.startsWith('$') ? 'other' : 'custom');
  return {
    id: event.uuid,
    atMs: clientTimeOf(event),
    kind,
    ...wordsOf(event),
    isError: kind === 'exception',
    isMarked: MARKED.has(kind),
    source: { from: 'event', event },
  };
}

function wordsOf({ event, properties, elements }: EventRow): { title: string; detail: string } {
  if (event === '$exception') return exceptionWords(properties);
  if (event === '$feature_flag_called') {
    const value = properties['$feature_flag_response'];
    const title = textOf(properties['$feature_flag']) || 'Flag';
    return { title, detail: value === undefined ? 'no such flag' : valueWord(value) };
  }
  const title = TITLES[event] ?? event;
  if (event === '$web_vitals') return { title, detail: vitalWords(properties) };
  const [element] = elements;
  if (element) return { title, detail: element.text || `<${element.tag_name}>` };
  return { title, detail: shortUrl(textOf(properties['$current_url'])) };
}

const VITALS = ['LCP', 'INP', 'FCP', 'CLS'] as const;

/** `LCP 1.8 s, CLS 0.02`: times in seconds, shifts as they are (web.dev/vitals). */
function vitalWords(properties: EventRow['properties']): string {
  return VITALS.flatMap((name) => {
    const value = properties[`$web_vitals_${name}_value`];
    if (typeof value !== 'number') return [];
    const isShift = name === 'CLS';
    return `${name} ${(isShift ? value : value / 1000).toFixed(2)}${isShift ? '' : ' s'}`;
  }).join(', ');
}

function exceptionWords(properties: EventRow['properties']): { title: string; detail: string } {
  const list: unknown = properties['$exception_list'];
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  const { type, value } = (first ?? {}) as { type?: unknown; value?: unknown };
  return {
    title: textOf(type) || textOf(properties['$exception_type']) || 'Exception',
    detail: textOf(value) || textOf(properties['$exception_message']),
  };
}

function digestMoments(digest: Digest): Moment[] {
  const { windowId, logs, requests, notes } = digest;
  return [
    ...logs.map((log, index): Moment => {
      const isError = log.level === 'error';
      return {
        id: `log ${windowId} ${log.atMs} ${index}`,
        atMs: log.atMs,
        kind: 'console',
        title: log.level === 'info' ? 'Console' : `Console ${log.level}`,
        detail: log.text,
        isError,
        isMarked: isError,
        source: { from: 'console', log },
      };
    }),
    ...requests.map((request, index): Moment => ({
      id: `request ${windowId} ${request.atMs} ${index}`,
      atMs: request.atMs,
      kind: 'network',
      title: `${request.method || request.initiator} ${request.status ?? ''}`.trim(),
      detail: shortUrl(request.url),
      isError: request.isFailed,
      isMarked: request.isFailed,
      source: { from: 'network', request },
    })),
    ...notes.map((note, index): Moment => ({
      id: `note ${windowId} ${note.atMs} ${index}`,
      atMs: note.atMs,
      kind: 'other',
      title: note.text,
      detail: '',
      isError: false,
      isMarked: false,
      source: { from: 'recorder' },
    })),
  ];
}

/** Those of some kinds whose words hold all of the search text's. */
export function filterMoments(
  moments: readonly Moment[],
  search: string,
  kinds: ReadonlySet<Kind>,
): Moment[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return moments.filter((moment) => {
    if (!kinds.has(moment.kind)) return false;
    const text = `${moment.title} ${moment.detail}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The last one that has happened, as an index; -1 when none has. */
export const lastAt = (moments: readonly { readonly atMs: number }[], atMs: number): number =>
  moments.findLastIndex((moment) => moment.atMs <= atMs);
