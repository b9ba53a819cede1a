// How the time of a recording moves on while it plays.
import { segmentAt, type Segment } from './segments.ts';

export const SPEEDS = [0.5, 1, 1.5, 2, 4, 8, 16] as const;
export type Speed = (typeof SPEEDS)[number];

/** A little before something happens again, to see what leads to it, in milliseconds of the recording. */
const LEAD_MS = 500;

type Step = {
  readonly atMs: number;
  /** Of real time. */
  readonly passedMs: number;
  readonly speed: number;
  readonly endMs: number;
  readonly segments: readonly Segment[];
  /** Jump over times in which nobody does anything. */
  readonly skipsPauses: boolean;
};

export type Moved = {
  readonly atMs: number;
  readonly hasJumped: boolean;
  readonly isOver: boolean;
};

/** Where the recording is after some real time. */
export function moveOn({ atMs, passedMs, speed, endMs, segments, skipsPauses }: Step): Moved {
  const next = atMs + passedMs * speed;
  const segment = segmentAt(segments, next);
  if (skipsPauses && segment && !segment.isActive) {
    const isLast = segment === segments.at(-1);
    const target = isLast ? endMs : segment.endMs - LEAD_MS;
    if (target > next) return { atMs: target, hasJumped: true, isOver: target >= endMs };
  }
  return { atMs: Math.min(next, endMs), hasJumped: false, isOver: next >= endMs };
}

/** The next speed up (1) or down (-1); the fastest and the slowest stay. */
export function speedStep(speed: number, direction: 1 | -1): Speed {
  const index = SPEEDS.findIndex((candidate) => candidate >= speed);
  const next = (index === -1 ? SPEEDS.length - 1 : index) + direction;
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, next))] ?? 1;
}

/** `1:05`, `1:02:09`: time since the start, in milliseconds. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, '0')))
    .join(':');
}
