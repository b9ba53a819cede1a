// Puts the demo shop into an environment the way its SDKs would, and reads it back.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from './seed.client.ts';
import { SeedError } from './seed-error.ts';
import { openReader, type Reader } from './read-back.service.ts';
import { type Line, isRight, linesOf } from './report.ts';
import { answered, setUpShop } from './set-up.service.ts';
import { type ShopOptions, makeShop } from './shop.ts';
import { tally } from './tally.ts';
import type { ShopEvent } from './trail.ts';

/** About a megabyte of JSON. */
const BATCH_EVENTS = 800;
const POLL_MS = 500;
/** With no event more stored for so long, none will be: 2 min. */
const PATIENCE_MS = 120_000;
/** Merged people get their earlier events moments after the merge. */
const REREADS = 5;
const REREAD_MS = 1000;

export type SeedOptions = ShopOptions & {
  /** Key of the environment. */
  readonly environment: string;
  /** How often what differs is read again, a second later; 5 when left out. */
  readonly rereads?: number;
};

export type Seeded = {
  readonly lines: readonly Line[];
  /** All that was read is as it was made. */
  readonly isRight: boolean;
};

/**
 * Seeds and verifies. Doing it again changes nothing: events have ids, and what is there is kept.
 * @param tell what has been done, in words
 * @throws SeedError when it cannot
 */
export async function seedShop(
  ask: Ask,
  options: SeedOptions,
  tell: (words: string) => void,
): Promise<Seeded> {
  const { environment } = options;
  const token = await tokenOf(ask, environment);
  const made = await setUpShop(ask, environment);
  tell(
    made.length > 0 ? `Created: ${made.join(', ')}.` : 'Flags, insights and dashboard are there.',
  );
  const wanted = tally(makeShop(options), options.untilMs);
  const events = [...wanted.events.values()].reduce((sum, count) => sum + count, 0);
  const reader = openReader(ask, environment, options);
  await send(ask, token, options);
  tell(
    `Sent ${events.toLocaleString('en')} events of ${wanted.people.toLocaleString('en')} people.`,
  );
  await untilStored(ask, token, reader);
  for (let reread = 0; ; reread += 1) {
    const lines = linesOf(wanted, await reader.read([...wanted.events.keys()]));
    const hasArrived = lines.every(isRight);
    if (hasArrived || reread >= (options.rereads ?? REREADS)) return { lines, isRight: hasArrived };
    await sleep(REREAD_MS);
  }
}

async function tokenOf(ask: Ask, environment: string): Promise<string> {
  type Project = { readonly environments: readonly { key: string; token: string }[] };
  const project = await answered<Project>(ask('GET', '/api/projects/@current/'), 'The project');
  const found = project.environments.find(({ key }) => key === environment);
  if (found) return found.token;
  const there = project.environments.map(({ key }) => key).join(', ');
  throw new SeedError(`There is no environment ${environment}; there are ${there}.`);
}

async function send(ask: Ask, token: string, options: ShopOptions): Promise<void> {
  let batch: ShopEvent[] = [];
  const flush = async () => {
    const body = { api_key: token, historical_migration: true, batch };
    if (batch.length > 0) await answered(ask('POST', '/batch/', body), 'Sending events');
    batch = [];
  };
  for (const events of makeShop(options)) {
    batch.push(...events);
    if (batch.length >= BATCH_EVENTS) await flush();
  }
  await flush();
}

/** Sends an event after all others, and waits for it: then those are stored, or known to be there already. */
async function untilStored(ask: Ask, token: string, reader: Reader): Promise<void> {
  const mark = randomUUID();
  const properties = { demo_mark: mark, $process_person_profile: false };
  const event = { event: 'demo seeded', distinct_id: 'demo', uuid: mark, properties };
  await answered(ask('POST', '/batch/', { api_key: token, batch: [event] }), 'Sending events');
  let stored = -1;
  let changedMs = performance.now();
  while (!(await reader.isMarkThere(mark))) {
    const now = await reader.count();
    if (now !== stored) changedMs = performance.now();
    if (performance.now() - changedMs > PATIENCE_MS) {
      throw new SeedError(`The events are accepted but not stored; see Serin's log.`);
    }
    stored = now;
    await sleep(POLL_MS);
  }
}
