// What answers questions in this process: their turns at the event store, the answers that are kept, and the questions
// that are being answered.
import type { ProjectSettings } from '#accounts';
import { sendEntities } from '#identity';
import { SerinError } from '#kernel/errors';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { runEvery } from '#platform/scheduler';
import { AnswerCache } from './running/answer-cache.ts';
import { QueryGate } from './running/query-gate.ts';
import { QueryRuns } from './running/query-runs.ts';

/** Statements that run at a time, of all people together; the event store has more places. */
const PLACES = 3;
/** Statements that wait; a dashboard has some dozens. */
const MAX_WAITING = 200;
/** 5 s: how often changed people and groups are copied when nobody asks. */
const COPY_EVERY_MS = 5_000;
/** 64 MB. */
const MAX_KEPT_BYTES = 64_000_000;
/** Questions under way, and those that ended in the last minutes. */
const MAX_RUNS = 500;

export type Insights = {
  readonly gate: QueryGate;
  readonly cache: AnswerCache;
  readonly runs: QueryRuns;
  /** What is computed while nobody waits. */
  readonly background: Set<Promise<void>>;
  close(): Promise<void>;
};

export function openInsights({ db, clickhouse, clock, log }: Ctx): Insights {
  const copying = runEvery({
    name: 'copies of people',
    intervalMs: COPY_EVERY_MS,
    job: () => sendEntities(db, clickhouse),
    log,
    clock,
  });
  const runs = new QueryRuns(MAX_RUNS);
  const background = new Set<Promise<void>>();
  return {
    gate: new QueryGate(PLACES, MAX_WAITING),
    cache: new AnswerCache(MAX_KEPT_BYTES),
    runs,
    background,
    close: async () => {
      runs.cancelAll(new SerinError('query_cancelled'));
      await Promise.all(background);
      await copying.stop();
    },
  };
}

/** Who asks, and how they are told apart from others. */
export type Asking = {
  readonly ctx: ProjectCtx;
  readonly insights: Insights;
  readonly settings: ProjectSettings;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};
