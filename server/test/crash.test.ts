// Serin is killed at random moments under load, again and again. Afterwards everything that was answered
// with 200 is there, exactly once, and what was going on goes on.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRng } from '../src/kernel/rng.ts';
import {
  callApi,
  createFlag,
  eventsArrived,
  type Address,
  type StoredEvent,
} from '../../sdk-compat/management.ts';
import { newCredentials, type RunningSerin, startSerin } from '../../sdk-compat/server.ts';
import { FlagChanges } from './crash/flag-changes.ts';
import { type Receiver, startReceiver } from '../src/notify/test-receiver.ts';
import { childrenOf, killAtOnce } from './crash/processes.ts';
import { Recordings } from './crash/recordings.ts';
import { RolloutMoves } from './crash/rollout-moves.ts';
import { Traffic } from './crash/traffic.ts';

/** `npm run test:crash` asks for fifty. */
const ROUNDS = Number(process.env['SERIN_CRASH_ROUNDS'] ?? 3);
const ROUND_LIMIT_MS = 60_000;
/** A round lasts this long, at least and at most, until the kill. */
const LIFE_MS = { min: 300, max: 3000 } as const;
/** Every third kill takes PostgreSQL and chDB along. */
const WITH_ENGINES_EVERY = 3;
/** Every other kill comes after a pause of the clients: rows are in, but the log does not know yet. */
const QUIET_EVERY = 2;
const MAX_QUIET_MS = 900;
const TICK_SECONDS = 1;
/** Whoever died while looking at a rollout keeps it for a minute and a half. */
const CLAIM_ENDS_MS = 150_000;

test(
  `loses and doubles nothing in ${ROUNDS} crashes`,
  { timeout: (ROUNDS + 5) * ROUND_LIMIT_MS },
  async () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`seed ${seed}`);
    const rng = createRng(seed);
    const dataDir = await mkdtemp(join(tmpdir(), 'serin-crash-'));
    const env = { SERIN_ALLOWED_PRIVATE_HOSTS: '127.0.0.1' };
    const options = { dataDir, credentials: newCredentials(), timeScale: 3600, env };
    const receiver = await startReceiver();
    let serin = await startSerin(options);
    try {
      const traffic = new Traffic(serin.projectToken, rng);
      const changing = await createFlag(serin, { key: 'changing', filters: nobody() });
      const changes = new FlagChanges(changing);
      const rollout = await startRollout(serin);
      const channel = await tell(serin, receiver);
      const moves = await RolloutMoves.start(serin);
      const recordings = await Recordings.start(serin);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const lifeMs = LIFE_MS.min + rng() * (LIFE_MS.max - LIFE_MS.min);
        const quietMs = round % QUIET_EVERY === 0 ? rng() * MAX_QUIET_MS : 0;
        const withEngines = round % WITH_ENGINES_EVERY === 0;
        await liveAndDie(serin, {
          traffic,
          changes,
          moves,
          recordings,
          lifeMs,
          quietMs,
          withEngines,
        });
        serin = await startSerin(options);
        await expectFlag(serin, changing.id, changes);
        await expectRolloutStands(serin, rollout);
        const found = await moves.check(serin);
        expect(found).toEqual({ lost: [], doubled: [], isInStep: true });
      }
      expect(await recordings.check(serin)).toEqual({ lost: 0, doubled: 0, wrong: 0 });
      expect(recordings.accepted.size).toBeGreaterThan(0);
      await expectToldOnce(serin, receiver, channel, await moves.finish(serin));
      await expectRolloutGoesOn(serin, rollout);
      await traffic.finish(serin.url);
      await expectEachOnce(serin, traffic.accepted);
      await expectPeople(serin, traffic.identified);
      console.log(`${traffic.accepted.size} events in ${ROUNDS} lives`);
      expect(traffic.accepted.size).toBeGreaterThan(ROUNDS * 10);
    } finally {
      await receiver.close();
      await serin.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);

type Life = {
  readonly traffic: Traffic;
  readonly changes: FlagChanges;
  readonly moves: RolloutMoves;
  readonly recordings: Recordings;
  readonly lifeMs: number;
  readonly quietMs: number;
  readonly withEngines: boolean;
};

async function liveAndDie(serin: RunningSerin, life: Life): Promise<void> {
  let isQuiet = false;
  let isDead = false;
  const busy = Promise.all([
    life.traffic.run(serin.url, () => isQuiet),
    life.changes.run(serin, () => isDead),
    life.moves.run(serin, () => isDead),
    life.recordings.run(serin, () => isDead),
  ]);
  await sleep(life.lifeMs);
  if (life.quietMs > 0) {
    isQuiet = true;
    await sleep(life.quietMs);
  }
  const engines = life.withEngines ? await childrenOf(serin.pid) : [];
  const killed = serin.kill();
  for (const pid of engines) killAtOnce(pid);
  await killed;
  isQuiet = true;
  isDead = true;
  await busy;
}

function nobody(): object {
  return { groups: [{ properties: [], rollout_percentage: 0 }] };
}

/** A rollout that stays in its first stage for the whole test. */
async function startRollout(serin: Address): Promise<string> {
  await createFlag(serin, { key: 'steady', filters: nobody() });
  const { id } = await callApi<{ id: string }>(serin, 'POST', 'rollouts/', {
    flag_key: 'steady',
    stages: [
      { name: 'first', percent: 10, min_bake_seconds: 86_400 },
      { name: 'all', percent: 100, min_bake_seconds: 0 },
    ],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
    policy: { tick_seconds: TICK_SECONDS, settle_seconds: 1, no_data_after_seconds: 86_400 },
  });
  await callApi(serin, 'POST', `rollouts/${id}/start/`, {});
  return id;
}

/** A webhook that hears of everything; its id. */
async function tell(serin: Address, { url }: Receiver): Promise<string> {
  const config = { kind: 'webhook', url: `${url}/hook` };
  const body = { name: 'Crash', config };
  return (await callApi<{ id: string }>(serin, 'POST', 'notification_channels/', body)).id;
}

type Delivery = { readonly notification_id: string; readonly state: string; source: string };

/** One notification for each move, and each with one id however often it was sent. */
async function expectToldOnce(
  serin: Address,
  { received }: Receiver,
  channel: string,
  count: number,
): Promise<void> {
  const deliveries = async (): Promise<Delivery[]> => {
    const all: Delivery[] = [];
    for (;;) {
      const path = `notification_channels/${channel}/deliveries/?limit=200&offset=${all.length}`;
      const page = await callApi<{ count: number; results: Delivery[] }>(serin, 'GET', path);
      all.push(...page.results);
      if (all.length >= page.count || page.results.length === 0) break;
    }
    return all.filter(({ source }) => source === 'moving/production');
  };
  const unsent = async () => (await deliveries()).filter(({ state }) => state !== 'sent').length;
  // Whoever died while sending keeps a message for a minute.
  await expect.poll(unsent, { timeout: CLAIM_ENDS_MS, interval: 500 }).toBe(0);
  const told = (await deliveries()).map((one) => one.notification_id);
  expect(told).toHaveLength(count);
  const moving = received.filter(({ body }) => body.includes('"moving"'));
  const heard = new Set(moving.map(({ headers }) => String(headers['webhook-id'])));
  expect([...heard].toSorted()).toEqual(told.toSorted());
}

type Rollout = { state: string; stage_index: number; next_evaluation_at: string | null };

async function expectRolloutStands(serin: Address, id: string): Promise<Rollout> {
  const rollout = await callApi<Rollout>(serin, 'GET', `rollouts/${id}/`);
  // Killed right after the start, it may still be applying its first stage.
  expect(['applying', 'baking']).toContain(rollout.state);
  expect(rollout.stage_index).toBe(0);
  return rollout;
}

/** It is looked at again: each look sets the time of the next. */
async function expectRolloutGoesOn(serin: Address, id: string): Promise<void> {
  const nextLookMs = Date.now() + TICK_SECONDS * 1000;
  const look = async (): Promise<number> => {
    const { next_evaluation_at: next } = await expectRolloutStands(serin, id);
    return Date.parse(next ?? '');
  };
  await expect.poll(look, { timeout: CLAIM_ENDS_MS, interval: 500 }).toBeGreaterThan(nextLookMs);
}

async function expectFlag(serin: Address, id: number, changes: FlagChanges): Promise<void> {
  const { filters } = await callApi<{
    filters: { groups: { rollout_percentage: number }[] };
  }>(serin, 'GET', `feature_flags/${id}/`);
  expect([changes.saved, changes.asked]).toContain(filters.groups[0]?.rollout_percentage);
}

async function expectEachOnce(serin: RunningSerin, accepted: ReadonlySet<string>): Promise<void> {
  await untilAllStored(serin);
  const counts = new Map<string, number>();
  const headers = { authorization: `Bearer ${serin.personalApiKey}` };
  let path: string | null = '/api/projects/@current/events/?limit=1000';
  while (path !== null) {
    const answer: Response = await fetch(`${serin.url}${path}`, { headers });
    const page = (await answer.json()) as { next: string | null; results: StoredEvent[] };
    for (const { uuid } of page.results) counts.set(uuid, (counts.get(uuid) ?? 0) + 1);
    path = page.next;
  }
  const lost = [...accepted].filter((uuid) => !counts.has(uuid));
  const doubled = [...counts].filter(([, count]) => count > 1).map(([uuid]) => uuid);
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
}

/** The log is stored in order: once an event sent now is listed, all before it are. */
async function untilAllStored(serin: RunningSerin): Promise<void> {
  const event = 'the last one';
  await fetch(`${serin.url}/capture/`, {
    method: 'POST',
    body: JSON.stringify({ api_key: serin.projectToken, event, distinct_id: 'x' }),
  });
  await eventsArrived(serin, { event });
}

async function expectPeople(
  serin: Address,
  identified: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [visitor, name] of [...identified].slice(0, 20)) {
    const page = await callApi<{
      results: { distinct_ids: string[]; is_identified: boolean }[];
    }>(serin, 'GET', `persons/?distinct_id=${name}`);
    expect(page.results).toMatchObject([{ is_identified: true }]);
    expect(page.results[0]?.distinct_ids).toContain(visitor);
  }
}
