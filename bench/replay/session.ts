// Sessions as posthog-js would send them: what it recorded on a page once, varied from one repetition to the next (where
// the mouse goes, what is written, how long requests take), packed as it packs, with a full snapshot every five minutes.
import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Rng, createRng } from '../../server/src/kernel/rng.ts';
import { recordedRequests, sessionAt } from '../../server/src/replay/test-traffic.ts';
import { unpackEvent } from '../../server/src/replay/wire/unpack.ts';
import {
  EVENT,
  NODE,
  type RrwebEvent,
  SOURCE,
  fieldsOf,
} from '../../server/src/replay/wire/rrweb.ts';

/** A request's body, gzip as it is sent, and who it is of. */
export type SentBody = { readonly sessionId: string; readonly body: Buffer };

export type SessionOptions = {
  readonly token: string;
  readonly startMs: number;
  readonly minutes: number;
  /** Two sessions of one seed are the same but for their ids. */
  readonly seed: number;
};

const FULL_EVERY_MS = 5 * 60_000;
const MESSAGE_EVERY_MS = 3000;
/** As in the page of the recording: seconds of it hold this much. */
const RECORDED = recordedEvents('a-snippet');

function recordedEvents(scenario: string): {
  readonly full: readonly RrwebEvent[];
  readonly rest: readonly RrwebEvent[];
  readonly spanMs: number;
} {
  const gunzip = (bytes: Uint8Array) => gunzipSync(bytes).toString();
  const events = recordedRequests(scenario).flatMap(({ body }) => {
    const messages = JSON.parse(gunzipSync(body).toString()) as {
      properties: { $snapshot_data: unknown[] };
    }[];
    return messages.flatMap(({ properties }) =>
      properties.$snapshot_data.flatMap((raw) => unpackEvent(raw, gunzip) ?? []),
    );
  });
  const isStart = ({ type }: RrwebEvent) => type === EVENT.fullSnapshot || type === EVENT.meta;
  const rest = events.filter((event) => !isStart(event));
  const times = rest.map(({ timestamp }) => timestamp);
  return {
    full: events.filter(isStart).slice(0, 2),
    rest,
    spanMs: Math.max(...times) - Math.min(...times),
  };
}

/** A page of some size: as recorded, and a table of orders below it. It is the same whenever it is recorded again. */
function pageOf(random: Rng): readonly RrwebEvent[] {
  const words = () => WORDS[Math.floor(random() * WORDS.length)] ?? '';
  let id = 100_000;
  const node = (rest: object) => ({ ...rest, id: (id += 1) });
  const cell = (textContent: string) =>
    node({
      type: NODE.element,
      tagName: 'td',
      attributes: { class: 'cell cell-wide' },
      childNodes: [node({ type: NODE.text, textContent })],
    });
  const rows = Array.from({ length: PAGE_ROWS }, () =>
    node({
      type: NODE.element,
      tagName: 'tr',
      attributes: { class: 'order', 'data-order': String(Math.floor(random() * 1e9)) },
      childNodes: [cell(`${words()} ${words()}`), cell((random() * 500).toFixed(2))],
    }),
  );
  const table = node({ type: NODE.element, tagName: 'table', attributes: {}, childNodes: rows });
  return RECORDED.full.map((event) => {
    const data = fieldsOf(event) as { node?: { childNodes: unknown[] } };
    if (!data.node) return event;
    const page = { ...data.node, childNodes: [...data.node.childNodes, table] };
    return { ...event, data: { ...data, node: page } as unknown as RrwebEvent['data'] };
  });
}

/** Some 400 KB, packed 40 KB: as large as pages of shops and consoles are. */
const PAGE_ROWS = 1000;

/** The bodies of a session in order, one every three seconds. */
export function* bodiesOf({ token, startMs, minutes, seed }: SessionOptions): Generator<SentBody> {
  const random = createRng(seed);
  const sessionId = sessionAt(startMs, randomUUID().slice(-12));
  const windowId = sessionAt(startMs, randomUUID().slice(-12));
  const page = pageOf(random);
  const firstMs = Math.min(...RECORDED.rest.map(({ timestamp }) => timestamp));
  for (let atMs = 0; atMs < minutes * 60_000; atMs += MESSAGE_EVERY_MS) {
    const fromMs = firstMs + (atMs % RECORDED.spanMs);
    const own = RECORDED.rest.filter(
      ({ timestamp }) => timestamp >= fromMs && timestamp < fromMs + MESSAGE_EVERY_MS,
    );
    const isFull = atMs % FULL_EVERY_MS === 0;
    const events = [
      ...(isFull ? page.map((event) => ({ ...event, timestamp: fromMs })) : []),
      ...own.map((event) => vary(event, '', random) as RrwebEvent),
    ].map((event) => ({ ...event, timestamp: startMs + atMs + (event.timestamp - fromMs) }));
    if (events.length === 0) continue;
    const message = {
      event: '$snapshot',
      uuid: randomUUID(),
      properties: {
        token,
        distinct_id: `visitor-${seed}`,
        $session_id: sessionId,
        $window_id: windowId,
        $lib: 'web',
        $lib_version: '1.449.2',
        $snapshot_data: events.map(packed),
      },
    };
    yield { sessionId, body: gzipSync(JSON.stringify([message])) };
  }
}

const WORDS =
  'order basket price total item checkout button green shipping name street city country card pay later page order'.split(
    ' ',
  );

/** The same in other words, places and times. */
function vary(value: unknown, key: string, random: Rng): unknown {
  if (Array.isArray(value)) return value.map((one) => vary(one, key, random));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, vary(inner, name, random)]),
    );
  }
  if (typeof value === 'number') {
    if (key === 'timestamp') return value;
    if (key === 'x' || key === 'y') return Math.max(0, value + Math.floor(random() * 400) - 200);
    return Number.isInteger(value) ? value : value * (0.5 + random());
  }
  if (typeof value !== 'string' || !['textContent', 'value', 'text', 'payload'].includes(key)) {
    return value;
  }
  return value.replace(/\b[a-z]{4,}\b/g, (word) =>
    random() < 0.5 ? (WORDS[Math.floor(random() * WORDS.length)] ?? word) : word,
  );
}

/** `cv: "2024-10"`, as posthog-js packs what is large. */
function packed(event: RrwebEvent): object {
  const text = (value: unknown) => gzipSync(JSON.stringify(value)).toString('latin1');
  if (event.type === EVENT.fullSnapshot) return { ...event, cv: '2024-10', data: text(event.data) };
  const data = fieldsOf(event);
  if (event.type !== EVENT.incremental || data['source'] !== SOURCE.mutation) return event;
  const parts = ['texts', 'attributes', 'removes', 'adds'].map((name) => [name, text(data[name])]);
  return { ...event, cv: '2024-10', data: { ...data, ...Object.fromEntries(parts) } };
}
