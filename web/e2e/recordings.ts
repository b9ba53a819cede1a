// Recordings that are sent as the SDK sends them, and what the server has of them.
import { eventually } from '../../sdk-compat/management.ts';
import { type App, api } from './app.ts';

type Block = {
  readonly first_ts: number;
  readonly last_ts: number;
  readonly window_id: string;
};
export type Rrweb = { readonly timestamp: number };

export const listBlocks = async (app: App, id: string): Promise<readonly Block[]> =>
  (await api<{ blocks: Block[] }>(app, 'GET', `/session_recordings/${id}/blocks/`)).blocks;

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
  const startMs = Date.now() - AGO_MS;
  const shiftMs = startMs - (events[0]?.timestamp ?? 0);
  const moved = events.map((event) => ({ ...event, timestamp: event.timestamp + shiftMs }));
  const id = sessionIdAt(startMs);
  const properties = {
    token: app.serin.projectToken,
    distinct_id: 'ada',
    $session_id: id,
    $window_id: id,
    $lib: 'web',
    $snapshot_data: moved,
  };
  const snapshot = {
    uuid: crypto.randomUUID(),
    event: '$snapshot',
    timestamp: new Date().toISOString(),
    properties,
  };
  const sent = await fetch(`${app.serin.url}/s/`, {
    method: 'POST',
    body: JSON.stringify([snapshot]),
  });
  if (!sent.ok) throw new Error(`/s/: ${sent.status} ${await sent.text()}`);
  await eventually(async () => {
    if ((await listBlocks(app, id)).length === 0) throw new Error('It has not arrived.');
  });
  return { id, events: moved };
}

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
      element(4, 'body', [element(5, 'h1', [{ type: 3, textContent: title, id: 6 }])]),
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
