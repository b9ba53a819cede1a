// From a request's `$snapshot` events to blocks that can be kept: unpacked, scrubbed, read. Pure; what unpacks and what
// hashes is handed in. This is the work that takes time, and runs in a thread of its own (`thread.job.ts`).
import type { PrivacyRules } from '../privacy/rules.ts';
import type { WatchedTags } from '../privacy/nodes.ts';
import { isSwitchedOff, scrubEvent } from '../privacy/scrub.ts';
import { type ReadBlock, readBlock } from '../facts/block-facts.ts';
import type { Block } from '../facts/session.ts';
import { withNewNetwork } from '../wire/old-network.ts';
import { EVENT, type RrwebEvent } from '../wire/rrweb.ts';
import {
  type Refusal,
  type SnapshotMessage,
  readMessage,
  sessionStartMs,
} from '../wire/snapshot.ts';
import { type Gunzip, MAX_EVENT_BYTES, unpackEvent } from '../wire/unpack.ts';

export type ProcessOptions = {
  readonly receivedMs: number;
  readonly rules: PrivacyRules;
  readonly gunzip: Gunzip;
  /** A UUID made from a text: the same for the same. */
  readonly uuidOf: (text: string) => string;
  /** What is watched of a window, by its name; kept for later requests of the same window. */
  readonly watchedOf: (window: string) => WatchedTags;
};

/** A block ready to be kept. */
export type ProcessedBlock = Omit<Block, 'facts'> &
  ReadBlock & {
    /** By how much the clock of the client is behind, as far as the time of sending tells; milliseconds. */
    readonly skewMs: number;
    /** One line of JSON for each event, by time. */
    readonly lines: string;
  };

export type Processed = {
  readonly blocks: readonly ProcessedBlock[];
  /** Of messages that are not kept, each with an example of whose it was. */
  readonly refused: readonly { readonly why: Refusal; readonly distinctId?: string | undefined }[];
  /** Events that could not be read, or may not be kept. */
  readonly eventsLeftOut: number;
};

const DAY_MS = 86_400_000;
/** PostHog's consumer takes nothing that is further from now. */
const MAX_AGE_MS = 7 * DAY_MS;
/** A session ends after a day; the rest is for clocks that are set meanwhile. */
const MAX_SESSION_MS = 26 * 3_600_000;
/** 24 MiB: what the log holds of one block. */
const MAX_BLOCK_CHARS = 24 * 1024 * 1024;

/** Makes blocks of a request's events. */
export function processSnapshots(raws: readonly unknown[], options: ProcessOptions): Processed {
  const blocks: ProcessedBlock[] = [];
  const refused: { why: Refusal; distinctId?: string }[] = [];
  let eventsLeftOut = 0;
  for (const raw of raws) {
    const read = readMessage(raw);
    if (read.kind === 'refused') {
      refused.push({ why: read.why });
      continue;
    }
    const { message } = read;
    const made = toBlock(message, options);
    // Nothing is wrong with what is only switched off.
    if (made === 'switched_off') continue;
    if (typeof made === 'string') refused.push({ why: made, distinctId: message.distinctId });
    else {
      blocks.push(made.block);
      eventsLeftOut += made.leftOut;
    }
  }
  return { blocks, refused, eventsLeftOut };
}

/** In the form that new recorders write. */
function readEvent(raw: unknown, gunzip: Gunzip): RrwebEvent | undefined {
  const event = unpackEvent(raw, gunzip);
  return event && withNewNetwork(event);
}

function toBlock(
  message: SnapshotMessage,
  { receivedMs, rules, gunzip, uuidOf, watchedOf }: ProcessOptions,
): Refusal | 'switched_off' | { readonly block: ProcessedBlock; readonly leftOut: number } {
  const { events, isTooFar, switchedOff } = unpackAll(message.events, {
    receivedMs,
    rules,
    gunzip,
  });
  const [first] = events;
  if (!first) return isTooFar ? 'too_old_or_new' : nothingOf(switchedOff);
  const beganMs = sessionStartMs(message.sessionId);
  if (beganMs !== undefined && Math.abs(first.timestamp - beganMs) > MAX_SESSION_MS) {
    return 'session_id_wrong_time';
  }
  const kept: RrwebEvent[] = [];
  const lines: string[] = [];
  let chars = 0;
  const watched = watchedOf(`${message.sessionId} ${message.windowId}`);
  for (const event of nearFirst(events, first.timestamp)) {
    const line = lineOf(event, rules, watched);
    if (!line) continue;
    kept.push(line.event);
    lines.push(line.text);
    chars += line.text.length + 1;
    if (chars > MAX_BLOCK_CHARS) return 'block_too_large';
  }
  const last = kept.at(-1);
  if (!kept[0] || !last) return 'no_events';
  const text = lines.join('\n');
  const { events: _, sentMs, uuid, ...of } = message;
  const block: ProcessedBlock = {
    ...of,
    ...readBlock(kept),
    id: uuid ?? uuidOf(`${message.sessionId} ${message.windowId} ${text}`),
    firstMs: kept[0].timestamp,
    lastMs: last.timestamp,
    receivedMs,
    skewMs: sentMs === undefined ? 0 : receivedMs - sentMs,
    events: kept.length,
    hasFull: kept.some(({ type }) => type === EVENT.fullSnapshot),
    bytes: chars,
    lines: text,
  };
  return { block, leftOut: message.events.length - switchedOff - kept.length };
}

/** The events that can be read and are wanted, by time. */
function unpackAll(
  raws: readonly unknown[],
  { receivedMs, rules, gunzip }: Pick<ProcessOptions, 'receivedMs' | 'rules' | 'gunzip'>,
) {
  const events: RrwebEvent[] = [];
  let isTooFar = false;
  let switchedOff = 0;
  for (const raw of raws) {
    const event = readEvent(raw, gunzip);
    if (!event) continue;
    if (Math.abs(event.timestamp - receivedMs) > MAX_AGE_MS) isTooFar = true;
    else if (isSwitchedOff(event, rules)) switchedOff += 1;
    else events.push(event);
  }
  events.sort((a, b) => a.timestamp - b.timestamp);
  return { events, isTooFar, switchedOff };
}

const nothingOf = (switchedOff: number): Refusal | 'switched_off' =>
  switchedOff > 0 ? 'switched_off' : 'no_events';

/** What is further from the first than a session lasts is of another one, or made up. */
const nearFirst = (events: readonly RrwebEvent[], firstMs: number): RrwebEvent[] =>
  events.filter(({ timestamp }) => timestamp - firstMs <= MAX_SESSION_MS);

/** The event scrubbed, with its text; undefined for one that is too long, too deep or of no use. */
function lineOf(event: RrwebEvent, rules: PrivacyRules, watched: WatchedTags) {
  const scrubbed = scrubEvent(event, rules, watched);
  if (!scrubbed) return undefined;
  try {
    const text = JSON.stringify(scrubbed);
    return text.length > MAX_EVENT_BYTES ? undefined : { event: scrubbed, text };
  } catch {
    // Nested deeper than the stack: no page is.
    return undefined;
  }
}
