// What a block of rrweb events says about its session: enough that a session's numbers are a function of its blocks,
// in whatever order they came.
import { storableText } from '#kernel/json';
import {
  EVENT,
  MOUSE,
  PLUGIN,
  type RrwebEvent,
  SOURCE,
  fieldsOf,
  payloadOf,
} from '../wire/rrweb.ts';
import { type ConsoleLine, consoleLineOf } from './console.ts';
import { type PageRequest, requestsOf } from './network.ts';

/** Milliseconds since the epoch. */
type AtMs = number;

export type BlockFacts = {
  readonly clicks: number;
  readonly keys: number;
  readonly mouse: number;
  /** `[when, x, y]` of single clicks, for bursts that go on in the next block. */
  readonly points: readonly (readonly [AtMs, number, number])[];
  /** When the page changed: a burst ends there. */
  readonly turns: readonly AtMs[];
  /** Which of `urls` it then was, for each turn; -1 for one that is not kept. Older versions stored none. */
  readonly places?: readonly number[];
  /** When errors came in the console. Older versions stored none. */
  readonly alarms?: readonly AtMs[];
  /** Stretches without more than 5 s between two actions. */
  readonly active: readonly (readonly [AtMs, AtMs])[];
  /** `[second since the epoch, actions in it]`. */
  readonly beats: readonly (readonly [number, number])[];
  readonly logs: number;
  readonly warnings: number;
  readonly errors: number;
  readonly requests: number;
  readonly status4xx: number;
  readonly status5xx: number;
  readonly unanswered: number;
  /** `[when, address]`, each address once. */
  readonly urls: readonly (readonly [AtMs, string])[];
};

export type ReadBlock = {
  readonly facts: BlockFacts;
  readonly console: readonly ConsoleLine[];
  readonly requests: readonly PageRequest[];
};

/** As PostHog has it: what a person does. */
const ACTIONS: ReadonlySet<unknown> = new Set([
  SOURCE.mouseMove,
  SOURCE.mouseInteraction,
  SOURCE.scroll,
  SOURCE.viewportResize,
  SOURCE.input,
  SOURCE.touchMove,
  SOURCE.media,
  SOURCE.drag,
]);
const CLICKS: ReadonlySet<unknown> = new Set(Object.values(MOUSE));
const MOUSE_SOURCES: ReadonlySet<unknown> = new Set([
  SOURCE.mouseMove,
  SOURCE.mouseInteraction,
  SOURCE.touchMove,
]);
/** 5 s between two actions are a pause (PostHog). */
const PAUSE_MS = 5000;
const MAX_URLS = 25;
const MAX_URL_CHARS = 4000;
const MAX_POINTS = 500;
const MAX_TURNS = 100;
const MAX_ALARMS = 100;
/** Blocks hold some seconds, and up to an hour after a time without network. */
const MAX_STRETCHES = 500;
const MAX_BEATS = 1000;
const MAX_CONSOLE_LINES = 500;
const MAX_REQUESTS = 1000;

/** Reads the events of a block, which are in the order of their times. */
export function readBlock(events: readonly RrwebEvent[]): ReadBlock {
  const points: [AtMs, number, number][] = [];
  const urls = new Map<string, AtMs>();
  const turns: [AtMs, string][] = [];
  const alarms: AtMs[] = [];
  const console = new Map<string, ConsoleLine>();
  const requests: PageRequest[] = [];
  const actions: AtMs[] = [];
  const counts = { clicks: 0, keys: 0, mouse: 0, logs: 0, warnings: 0, errors: 0 };
  for (const event of events) {
    const { timestamp } = event;
    const url = urlOf(event);
    if (url !== undefined) {
      if (turns.length < MAX_TURNS) turns.push([timestamp, url]);
      if (!urls.has(url) && urls.size < MAX_URLS) urls.set(url, timestamp);
    }
    if (event.type === EVENT.incremental) {
      countAction(event, counts, points);
      if (ACTIONS.has(fieldsOf(event)['source'])) actions.push(timestamp);
    } else if (event.type === EVENT.plugin) {
      const level = readConsole(event, counts, console);
      if (level === 'error' && alarms.length < MAX_ALARMS) alarms.push(timestamp);
      const network = payloadOf(event, PLUGIN.network);
      for (const one of network ? requestsOf(network, timestamp) : []) requests.push(one);
    }
  }
  const kept = [...urls.keys()];
  return {
    facts: {
      ...counts,
      points,
      turns: turns.map(([atMs]) => atMs),
      places: turns.map(([, url]) => kept.indexOf(url)),
      alarms,
      active: fewStretches(actions),
      beats: fewBeats(actions),
      requests: requests.length,
      status4xx: requests.filter(({ status }) => status >= 400 && status < 500).length,
      status5xx: requests.filter(({ status }) => status >= 500).length,
      unanswered: requests.filter(({ isUnanswered }) => isUnanswered).length,
      urls: [...urls].map(([url, atMs]) => [atMs, url]),
    },
    console: [...console.values()],
    requests: requests.slice(0, MAX_REQUESTS),
  };
}

type Counts = Record<'clicks' | 'keys' | 'mouse' | 'logs' | 'warnings' | 'errors', number>;

function countAction(event: RrwebEvent, counts: Counts, points: [AtMs, number, number][]): void {
  const { source, type, x, y } = fieldsOf(event);
  if (MOUSE_SOURCES.has(source)) counts.mouse += 1;
  if (source === SOURCE.input) counts.keys += 1;
  if (source !== SOURCE.mouseInteraction || !CLICKS.has(type)) return;
  counts.clicks += 1;
  const isPoint = type === MOUSE.click && typeof x === 'number' && typeof y === 'number';
  if (isPoint && points.length < MAX_POINTS)
    points.push([event.timestamp, Math.round(x), Math.round(y)]);
}

function readConsole(
  event: RrwebEvent,
  counts: Counts,
  lines: Map<string, ConsoleLine>,
): ConsoleLine['level'] | undefined {
  const payload = payloadOf(event, PLUGIN.console);
  if (!payload) return undefined;
  const line = consoleLineOf(payload, event.timestamp);
  if (line.level === 'error') counts.errors += 1;
  else if (line.level === 'warn') counts.warnings += 1;
  else counts.logs += 1;
  const key = `${line.level} ${line.message}`;
  if (!lines.has(key) && lines.size < MAX_CONSOLE_LINES) lines.set(key, line);
  return line.level;
}

/** Of a page, or of a change of address within one (`$pageview`, `$url_changed`). */
function urlOf(event: RrwebEvent): string | undefined {
  const { href, tag, payload } = fieldsOf(event);
  if (event.type === EVENT.meta) return addressOf(href);
  const isChange = tag === '$pageview' || tag === '$url_changed';
  if (event.type !== EVENT.custom || !isChange) return undefined;
  return typeof payload === 'object' && payload !== null && 'href' in payload
    ? addressOf(payload.href)
    : undefined;
}

const addressOf = (href: unknown): string | undefined =>
  typeof href === 'string' && href !== '' ? storableText(href.slice(0, MAX_URL_CHARS)) : undefined;

/** Joins stretches that are not further apart than a pause. They need not be in order. */
export function activeStretches(
  stretches: readonly (readonly [AtMs, AtMs])[],
  pauseMs = PAUSE_MS,
): (readonly [AtMs, AtMs])[] {
  const joined: [AtMs, AtMs][] = [];
  for (const [startMs, endMs] of stretches.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && startMs - last[1] <= pauseMs) last[1] = Math.max(last[1], endMs);
    else joined.push([startMs, endMs]);
  }
  return joined;
}

/** Of a block with too many of them, those with the shortest pauses between them are joined. */
function fewStretches(actions: readonly AtMs[]): (readonly [AtMs, AtMs])[] {
  let pauseMs = PAUSE_MS;
  let stretches = activeStretches(actions.map((atMs) => [atMs, atMs]));
  while (stretches.length > MAX_STRETCHES) {
    pauseMs *= 2;
    stretches = activeStretches(stretches, pauseMs);
  }
  return stretches;
}

/** Of a block with too many seconds, several count as one. */
function fewBeats(actions: readonly AtMs[]): (readonly [number, number])[] {
  let seconds = 1;
  let beats = beatsOf(actions, seconds);
  while (beats.length > MAX_BEATS) {
    seconds *= 2;
    beats = beatsOf(actions, seconds);
  }
  return beats;
}

function beatsOf(actions: readonly AtMs[], seconds: number): (readonly [number, number])[] {
  const beats = new Map<number, number>();
  for (const atMs of actions) {
    const second = Math.floor(atMs / 1000 / seconds) * seconds;
    beats.set(second, (beats.get(second) ?? 0) + 1);
  }
  return [...beats];
}

/** Only the numbers: for a session that has more to say than can be read at once. */
export function withoutDetail(facts: BlockFacts): BlockFacts {
  return {
    ...facts,
    points: [],
    turns: [],
    places: [],
    alarms: [],
    active: [],
    beats: [],
    urls: [],
  };
}
