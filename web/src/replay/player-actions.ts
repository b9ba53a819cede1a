// What one can do with the player, by button or by key.
import { copyText } from '../ui/copy.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import type { Moment } from './moments.ts';
import type { PlayerLink } from './player-link.ts';
import { formatClock, speedStep } from './recording/clock.ts';
import type { usePreferences } from './preferences.ts';

/** How far one jumps: to see a moment again, and to get on. */
export type JumpSeconds = 5 | 10;
/** Errors are approached a little early, to see what leads to them. */
const BEFORE_ERROR_MS = 2000;
/** Behind the newest there is, so that there is something to play. */
const LIVE_LAG_MS = 3000;

export type PlayerActions = ReturnType<typeof playerActions>;

type Around = {
  readonly link: PlayerLink;
  readonly moments: readonly Moment[];
  readonly preferences: ReturnType<typeof usePreferences>;
  readonly fullScreen: () => void;
};

export function playerActions({ link, moments, preferences, fullScreen }: Around) {
  const [{ speed }, setPreferences] = preferences;
  const seek = (atMs: number) => link.send({ kind: 'seek', atMs });
  const setSpeed = (next: number) => {
    setPreferences((current) => ({ ...current, speed: next }));
    link.send({ kind: 'speed', speed: next });
  };
  return {
    seek,
    setSpeed,
    fullScreen,
    toggle: () => {
      const { status } = link.state();
      const isGoing = status === 'playing' || status === 'waiting';
      link.send({ kind: isGoing ? 'pause' : 'play' });
    },
    jump: (direction: 1 | -1, seconds: JumpSeconds) =>
      seek(link.state().atMs + direction * seconds * 1000),
    changeSpeed: (direction: 1 | -1) => setSpeed(speedStep(speed, direction)),
    setSkipsPauses: (skipsPauses: boolean) => {
      setPreferences((current) => ({ ...current, skipsPauses }));
      link.send({ kind: 'skip', skipsPauses });
    },
    nextError: (direction: 1 | -1) => {
      const error = nextErrorFrom(moments, link.state().atMs, direction);
      if (error) seek(error.atMs - BEFORE_ERROR_MS);
      else toastDone(direction === 1 ? 'No further error.' : 'No earlier error.');
    },
    goLive: () => {
      seek(link.endMs - LIVE_LAG_MS);
      link.send({ kind: 'play' });
    },
    share: () => {
      const atMs = Math.max(0, Math.round(link.state().atMs - link.startMs));
      const url = new URL(window.location.href);
      url.searchParams.set('t', String(atMs));
      copyText(url.toString()).then(
        () => toastDone(`Link to ${formatClock(atMs)} copied.`),
        toastError,
      );
    },
  };
}

/** The error after the one that is being shown, or before it. */
export function nextErrorFrom(
  moments: readonly Moment[],
  atMs: number,
  direction: 1 | -1,
): Moment | undefined {
  const shownMs = atMs + BEFORE_ERROR_MS;
  const errors = moments.filter(({ isError }) => isError);
  // A millisecond of grace: seeking may round.
  return direction === 1
    ? errors.find((error) => error.atMs > shownMs + 1)
    : errors.findLast((error) => error.atMs < shownMs - 1);
}
