// Recordings that are sent as the SDK sends them, and what the server has of them.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { eventually } from '../../sdk-compat/management.ts';
import { type App, api } from './app.ts';

type Block = {
  /** Of the message that it came in. */
  readonly id: string;
  readonly first_ts: number;
  readonly last_ts: number;
  readonly window_id: string;
};
export type Rrweb = { readonly timestamp: number };
export type StoredEvent = Rrweb & {
  readonly type: number;
  readonly data: Readonly<Record<string, unknown>>;
};

export const listBlocks = async (app: App, id: string): Promise<readonly Block[]> =>
  (await api<{ blocks: Block[] }>(app, 'GET', `/session_recordings/${id}/blocks/`)).blocks;

/** As many ids as one request may name. */
const BLOCKS_AT_ONCE = 50;

/** What a player gets of a session, by time. */
export async function storedEvents(app: App, id: string): Promise<readonly StoredEvent[]> {
  const ids = (await listBlocks(app, id)).map((block) => block.id);
  const events: StoredEvent[] = [];
  for (let from = 0; from < ids.length; from += BLOCKS_AT_ONCE) {
    const some = ids.slice(from, from + BLOCKS_AT_ONCE).join(',');
    const answer = await fetch(
      `${app.serin.url}/api/projects/@current/session_recordings/${id}/blocks/data/?ids=${some}`,
      { headers: { authorization: `Bearer ${app.serin.personalApiKey}` } },
    );
    if (!answer.ok) throw new Error(`blocks/data: ${answer.status} ${await answer.text()}`);
    const lines = (await answer.text()).split('\n').filter(Boolean);
    events.push(...lines.map((line) => (JSON.parse(line) as [string, StoredEvent])[1]));
  }
  return events.sort((a, b) => a.timestamp - b.timestamp);
}

/** How long ago recordings of tests began, in milliseconds. */
const AGO_MS = 60_000;

/** An id of version 7 as the SDK makes it: the server reads the day of a session from it. */
function sessionIdAt(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  const rest = crypto.randomUUID().slice(15);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest}`;
}

/** Sends events, moved to a minute ago, as one session of one window; resolves once they are stored. */
export async function sendRecording<T extends Rrweb>(
  app: App,
  events: readonly T[],
): Promise<{ readonly id: string; readonly events: readonly T[] }> {
  const { id, move } = minuteAgo(events);
  const moved = move(events);
  await sendSnapshots(app, id, [snapshotOf(moved)]);
  return { id, events: moved };
}

/** A session that begins then, and its events at their new times. */
function minuteAgo(all: readonly Rrweb[]) {
  const startMs = Date.now() - AGO_MS;
  const shiftMs = startMs - Math.min(...all.map(({ timestamp }) => timestamp));
  return {
    id: sessionIdAt(startMs),
    move: <T extends Rrweb>(events: readonly T[]): readonly T[] =>
      events.map((event) => ({ ...event, timestamp: event.timestamp + shiftMs })),
  };
}

/** A message of the SDK. */
type Snapshot = { readonly uuid: string; readonly properties: Record<string, unknown> };

export const snapshotOf = (events: readonly Rrweb[], properties: object = {}): Snapshot => ({
  uuid: crypto.randomUUID(),
  properties: { distinct_id: 'ada', $lib: 'web', ...properties, $snapshot_data: events },
});

/** Each in a request of its own, in their order; resolves once all are stored. */
export async function sendSnapshots(
  app: App,
  id: string,
  snapshots: readonly Snapshot[],
): Promise<void> {
  const before = (await listBlocks(app, id).catch(() => [])).length;
  for (const { uuid, properties } of snapshots) {
    const own = { $window_id: id, ...properties, token: app.serin.projectToken, $session_id: id };
    const timestamp = new Date().toISOString();
    const sent = await fetch(`${app.serin.url}/s/`, {
      method: 'POST',
      body: JSON.stringify([{ event: '$snapshot', uuid, timestamp, properties: own }]),
    });
    if (!sent.ok) throw new Error(`/s/: ${sent.status} ${await sent.text()}`);
  }
  const fresh = new Set(snapshots.map(({ uuid }) => uuid)).size;
  await eventually(async () => {
    const { length } = await listBlocks(app, id);
    if (length < before + fresh) throw new Error(`${length} blocks have arrived.`);
  });
}

/** Requests of the player. */
export const BLOCK_DATA = '**/blocks/data/**';
export const BLOCK_INDEX = /\/blocks\/(\?|$)/;

/** Tells the player whether more is to come, which no longer depends on how long the test takes. */
export async function sayOngoing(page: Page, ongoing: boolean): Promise<void> {
  await page.route(BLOCK_INDEX, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ongoing } });
  });
}

const TRAFFIC = new URL('../../server/src/replay/fixtures/traffic/', import.meta.url);

/**
 * Sends what a real posthog-js sent in a recorded scenario, as a session of a minute ago; every message twice, the last
 * ones first. Resolves with the session.
 */
export async function sendTraffic(app: App, scenario: string): Promise<string> {
  type Listed = { readonly scenario: string; readonly file: string };
  type Sent = { properties: { $snapshot_data: Rrweb[] } };
  const list = JSON.parse(readFileSync(new URL('requests.json', TRAFFIC), 'utf8')) as Listed[];
  const sent = list
    .filter((request) => request.scenario === scenario)
    .map(({ file }) => readFileSync(new URL(file, TRAFFIC)))
    .map((body) => (body[0] === GZIP ? gunzipSync(body) : body).toString())
    .flatMap((text) => JSON.parse(text) as Sent[]);
  const { id, move } = minuteAgo(sent.flatMap(({ properties }) => properties.$snapshot_data));
  const moved = sent.map(({ properties }) =>
    snapshotOf(move(properties.$snapshot_data), properties),
  );
  await sendSnapshots(app, id, [...moved.toReversed(), ...moved]);
  return id;
}

const GZIP = 0x1f;

type Facts = Readonly<Record<'recording_duration' | 'active_seconds' | 'click_count', number>>;

export const factsOf = (app: App, id: string): Promise<Facts> =>
  api<Facts>(app, 'GET', `/session_recordings/${id}/`);

/** Of the heading's text. */
export const A_VISIT_TEXT_ID = 6;

const element = (id: number, tagName: string, childNodes: readonly object[] = []) => ({
  type: 2,
  tagName,
  attributes: {},
  childNodes,
  id,
});
const page = (title: string) => ({
  type: 0,
  id: 1,
  childNodes: [
    element(2, 'html', [
      element(3, 'head'),
      element(4, 'body', [
        element(5, 'h1', [{ type: 3, textContent: title, id: A_VISIT_TEXT_ID }]),
      ]),
    ]),
  ],
});
const click = (timestamp: number) => ({
  type: 3,
  timestamp,
  data: { source: 2, type: 2, id: 5, x: 40, y: 40 },
});
const plugin = (timestamp: number, name: string, payload: object) => ({
  type: 6,
  timestamp,
  data: { plugin: name, payload },
});

/** Somebody looks at a page, presses things, and something goes wrong. */
export const A_VISIT: readonly Rrweb[] = [
  { type: 4, timestamp: 1, data: { href: 'https://shop.test/', width: 800, height: 500 } },
  { type: 2, timestamp: 2, data: { node: page('Shop'), initialOffset: { top: 0, left: 0 } } },
  click(500),
  plugin(900, 'rrweb/console@1', { level: 'error', payload: ['"No price"'], trace: [] }),
  plugin(950, 'rrweb/network@1', {
    requests: [{ name: 'https://shop.test/api', method: 'POST', status: 500, timestamp: 940 }],
  }),
  click(2000),
  click(15_000),
] as readonly (Rrweb & object)[];
