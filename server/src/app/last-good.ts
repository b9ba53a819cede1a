// The last good state on disk: what flags are answered from when Serin starts while PostgreSQL is away. Written
// a moment after each change, read only when there is nothing better.
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type AccountsState, type AccountsDirectory, reviveAccounts } from '#accounts';
import type { FlagSnapshots, SavedFlags } from '#flags';
import type { FlagDefinition } from '#flags/flag';
import type { Clock } from '#kernel/clock';
import {
  type SavedList,
  readSavedList,
  removeSavedList,
  savedListNames,
  writeSavedList,
} from '#platform/saved-list.store';

const FOLDER = 'last-good';
const ACCOUNTS = 'accounts';
const FLAGS = /^flags-\d+$/;
/** Counted up when something saved gets another meaning: what an older Serin wrote is then passed over. */
const MEANING = 1;
/** Changes in quick succession are written once. */
const WRITE_AFTER_MS = 1000;
/** How often it is noted that nothing has changed. */
const NOTE_EVERY_MS = 60_000;

export type LastGood = {
  /** Up to when it is known to be complete. Milliseconds since the epoch. */
  readonly savedAtMs: number;
  readonly accounts: AccountsState;
  readonly flags: readonly SavedFlags[];
  readonly streamSecret: Buffer;
};

type Header = { readonly meaning: number };
type AccountsHeader = Header & { readonly stream_secret: string };
type FlagsHeader = Header & { readonly place: SavedFlags['place'] };

/**
 * Undefined when nothing usable was saved. An environment whose flags are not usable is left out, with its keys:
 * "not known here" is better than "no flags".
 */
export async function readLastGood(dataDir: string, log: Logger): Promise<LastGood | undefined> {
  const folder = join(dataDir, FOLDER);
  const read = (name: string) => readUsable(folder, name, log);
  const names = await savedListNames(folder);
  const list = names.includes(ACCOUNTS) ? await read(ACCOUNTS) : undefined;
  if (!list) return undefined;
  const flags: SavedFlags[] = [];
  for (const name of names.filter((one) => FLAGS.test(one))) {
    const { header, lines } = (await read(name)) ?? {};
    if (!header || !lines) continue;
    const { place } = header as FlagsHeader;
    flags.push({ place, definitions: lines as readonly FlagDefinition[] });
  }
  const accounts = reviveAccounts(list.lines[0] as Parameters<typeof reviveAccounts>[0]);
  const isUsable = (id: number): boolean => flags.some(({ place }) => place.environmentId === id);
  return {
    savedAtMs: list.savedAtMs,
    accounts: {
      ...accounts,
      environments: accounts.environments.filter(({ id }) => isUsable(id)),
      secretKeys: accounts.secretKeys.filter(({ environmentId }) => isUsable(environmentId)),
    },
    flags,
    streamSecret: Buffer.from((list.header as AccountsHeader).stream_secret, 'base64'),
  };
}

async function readUsable(folder: string, name: string, log: Logger) {
  try {
    const list = await readSavedList(folder, name);
    if ((list.header as Header).meaning === MEANING) return list;
    log.warn({ name }, 'what another version of Serin saved is passed over');
  } catch (error) {
    log.warn({ err: error, name }, 'what was saved is not usable');
  }
  return undefined;
}

export type KeptParts = {
  readonly directory: Pick<AccountsDirectory, 'state' | 'onRead'>;
  readonly snapshots: Pick<FlagSnapshots, 'saved' | 'onChange' | 'staleSinceMs'>;
  readonly streamSecret: Buffer;
};

/** Writes the state now and after every change, until closed. */
export function keepLastGood(
  parts: KeptParts,
  dataDir: string,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): { close(): Promise<void> } {
  const keeper = new Keeper(parts, join(dataDir, FOLDER), clock, log);
  const stops = [
    parts.snapshots.onChange(() => keeper.later()),
    parts.directory.onRead(() => keeper.later()),
  ];
  keeper.later();
  return {
    close: () => {
      for (const stop of stops) stop();
      return keeper.close();
    },
  };
}

class Keeper {
  readonly #parts: KeptParts;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** What each file says: versions of flags, the text of the accounts. */
  readonly #written = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(parts: KeptParts, folder: string, clock: Clock, log: Logger) {
    this.#parts = parts;
    this.#folder = folder;
    this.#clock = clock;
    this.#log = log;
  }

  later(): void {
    this.#timer ??= setTimeout(() => this.#now(), WRITE_AFTER_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#timer) this.#now();
    await this.#writing;
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        if (!this.#isFailing)
          this.#log.warn({ err: error }, 'the last good state cannot be written');
        this.#isFailing = true;
      });
  }

  async #write(): Promise<void> {
    const { directory, snapshots, streamSecret } = this.#parts;
    const savedAtMs = snapshots.staleSinceMs() ?? this.#clock.now();
    const state = directory.state();
    const present = new Set<string>();
    for (const { place, definitions } of snapshots.saved()) {
      const name = `flags-${place.environmentId}`;
      present.add(name);
      const header: FlagsHeader = { meaning: MEANING, place };
      const says = `${place.seq} ${place.groupTypes.length}`;
      await this.#writeList(name, says, { savedAtMs, header, lines: definitions });
    }
    for (const name of await savedListNames(this.#folder)) {
      if (FLAGS.test(name) && !present.has(name)) await removeSavedList(this.#folder, name);
    }
    // Last: it says up to when all of it is complete.
    const header: AccountsHeader = {
      meaning: MEANING,
      stream_secret: streamSecret.toString('base64'),
    };
    const says = JSON.stringify([state, header, Math.floor(savedAtMs / NOTE_EVERY_MS)]);
    await this.#writeList(ACCOUNTS, says, { savedAtMs, header, lines: [state] });
    this.#isFailing = false;
  }

  /** `says` tells whether the file says the same already. */
  async #writeList(name: string, says: string, list: SavedList): Promise<void> {
    if (this.#written.get(name) === says) return;
    await writeSavedList(this.#folder, name, list);
    this.#written.set(name, says);
  }
}
