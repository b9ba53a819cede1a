// Door of usage: the recorder that the faces of SDKs hand their answers to, and the routes.
import type { FlagSnapshots } from '#flags';
import type { Ingest } from '#ingest';
import type { Ctx } from '#platform/ctx';
import { Recorder, type UsageRecorder } from './usage-recorder.job.ts';

export { registerUsage } from './usage.routes.ts';
export type { UsageRecorder } from './usage-recorder.job.ts';

export type Usage = UsageRecorder & {
  /** Writes what was counted so far. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** 1 min: at most so much of the statistics is lost in a crash. */
const FLUSH_EVERY_MS = 60_000;
const SHORTEST_FLUSH_MS = 1_000;

/** Starts counting; counts are written once a minute, and when closed. */
export function openUsage(
  ctx: Ctx,
  options: {
    readonly snapshots: Pick<FlagSnapshots, 'get'>;
    readonly ingest: Pick<Ingest, 'onFlagCall'>;
    /** Divides the time between two writes. */
    readonly timeScale: number;
  },
): Usage {
  const { snapshots, ingest, timeScale } = options;
  const flushEveryMs = Math.max(SHORTEST_FLUSH_MS, FLUSH_EVERY_MS / timeScale);
  const recorder = new Recorder(ctx, { snapshots, flushEveryMs });
  const stop = ingest.onFlagCall((environmentId, call) => recorder.reported(environmentId, call));
  return {
    answered: (...answer) => recorder.answered(...answer),
    flush: () => recorder.flush(),
    close: async () => {
      stop();
      await recorder.close();
    },
  };
}
