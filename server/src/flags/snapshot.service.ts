// All flags of all environments in memory, laid out for evaluation. Requests are answered from here, so
// flags keep answering while PostgreSQL is away; a change is in force here before it is acknowledged.
import type { Ctx } from '#platform/ctx';
import { EnvironmentMemory, type SavedFlags, emptySnapshot } from './environment-memory.service.ts';
import type { FlagSnapshot, SnapshotChange } from './snapshot.ts';
import { type FlagState, type StoreChanges, readChanges } from './snapshot.store.ts';

/** How often the store is asked for changes, in case a notice was lost. */
const LOOK_EVERY_MS = 10_000;
/** Every 5 min all flags are counted, in case something was written past the numbers. */
const COUNT_EVERY_LOOKS = 30;
/** How soon a failed read is tried again. */
const RETRY_AFTER_MS = 1_000;

export interface FlagSnapshots {
  /** From memory; an environment not known (yet) has no flags. */
  get(environmentId: number): FlagSnapshot;
  /** Calls `listener` after every change, once `get` gives the new state; returns how to stop. */
  onChange(listener: (change: SnapshotChange) => void): () => void;
  /**
   * Since when the store cannot be read, so that what is served may be older than what is stored; undefined while
   * it can. Milliseconds since the epoch: of the last good read.
   */
  staleSinceMs(): number | undefined;
  /** What all environments' flags are made of now. */
  saved(): readonly SavedFlags[];
  /** Resolves when every change committed before the call is in force here. */
  settled(): Promise<void>;
  /** Reads what has changed, without waiting for a notice. */
  look(): void;
  /** Reads everything again and takes what differs: the store may have been away, or set back. */
  recheck(): void;
  close(): void;
}

/** Reads all flags and keeps them fresh on `flag.changed`. */
export async function openSnapshots(ctx: Ctx): Promise<FlagSnapshots> {
  const snapshots = new FlagMemory(ctx);
  await snapshots.load({ isWhole: true, withCounts: false });
  return snapshots;
}

type Look = { isWhole: boolean; withCounts: boolean };

class FlagMemory implements FlagSnapshots {
  readonly #ctx: Ctx;
  #byEnvironment = new Map<number, EnvironmentMemory>();
  readonly #listeners = new Set<(change: SnapshotChange) => void>();
  readonly #stopListening: (() => void)[];
  readonly #timer: NodeJS.Timeout;
  #retry: NodeJS.Timeout | undefined;
  /** What the next read is to do; undefined when none is asked for. */
  #wanted: Look | undefined;
  #refreshing: Promise<void> | undefined;
  #looks = 0;
  #readAtMs = 0;
  #isFailing = false;
  #isClosed = false;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    const look = (): void => this.look();
    this.#stopListening = [
      ctx.events.on('flag.changed', look),
      ctx.events.on('accounts.changed', look),
      ctx.events.on('group.changed', ({ hasNewTypes }) => {
        if (hasNewTypes) look();
      }),
    ];
    this.#timer = setInterval(() => {
      this.#looks += 1;
      this.#want({ isWhole: false, withCounts: this.#looks % COUNT_EVERY_LOOKS === 0 });
    }, LOOK_EVERY_MS).unref();
  }

  get(environmentId: number): FlagSnapshot {
    return this.#byEnvironment.get(environmentId)?.snapshot ?? emptySnapshot(environmentId);
  }

  onChange(listener: (change: SnapshotChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  staleSinceMs(): number | undefined {
    return this.#isFailing ? this.#readAtMs : undefined;
  }

  saved(): readonly SavedFlags[] {
    return [...this.#byEnvironment.values()].map((memory) => memory.saved());
  }

  async settled(): Promise<void> {
    await this.#refreshing;
  }

  look(): void {
    this.#want({ isWhole: false, withCounts: false });
  }

  recheck(): void {
    this.#want({ isWhole: true, withCounts: false });
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    for (const stop of this.#stopListening) stop();
  }

  /** Reads whatever differs from the store; the old state serves until the new one is complete. */
  async load({ isWhole, withCounts }: Look): Promise<void> {
    const known = isWhole
      ? new Map<number, number>()
      : new Map([...this.#byEnvironment].map(([id, memory]) => [id, memory.readSeq]));
    const read = await readChanges(this.#ctx.db, known, { withCounts });
    this.#readAtMs = this.#ctx.clock.now();
    const changes = this.#apply(read);
    for (const change of changes) this.#announce(change);
    if (!read.counts.some((count) => this.#hasStrayed(count))) return;
    this.#ctx.log.warn('flags differ from the store though no change was noted; reading all again');
    await this.load({ isWhole: true, withCounts: false });
  }

  #apply({ environments, flags }: StoreChanges): SnapshotChange[] {
    const byEnvironment = new Map<number, EnvironmentMemory>();
    const flagsOf = Map.groupBy(flags, (flag: FlagState) => flag.environmentId);
    const changes = environments.flatMap((state) => {
      const { environmentId } = state;
      const memory = this.#byEnvironment.get(environmentId) ?? new EnvironmentMemory(environmentId);
      byEnvironment.set(environmentId, memory);
      return memory.apply(state, flagsOf.get(environmentId) ?? []) ?? [];
    });
    this.#byEnvironment = byEnvironment;
    return changes;
  }

  #hasStrayed(count: StoreChanges['counts'][number]): boolean {
    const here = this.#byEnvironment.get(count.environmentId)?.count();
    return here !== undefined && (here.flags !== count.flags || here.versions !== count.versions);
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

  #want(look: Look): void {
    if (this.#isClosed) return;
    this.#wanted = {
      isWhole: look.isWhole || this.#wanted?.isWhole === true,
      withCounts: look.withCounts || this.#wanted?.withCounts === true,
    };
    this.#refreshing ??= this.#refresh();
  }

  // A change that arrives while reading may have missed that read, so another follows. Between the last
  // look at #wanted and the end of #refreshing nothing may run, or a change could be forgotten.
  async #refresh(): Promise<void> {
    while (this.#wanted && !this.#isClosed) {
      const look = this.#wanted;
      this.#wanted = undefined;
      try {
        await this.load(look);
        this.#noteRead();
      } catch (error) {
        this.#noteFailure(error, look);
        break;
      }
    }
    this.#refreshing = undefined;
  }

  #noteRead(): void {
    if (this.#isFailing) this.#ctx.log.info('flags are fresh again');
    this.#isFailing = false;
  }

  #noteFailure(error: unknown, look: Look): void {
    if (this.#isClosed) return;
    if (!this.#isFailing) {
      this.#ctx.log.warn({ err: error }, 'could not read flags; serving the last known state');
    }
    this.#isFailing = true;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#want(look), RETRY_AFTER_MS).unref();
  }
}
