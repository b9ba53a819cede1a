// Makes the events of one window playable: in order, each once, without what cannot be decoded, and with a size
// before each full snapshot. Blocks arrive twice and out of order (the SDK sends again), so nothing is assumed.
import {
  isFields,
  numberOf,
  readEvent,
  type RrwebEvent,
  SOURCE,
  textOf,
  TYPE,
} from './rrweb-event.ts';

/** Used when nothing recorded says how large the page was: a common laptop. */
const DEFAULT_SIZE = { width: 1280, height: 720 };

/** @param values - Decoded JSON, in any order. */
export function cleanEvents(values: readonly unknown[]): RrwebEvent[] {
  const events = values.map(readEvent).filter((event) => event !== undefined);
  events.sort(inOrder);
  return withSizes(distinct(events));
}

/** At the same millisecond the size comes before the snapshot, which comes before its changes. */
function inOrder(a: RrwebEvent, b: RrwebEvent): number {
  return a.timestamp - b.timestamp || rank(a) - rank(b);
}

function rank({ type }: RrwebEvent): number {
  if (type === TYPE.meta) return 0;
  return type === TYPE.full ? 1 : 2;
}

/** Without repeats; only events of the same moment can be the same, so only those are compared. */
function distinct(events: readonly RrwebEvent[]): RrwebEvent[] {
  const kept: RrwebEvent[] = [];
  let moment = -1;
  let seen = new Set<string>();
  for (const [index, event] of events.entries()) {
    const isAlone =
      events[index - 1]?.timestamp !== event.timestamp &&
      events[index + 1]?.timestamp !== event.timestamp;
    if (isAlone) {
      kept.push(event);
      continue;
    }
    if (event.timestamp !== moment) {
      moment = event.timestamp;
      seen = new Set();
    }
    const text = JSON.stringify([event.type, event.data]);
    if (seen.has(text)) continue;
    seen.add(text);
    kept.push(event);
  }
  return kept;
}

/** The Replayer stays hidden until it learns a size, and seeks from the size before a snapshot. */
function withSizes(events: readonly RrwebEvent[]): RrwebEvent[] {
  const result: RrwebEvent[] = [];
  let size = firstSize(events) ?? DEFAULT_SIZE;
  let href = '';
  for (const event of events) {
    size = sizeOf(event) ?? size;
    if (event.type === TYPE.meta) href = textOf(event.data['href']);
    if (event.type === TYPE.full && result.at(-1)?.type !== TYPE.meta) {
      result.push({ type: TYPE.meta, timestamp: event.timestamp, data: { href, ...size } });
    }
    result.push(event);
  }
  return result;
}

function firstSize(events: readonly RrwebEvent[]) {
  for (const event of events) {
    const size = sizeOf(event);
    if (size) return size;
  }
  return undefined;
}

function sizeOf({ type, data }: RrwebEvent): typeof DEFAULT_SIZE | undefined {
  const isSize =
    type === TYPE.meta || (type === TYPE.incremental && data['source'] === SOURCE.resize);
  if (!isSize || !isFields(data)) return undefined;
  const [width, height] = [numberOf(data['width']), numberOf(data['height'])];
  return width && height ? { width, height } : undefined;
}
