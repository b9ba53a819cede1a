// Counts what SDKs ask for, beside the answers and never in their way, and writes the counts about once a
// minute. A crash loses what was not written yet: statistics, nothing else.
import type { FlagSnapshots } from '#flags';
import type { Evaluation } from '#flags/flag';
import type { FlagCall } from '#ingest';
import type { Ctx } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
import { type SdkFamily, familyOfAgent, familyOfLib } from './sdk-family.ts';
import { type Counts, Tally } from './tally.ts';
import { insertUsage } from './usage.query.ts';
import { saveCalls, saveUnknown } from './usage.store.ts';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
/** What code may ask for; anything else is noise. As flags' own keys, see `#flags`. */
const KEY = /^[a-zA-Z0-9_-]{1,400}$/;
/** User agents differ by version and browser; this many are told apart before the memory starts anew. */
const MAX_AGENTS = 2_000;

/** What the faces of SDKs hand in with every answer. */
export interface UsageRecorder {
  /**
   * Counts one answer. With `named`, the keys that the request asked for by name, each of them counts as used
   * by code, and those that do not exist are noted.
   */
  answered(
    environmentId: number,
    userAgent: string | undefined,
    evaluations: readonly Evaluation[],
    named?: readonly string[],
  ): void;
}

export type RecorderOptions = {
  readonly snapshots: Pick<FlagSnapshots, 'get'>;
  readonly flushEveryMs: number;
};

export class Recorder implements UsageRecorder {
  readonly #ctx: Ctx;
  readonly #snapshots: RecorderOptions['snapshots'];
  readonly #tally = new Tally();
  readonly #agents = new Map<string, SdkFamily>();
  readonly #second: NodeJS.Timeout;
  readonly #loop: Loop;

  constructor(ctx: Ctx, { snapshots, flushEveryMs }: RecorderOptions) {
    this.#ctx = ctx;
    this.#snapshots = snapshots;
    this.#second = setInterval(() => this.#tally.startSecond(), SECOND_MS).unref();
    this.#loop = runEvery({
      name: 'flag usage',
      intervalMs: flushEveryMs,
      job: () => this.flush(),
      log: ctx.log,
      clock: ctx.clock,
    });
  }

  answered(
    environmentId: number,
    userAgent: string | undefined,
    evaluations: readonly Evaluation[],
    named?: readonly string[],
  ): void {
    const sdk = this.#familyOf(userAgent);
    const asked = named ? 'named' : 'all';
    this.#tally.answered({ environmentId, sdk, asked }, evaluations);
    if (named) this.#noteKeys(environmentId, named, sdk, this.#ctx.clock.now());
  }

  /** Notes what an SDK reports of an evaluation of its own. */
  reported(environmentId: number, { flag, lib, atMs }: FlagCall): void {
    // Clients' clocks may be ahead; the last call is never in the future.
    const calledMs = Math.min(atMs, this.#ctx.clock.now());
    this.#noteKeys(environmentId, [flag], familyOfLib(lib), calledMs);
  }

  #noteKeys(environmentId: number, keys: readonly string[], sdk: SdkFamily, atMs: number): void {
    const { byKey } = this.#snapshots.get(environmentId);
    for (const key of keys) {
      if (byKey.has(key)) this.#tally.called(environmentId, key, atMs);
      else if (KEY.test(key)) this.#tally.missed(environmentId, key, sdk, atMs);
    }
  }

  #familyOf(userAgent: string | undefined): SdkFamily {
    if (userAgent === undefined) return 'other';
    const known = this.#agents.get(userAgent);
    if (known) return known;
    if (this.#agents.size >= MAX_AGENTS) this.#agents.clear();
    const family = familyOfAgent(userAgent);
    this.#agents.set(userAgent, family);
    return family;
  }

  /** Writes what was counted. Counts that a store does not take are lost: they are only statistics. */
  async flush(): Promise<void> {
    const counts: Counts = this.#tally.take();
    const { db, clickhouse, clock } = this.#ctx;
    const hourMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
    const results = await Promise.allSettled([
      insertUsage(clickhouse, counts.usage, hourMs),
      saveCalls(db, counts.calls),
      saveUnknown(db, counts.unknown),
    ]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      this.#ctx.log.warn({ err: failed.reason as unknown }, 'counts of flag usage were lost');
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#second);
    await this.#loop.stop();
    await this.flush();
  }
}
