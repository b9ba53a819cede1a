// The events of blocks as a player takes them: one line `["<window id>",{…}]` each, by time.
import { isJsonObject } from '#kernel/json';
import { PLUGIN } from '../wire/rrweb.ts';

export type BlockLines = { readonly windowId: string; readonly data: string };

/** As `intake/process.ts` writes them. */
const TIME = /^\{"type":\d+,"timestamp":(\d+)/;
const BODY_FIELDS = ['requestBody', 'responseBody', 'requestHeaders', 'responseHeaders'];

/** Lines of several blocks in the order of time; without bodies and headers of requests unless they may be seen. */
export function linesOf(blocks: readonly BlockLines[], maySeeBodies: boolean): string {
  const lines = blocks.flatMap(({ windowId, data }) => {
    const window = JSON.stringify(windowId);
    return data.split('\n').map((line) => ({
      atMs: Number(TIME.exec(line)?.[1] ?? 0),
      text: `[${window},${maySeeBodies ? line : withoutBodies(line)}]\n`,
    }));
  });
  return lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ text }) => text)
    .join('');
}

function withoutBodies(line: string): string {
  if (!line.includes(PLUGIN.network)) return line;
  const event = JSON.parse(line) as {
    data?: { plugin?: unknown; payload?: { requests?: unknown } };
  };
  const requests = event.data?.plugin === PLUGIN.network ? event.data.payload?.requests : undefined;
  if (!Array.isArray(requests)) return line;
  for (const request of requests as unknown[]) {
    if (!isJsonObject(request)) continue;
    for (const name of BODY_FIELDS) delete (request as Record<string, unknown>)[name];
  }
  return JSON.stringify(event);
}
