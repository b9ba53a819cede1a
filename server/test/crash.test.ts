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
  eventually,
  type Address,
  type StoredEvent,
} from '../../sdk-compat/management.ts';
import { newCredentials, type RunningSerin, startSerin } from '../../sdk-compat/server.ts';
import { FlagChanges } from './crash/flag-changes.ts';
import { childrenOf, killAtOnce } from './crash/processes.ts';
import { Traffic } from './crash/traffic.ts';

/** `npm run test:crash` asks for fifty. */
// oxlint-disable-next-line node/no-process-env -- how many rounds is said by who starts the test
const ROUNDS = Number(process.env['SERIN_CRASH_ROUNDS'] ?? 3);
const ROUND_LIMIT_MS = 60_000;
/** A round lasts this long, at least and at most, until the kill. */
const LIFE_MS = { min: 300, max: 3000 } as const;
/** Every other kill takes PostgreSQL and chDB along. */
const WITH_ENGINES_EVERY = 2;

test(
  `loses and doubles nothing in ${ROUNDS} crashes`,
  { timeout: (ROUNDS + 3) * ROUND_LIMIT_MS },
  async () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`seed ${seed}`);
    const rng = createRng(seed);
    const dataDir = await mkdtemp(join(tmpdir(), 'serin-crash-'));
    const options = { dataDir, credentials: newCredentials(), timeScale: 3600 };
    let serin = await startSerin(options);
    try {
      const traffic = new Traffic(serin.projectToken, rng);
      const changing = await createFlag(serin, { key: 'changing', filters: nobody() });
      const changes = new FlagChanges(changing);
      const rollout = await startRollout(serin);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const lifeMs = LIFE_MS.min + rng() * (LIFE_MS.max - LIFE_MS.min);
        await liveAndDie(serin, traffic, changes, lifeMs, round % WITH_ENGINES_EVERY === 0);
        const diedAt = new Date().toISOString();
        serin = await startSerin(options);
        await expectFlag(serin, changing.id, changes);
        await expectRolloutGoesOn(serin, rollout, diedAt);
      }
      await traffic.finish(serin.url);
      await expectEachOnce(serin, traffic.accepted);
      await expectPeople(serin, traffic.identified);
      expect(traffic.accepted.size).toBeGreaterThan(ROUNDS * 10);
    } finally {
      await serin.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);

async function liveAndDie(
  serin: RunningSerin,
  traffic: Traffic,
  changes: FlagChanges,
  lifeMs: number,
  withEngines: boolean,
): Promise<void> {
  let isOver = false;
  const busy = Promise.all([
    traffic.run(serin.url, () => isOver),
    changes.run(serin, () => isOver),
  ]);
  await sleep(lifeMs);
  const engines = withEngines ? await childrenOf(serin.pid) : [];
  const killed = serin.kill();
  for (const pid of engines) killAtOnce(pid);
  await killed;
  isOver = true;
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
    guardrails: [{ id: 'errors', kind: 'exception_users' }],
    policy: { tick_seconds: 1, settle_seconds: 1, no_data_after_seconds: 86_400 },
  });
  await callApi(serin, 'POST', `rollouts/${id}/start/`, {});
  return id;
}

async function expectRolloutGoesOn(serin: Address, id: string, since: string): Promise<void> {
  await eventually(async () => {
    const { state, stage_index, last_evaluation_at } = await callApi<{
      state: string;
      stage_index: number;
      last_evaluation_at: string | null;
    }>(serin, 'GET', `rollouts/${id}/`);
    expect({ state, stage_index }).toEqual({ state: 'baking', stage_index: 0 });
    expect(Date.parse(last_evaluation_at ?? '')).toBeGreaterThan(Date.parse(since));
  });
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
  let url: string | null = `/api/projects/@current/events/?event=page+seen&limit=1000`;
  const headers = { authorization: `Bearer ${serin.personalApiKey}` };
  for (const first of [url, url.replace('page+seen', '%24identify')]) {
    for (url = first; url !== null;) {
      const answer: Response = await fetch(`${serin.url}${url}`, { headers });
      const page = (await answer.json()) as { next: string | null; results: StoredEvent[] };
      for (const { uuid } of page.results) counts.set(uuid, (counts.get(uuid) ?? 0) + 1);
      url = page.next;
    }
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
