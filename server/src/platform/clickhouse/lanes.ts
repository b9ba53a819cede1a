// How many requests of each kind run at a time. Each kind has its own places, so that a screen full of slow
// questions cannot keep events from being stored or a rollout from being judged.

export type Lanes = {
  /** Runs `task` when its lane has a free place; first come, first served. */
  run<T>(lane: Lane, task: () => Promise<T>): Promise<T>;
};
export type Lane = 'insert' | 'decision' | 'question';

export function createLanes(places: Readonly<Record<Lane, number>>): Lanes {
  const free = { ...places };
  const waiting: Record<Lane, (() => void)[]> = { insert: [], decision: [], question: [] };
  return {
    async run(lane, task) {
      if (free[lane] > 0) free[lane] -= 1;
      else await new Promise<void>((resolve) => waiting[lane].push(resolve));
      try {
        return await task();
      } finally {
        const next = waiting[lane].shift();
        if (next) next();
        else free[lane] += 1;
      }
    },
  };
}
