// A recorded session as a function of its blocks: the same whatever their order, with each block once.
import { type BlockFacts, activeStretches } from './block-facts.ts';
import { type RageClick, rageClicksOf } from './rage.ts';
import { type Troubles, errorsAfterClick, idleGaps, quickBacks } from './troubles.ts';

/** A block without its events. */
export type Block = {
  /** That of the message that brought it. */
  readonly id: string;
  readonly sessionId: string;
  readonly windowId: string;
  readonly distinctId: string;
  /** Of rrweb events, milliseconds since the epoch by the clock of the page. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly receivedMs: number;
  readonly events: number;
  readonly hasFull: boolean;
  /** Of the events unpacked. */
  readonly bytes: number;
  readonly source: 'web' | 'mobile';
  readonly library: string;
  readonly libraryVersion: string;
  readonly facts: BlockFacts;
};

export type Session = {
  readonly sessionId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly receivedMs: number;
  readonly distinctId: string;
  readonly distinctIds: readonly string[];
  readonly windowIds: readonly string[];
  readonly urls: readonly string[];
  readonly activeMs: number;
  readonly rage: readonly RageClick[];
  readonly troubles: Troubles;
  /** Actions in each of {@link BUCKETS} equal stretches. */
  readonly activity: readonly number[];
  readonly blocks: number;
  readonly events: number;
  readonly bytes: number;
  readonly hasFull: boolean;
  readonly source: 'web' | 'mobile';
  readonly library: string;
  readonly libraryVersion: string;
  readonly counts: Counts;
};

type Counted = {
  [K in keyof BlockFacts]-?: BlockFacts[K] extends number ? K : never;
}[keyof BlockFacts];
type Counts = Readonly<Record<Counted, number>>;

const COUNTED: readonly Counted[] = [
  'clicks',
  'keys',
  'mouse',
  'logs',
  'warnings',
  'errors',
  'requests',
  'status4xx',
  'status5xx',
  'unanswered',
];
const BUCKETS = 100;
const MAX_URLS = 25;
const MAX_IDS = 100;

/** @throws Error without any block */
export function sessionOf(blocks: readonly Block[]): Session {
  const inOrder = blocks.toSorted((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1));
  const [first] = inOrder;
  const last = inOrder.at(-1);
  if (!first || !last) throw new Error('a session without a block');
  const startMs = first.firstMs;
  const endMs = Math.max(...inOrder.map(({ lastMs }) => lastMs));
  const active = activeStretches(inOrder.flatMap(({ facts }) => facts.active));
  return {
    sessionId: first.sessionId,
    startMs,
    endMs,
    receivedMs: Math.max(...inOrder.map(({ receivedMs }) => receivedMs)),
    // Identified in the middle of it, a session has another id before.
    distinctId: last.distinctId,
    distinctIds: distinct(inOrder.map(({ distinctId }) => distinctId)).slice(0, MAX_IDS),
    windowIds: distinct(inOrder.map(({ windowId }) => windowId)).slice(0, MAX_IDS),
    urls: urlsOf(inOrder),
    // A single action counts as 1 ms (PostHog).
    activeMs: sum(active.map(([from, to]) => Math.max(1, to - from))),
    rage: rageOf(inOrder),
    troubles: { ...troublesOf(inOrder), idleGaps: idleGaps(active) },
    activity: activityOf(inOrder, startMs, endMs),
    blocks: inOrder.length,
    events: sum(inOrder.map(({ events }) => events)),
    bytes: sum(inOrder.map(({ bytes }) => bytes)),
    hasFull: inOrder.some(({ hasFull }) => hasFull),
    source: first.source,
    library: first.library,
    libraryVersion: first.libraryVersion,
    counts: countsOf(inOrder),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

function countsOf(blocks: readonly Block[]): Counts {
  return Object.fromEntries(
    COUNTED.map((name) => [name, sum(blocks.map(({ facts }) => facts[name]))]),
  ) as Counts;
}

function urlsOf(blocks: readonly Block[]): string[] {
  const seen = blocks.flatMap(({ facts }) => facts.urls).toSorted((a, b) => a[0] - b[0]);
  return distinct(seen.map(([, url]) => url)).slice(0, MAX_URLS);
}

function rageOf(blocks: readonly Block[]): RageClick[] {
  const windows = Map.groupBy(blocks, ({ windowId }) => windowId);
  return [...windows]
    .flatMap(([windowId, own]) =>
      rageClicksOf(
        windowId,
        own.flatMap(({ facts }) => facts.points),
        own.flatMap(({ facts }) => facts.turns),
      ),
    )
    .toSorted((a, b) => a.atMs - b.atMs);
}

function troublesOf(blocks: readonly Block[]): Omit<Troubles, 'idleGaps'> {
  const windows = [...Map.groupBy(blocks, ({ windowId }) => windowId).values()].map((own) =>
    own.map(({ facts }) => facts),
  );
  return {
    errorsAfterClick: sum(
      windows.map((own) =>
        errorsAfterClick(
          own.flatMap(({ points }) => points.map(([atMs]) => atMs)),
          own.flatMap(({ alarms = [] }) => alarms),
        ),
      ),
    ),
    quickBacks: sum(windows.map((own) => quickBacks(own.flatMap(visitsOf)))),
  };
}

function visitsOf({ turns, places = [], urls }: BlockFacts): (readonly [number, string])[] {
  return turns.flatMap((atMs, i) => {
    const url = urls[places[i] ?? -1]?.[1];
    return url === undefined ? [] : [[atMs, url] as const];
  });
}

function activityOf(blocks: readonly Block[], startMs: number, endMs: number): number[] {
  const buckets = Array.from({ length: BUCKETS }, () => 0);
  const spanMs = Math.max(1, endMs - startMs);
  for (const [second, actions] of blocks.flatMap(({ facts }) => facts.beats)) {
    // A beat is about a second; its middle says where it belongs.
    const at = Math.floor(((second * 1000 + 500 - startMs) / spanMs) * BUCKETS);
    const bucket = Math.min(BUCKETS - 1, Math.max(0, at));
    buckets[bucket] = (buckets[bucket] ?? 0) + actions;
  }
  return buckets;
}

/** How much a session holds for who watches it, 0 to 100 (PostHog's formula). */
export function activityScore(
  session: Pick<Session, 'activeMs' | 'startMs' | 'endMs' | 'counts'>,
): number {
  const { clicks, keys, mouse, logs, warnings, errors } = session.counts;
  const durationS = (session.endMs - session.startMs) / 1000;
  const base = mouse + durationS + logs + warnings + errors;
  if (base === 0) return 0;
  const score = (100 * (session.activeMs / 1000 + clicks + keys + errors)) / base;
  return Math.min(100, Math.round(score * 10) / 10);
}
