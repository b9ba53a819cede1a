// Reads a chunk: lines of JSON `["<window id>", {rrweb event}]` to events in order and what they tell.
import { cleanEvents } from '../recording/clean.ts';
import { type Digest, digestOf } from '../recording/digest.ts';
import type { RrwebEvent } from '../recording/rrweb-event.ts';

export type Parsed = { readonly events: readonly RrwebEvent[]; readonly digest: Digest };

/** Lines that cannot be read are left out: one broken event must not hide the rest. */
export function parseChunk(windowId: string, bytes: ArrayBuffer): Parsed {
  const lines = new TextDecoder().decode(bytes).split('\n');
  const events = cleanEvents(
    lines.map(readLine).flatMap((line) => (line?.[0] === windowId ? [line[1]] : [])),
  );
  return { events, digest: digestOf(windowId, events) };
}

function readLine(line: string): readonly [unknown, unknown] | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? [value[0], value[1]] : undefined;
  } catch {
    return undefined;
  }
}
