// All flags of all environments in memory, laid out for evaluation. Requests are answered from here, so
// flags keep answering while PostgreSQL is away; a change is in force here before it is acknowledged.
import { createHash } from 'node:crypto';
import type { Ctx } from '#platform/ctx';
import { definitionsJson } from './definitions.ts';
import { compileRe2 } from '#properties';
import { compileFlagSet } from './flag-set.ts';
import { type FlagSnapshot, type SnapshotChange, changedKeys } from './snapshot.ts';
import { type EnvironmentFlags, listStamps, readEnvironments } from './snapshot.store.ts';

/** How often the stamps are compared, in case a notice was lost. */
const CHECK_EVERY_MS = 10_000;
/** How soon a failed read is tried again. */
const RETRY_AFTER_MS = 1_000;

export interface FlagSnapshots {
  /** From memory; an environment not known (yet) has no flags. */
  get(environmentId: number): FlagSnapshot;
  /** Calls `listener` after every change, once `get` gives the new state; returns how to stop. */
  onChange(listener: (change: SnapshotChange) => void): () => void;
  /** True while the store cannot be read, so that what is served may be older than what is stored. */
  isStale(): boolean;
  /** Resolves when every change committed before the call is in force here. */
  settled(): Promise<void>;
  /** Compares with the store and reads what differs, for example after a lost connection. */
  recheck(): void;
  close(): void;
}

/** Reads all flags and keeps them fresh on `flag.changed`. */
export async function openSnapshots(ctx: Ctx): Promise<FlagSnapshots> {
  const snapshots = new FlagMemory(ctx);
  await snapshots.load();
  return snapshots;
}

class FlagMemory implements FlagSnapshots {
  readonly #ctx: Ctx;
  readonly #byEnvironment = new Map<number, FlagSnapshot>();
  readonly #listeners = new Set<(change: SnapshotChange) => void>();
  readonly #stopListening: (() => void)[];
  readonly #timer: NodeJS.Timeout;
  #retry: NodeJS.Timeout | undefined;
  #isStale = false;
  #refreshing: Promise<void> | undefined;
  #isFailing = false;
  #isClosed = false;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    const recheck = (): void => this.recheck();
    this.#stopListening = [
      ctx.events.on('flag.changed', recheck),
      ctx.events.on('accounts.changed', recheck),
    ];
    this.#timer = setInterval(recheck, CHECK_EVERY_MS).unref();
  }

  get(environmentId: number): FlagSnapshot {
    const known = this.#byEnvironment.get(environmentId);
    if (known) return known;
    const none = { environmentId, projectId: 0, stamp: '', flags: [], groupTypes: [] };
    return toSnapshot(none);
  }

  onChange(listener: (change: SnapshotChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isStale(): boolean {
    return this.#isFailing;
  }

  async settled(): Promise<void> {
    await this.#refreshing;
  }

  recheck(): void {
    if (this.#isClosed) return;
    this.#isStale = true;
    this.#refreshing ??= this.#refresh();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    for (const stop of this.#stopListening) stop();
  }

  /** Reads whatever differs from the store; the old state serves until the new one is complete. */
  async load(): Promise<void> {
    const stamps = await listStamps(this.#ctx.db);
    const changed = stamps
      .filter(
        ({ environmentId, stamp }) => this.#byEnvironment.get(environmentId)?.version !== stamp,
      )
      .map(({ environmentId }) => environmentId);
    const changes = (await readEnvironments(this.#ctx.db, changed)).map((read) => {
      const previous = this.get(read.environmentId);
      const current = toSnapshot(read);
      return { previous, current, changedKeys: changedKeys(previous, current) };
    });
    for (const { current } of changes) this.#byEnvironment.set(current.environmentId, current);
    const present = new Set(stamps.map(({ environmentId }) => environmentId));
    for (const environmentId of this.#byEnvironment.keys()) {
      if (!present.has(environmentId)) this.#byEnvironment.delete(environmentId);
    }
    for (const change of changes) this.#announce(change);
  }

  #announce(change: SnapshotChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#ctx.log.error({ err: error }, 'a change of flags could not be passed on');
      }
    }
  }

  // A change that arrives while reading may have missed that read, so another follows. Between the last
  // look at #isStale and the end of #refreshing nothing may run, or a change could be forgotten.
  async #refresh(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      try {
        await this.load();
        this.#noteRead();
      } catch (error) {
        this.#noteFailure(error);
        break;
      }
    }
    this.#refreshing = undefined;
  }

  #noteRead(): void {
    if (this.#isFailing) this.#ctx.log.info('flags are fresh again');
    this.#isFailing = false;
  }

  #noteFailure(error: unknown): void {
    if (this.#isClosed) return;
    if (!this.#isFailing) {
      this.#ctx.log.warn({ err: error }, 'could not read flags; serving the last known state');
    }
    this.#isFailing = true;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.recheck(), RETRY_AFTER_MS).unref();
  }
}

function toSnapshot(read: EnvironmentFlags): FlagSnapshot {
  const set = compileFlagSet(read.flags, { compileRegex: compileRe2 });
  const flags = set.flags.map(({ definition }) => definition);
  let json: string | undefined;
  let etag: string | undefined;
  return {
    environmentId: read.environmentId,
    version: read.stamp,
    flags,
    byKey: new Map(flags.map((flag) => [flag.key, flag])),
    set,
    groupTypes: read.groupTypes,
    get definitionsJson() {
      json ??= definitionsJson(set, read.groupTypes, read.projectId);
      return json;
    },
    get etag() {
      etag ??= `W/"${createHash('sha256').update(this.definitionsJson).digest('base64url').slice(0, 27)}"`;
      return etag;
    },
  };
}
