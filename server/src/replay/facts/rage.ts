// Clicking again and again at one place: as posthog-js tells it (three clicks, less than 1 s and 30 px between each
// and the next, one burst counts once), from what was recorded.

type AtMs = number;
export type RageClick = {
  readonly windowId: string;
  readonly atMs: AtMs;
  readonly x: number;
  readonly y: number;
  readonly clicks: number;
};

const MAX_GAP_MS = 1000;
const MAX_GAP_PX = 30;
const RAGE_CLICKS = 3;

/** Bursts in one window. `points` and `turns` need not be in order. */
export function rageClicksOf(
  windowId: string,
  points: readonly (readonly [AtMs, number, number])[],
  turns: readonly AtMs[],
): RageClick[] {
  const found: RageClick[] = [];
  let burst: (readonly [AtMs, number, number])[] = [];
  const settle = (): void => {
    const [first] = burst;
    if (first && burst.length >= RAGE_CLICKS) {
      found.push({ windowId, atMs: first[0], x: first[1], y: first[2], clicks: burst.length });
    }
  };
  const turnsInOrder = turns.toSorted((a, b) => a - b);
  let passed = 0;
  for (const point of points.toSorted((a, b) => a[0] - b[0])) {
    const last = burst.at(-1);
    const passedBefore = passed;
    while ((turnsInOrder[passed] ?? Infinity) <= point[0]) passed += 1;
    if (last && (passed > passedBefore || !isNext(last, point))) {
      settle();
      burst = [];
    }
    burst.push(point);
  }
  settle();
  return found;
}

function isNext(
  [lastMs, lastX, lastY]: readonly [AtMs, number, number],
  [atMs, x, y]: readonly [AtMs, number, number],
): boolean {
  return Math.abs(x - lastX) + Math.abs(y - lastY) < MAX_GAP_PX && atMs - lastMs < MAX_GAP_MS;
}
