// A client that was told of a change may ask a replica that has not heard of it yet. What the client says it knows
// (`flagConfigEtag`) makes that replica look before it answers.
import type { FlagSnapshots } from '#flags';
import type { Clock } from '#kernel/clock';

/** 1 s: clients may say anything, so the store is looked at no more often than that. */
const LOOK_EVERY_MS = 1000;
/** 1 s: an older answer is better than none; the client hears of the change again. */
const PATIENCE_MS = 1000;

export interface Freshness {
  /** Resolves when flags are as fresh as the client knows them, or waiting longer makes no sense; at once if they are. */
  upTo(environmentId: number, query: string): void | Promise<void>;
}

export function createFreshness(snapshots: FlagSnapshots, clock: Clock): Freshness {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return {
    upTo(environmentId, query) {
      if (query === '') return undefined;
      const version = new URLSearchParams(query).get('flagConfigEtag');
      if (!version || snapshots.get(environmentId).version === version) return undefined;
      if (clock.now() - lookedAtMs >= LOOK_EVERY_MS) {
        lookedAtMs = clock.now();
        snapshots.recheck();
      }
      return within(PATIENCE_MS, snapshots.settled());
    },
  };
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
