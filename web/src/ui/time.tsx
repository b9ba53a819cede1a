// Moments and countdowns that keep themselves up to date.
import { useEffect, useSyncExternalStore } from 'react';
import { formatDuration, formatExact, formatRelative } from './format.ts';

/** Every second, one timer for the whole page. */
const TICK_MS = 1000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const notify of listeners) notify();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present in milliseconds, changing each second. */
export function useNow(): number {
  useEffect(() => {
    nowMs = Date.now();
  }, []);
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** `3 minutes ago`, with the exact moment as title. */
export function Time({ at }: { at: string }) {
  const now = useNow();
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(atMs)}>
      {formatRelative(atMs, now)}
    </time>
  );
}

/** What is left until a moment, `0 s` once it has passed. */
export function Countdown({ until }: { until: string }) {
  const now = useNow();
  const seconds = Math.max(0, Math.round((Date.parse(until) - now) / 1000));
  return <time dateTime={until}>{formatDuration(seconds)}</time>;
}
