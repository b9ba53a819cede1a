// How requests are drawn beside each other: each burst of them on its own scale, since on that of an hour a request is
// a dot; and what the time of one went into.
import type { Stretch } from './plan.ts';
import { type Fields, numberOf } from './rrweb-event.ts';

/** A page that asks for nothing for so long is at rest: what follows begins anew. */
const APART_MS = 3000;

type Timed = { readonly atMs: number; readonly durationMs: number | undefined };

/** The burst that each request belongs to. @param requests - By time. */
export function burstsOf<R extends Timed>(requests: readonly R[]): Map<R, Stretch> {
  const bursts = new Map<R, Stretch>();
  let open: { startMs: number; endMs: number } | undefined;
  for (const request of requests) {
    const endMs = request.atMs + (request.durationMs ?? 0);
    if (!open || request.atMs - open.endMs > APART_MS) open = { startMs: request.atMs, endMs };
    else open.endMs = Math.max(open.endMs, endMs);
    bursts.set(request, open);
  }
  return bursts;
}

/** One part of what a request took. */
export type Phase = {
  readonly name: 'Queued' | 'Name look-up' | 'Connecting' | 'Waiting' | 'Receiving';
  readonly durationMs: number;
};

/**
 * Parts of a `PerformanceResourceTiming` in their order, those that took time. None for one of another origin that does
 * not allow it: all of its times but the ends are 0 (W3C Resource Timing, `Timing-Allow-Origin`).
 */
export function phasesOf(timing: Fields): Phase[] {
  const at = (name: string): number => numberOf(timing[name]) ?? 0;
  const asked = at('requestStart');
  if (asked === 0) return [];
  const looked = at('domainLookupStart') || at('connectStart') || asked;
  const phases: Phase[] = [
    { name: 'Queued', durationMs: looked - at('startTime') },
    { name: 'Name look-up', durationMs: at('domainLookupEnd') - at('domainLookupStart') },
    { name: 'Connecting', durationMs: at('connectEnd') - at('connectStart') },
    { name: 'Waiting', durationMs: at('responseStart') - asked },
    { name: 'Receiving', durationMs: at('responseEnd') - at('responseStart') },
  ];
  return phases.filter(({ durationMs }) => durationMs > 0);
}
