// What the streams of Serin's own say. The public one names flags that a browser may know of, so that a page
// asks for its flags again; the secret one names every flag whose definition changed.
import type { FlagDefinition } from '#flags/flag';
import type { FlagSnapshot, SnapshotChange } from '#flags/snapshot';
import { servesRuntime } from '#sdk/evaluation/runtime';

/** What a stream event is made of; `platform/http/sse` writes it. */
type StreamEvent = { readonly id: string; readonly event: string; readonly data: object };

/** Up to this many listeners may ask again at the same moment. */
const CALM_LISTENERS = 1000;
/** Beyond it their requests are spread: 0.2 ms for each, so 10,000 over two seconds. */
const SPREAD_PER_LISTENER_MS = 0.2;
const MAX_SPREAD_MS = 10_000;

/** The first event: how far this environment is. */
export function readyEvent(snapshot: FlagSnapshot): StreamEvent {
  const { version } = snapshot;
  return { id: version, event: 'ready', data: { version } };
}

/** For a listener that missed something: every flag may have changed. */
export function missedEvent(snapshot: FlagSnapshot): StreamEvent {
  const { version } = snapshot;
  return { id: version, event: 'change', data: { version, flags: null, spread_ms: 0 } };
}

/** Undefined when nothing changed that a browser may know of. */
export function publicChange(change: SnapshotChange, listeners: number): StreamEvent | undefined {
  const { previous, current, changedKeys } = change;
  const flags = changedKeys.filter((key) =>
    [previous.byKey.get(key), current.byKey.get(key)].some(isPublic),
  );
  if (flags.length === 0) return undefined;
  const data = { version: current.version, flags, spread_ms: spreadFor(listeners) };
  return { id: current.version, event: 'change', data };
}

/** Undefined when the definitions are the same, byte for byte. */
export function definitionsChange(change: SnapshotChange): StreamEvent | undefined {
  const { previous, current, changedKeys: flags } = change;
  const { version } = current;
  const { etag } = current.definitions('current');
  if (previous.definitions('current').etag === etag) return undefined;
  return { id: version, event: 'change', data: { version, etag, flags } };
}

/** Flags for servers and drafts have names that `/flags` would not tell a browser either. */
function isPublic(flag: FlagDefinition | undefined): boolean {
  return flag !== undefined && flag.active && servesRuntime(flag.evaluationRuntime, 'client');
}

function spreadFor(listeners: number): number {
  if (listeners <= CALM_LISTENERS) return 0;
  return Math.min(MAX_SPREAD_MS, Math.round(listeners * SPREAD_PER_LISTENER_MS));
}
