// Reading events of a session for the player.
import type { EventRow } from '../api/events.ts';

/** 48 h: a clock that is further off than this says nothing about the time of an event. */
const MAX_SKEW_MS = 48 * 3_600_000;

/**
 * When an event happened by the clock of the recorded browser: stored times are corrected by the clock's error, which
 * recordings are not. The SDK makes ids of version 7, which hold the uncorrected time (RFC 9562 §5.7).
 */
export function clientTimeOf({ uuid, timestamp, properties }: EventRow): number {
  const correctedMs = Date.parse(timestamp);
  // Sent seconds after the click that it is about (posthog-js dead-clicks-autocapture).
  const clickMs = properties['$dead_click_event_timestamp'];
  if (typeof clickMs === 'number' && isNear(clickMs, correctedMs)) return clickMs;
  if (uuid.charAt(14) !== '7') return correctedMs;
  const madeMs = Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
  return isNear(madeMs, correctedMs) ? madeMs : correctedMs;
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= MAX_SKEW_MS;

/** The value of a flag as people write it. */
export const valueWord = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
