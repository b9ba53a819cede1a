import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import { createLog } from '#platform/log';
import { insertEvents, personIdOf, type TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { countOn } from './counting.service.ts';
import type { ExposureQuestion } from './exposure-sql.ts';
import { observe } from './metrics.query.ts';
import { crowd, OUTCOMES } from './test-crowd.ts';
import { at, given, UNHURRIED } from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const MINUTE_MS = 60_000;
const PIECE_MS = 2 * MINUTE_MS;
const count = (question: ExposureQuestion) =>
  countOn({ ...stores, log: createLog('silent') }, question, UNHURRIED, {
    pieceMs: PIECE_MS,
    maxPieces: 3,
  });

/** What a look finds, and the pieces it reads. */
async function lookAt(question: ExposureQuestion) {
  const counting = await count(question);
  const found = await observe(stores.clickhouse, counting.question, UNHURRIED);
  return { found, pieces: counting.question.kept?.pieces ?? [], keep: counting.keep };
}

/** Ids change their person, as a merge or a split says. */
async function merge(
  environmentId: number,
  ids: readonly string[],
  version: number,
): Promise<void> {
  await stores.clickhouse.insert({
    table: 'person_overrides',
    format: 'JSONEachRow',
    values: ids.map((distinct_id, i) => ({
      environment_id: environmentId,
      distinct_id,
      person_id: personIdOf(ids[i - (i % 2)] ?? ''),
      version,
    })),
  });
}

/** Something happens to the stores between two looks; returns whether pieces survive it. */
async function disturb(
  step: number,
  environmentId: number,
  ids: readonly string[],
): Promise<boolean> {
  const { clickhouse } = stores;
  const sync = { clickhouse_settings: { mutations_sync: '2' } } as const;
  if (step % 4 === 1) await merge(environmentId, ids.slice(step, step + 6), step);
  if (step === 3) await clickhouse.command({ query: 'OPTIMIZE TABLE events FINAL' });
  if (step === 5) {
    const query = `ALTER TABLE events UPDATE person_id = toUUID('${randomUUID()}') WHERE distinct_id = '${ids[3]}'`;
    await clickhouse.command({ query, ...sync });
    return false;
  }
  if (step === 11) {
    const query = `ALTER TABLE rollout_piece DELETE WHERE cityHash64(distinct_id) % 2 = 0`;
    await clickhouse.command({ query, ...sync });
    return false;
  }
  return true;
}

test('counting on from pieces finds what reading every event finds', async () => {
  const rng = createRng(1);
  const { clickhouse } = stores;
  const events = crowd(1).toSorted(() => rng() - 0.5);
  const question = await given(stores, [], {
    outcomes: OUTCOMES.filter((_, i) => [0, 3, 7].includes(i)),
  });
  const { environmentId } = question;
  const ids = [...new Set(events.map(({ distinctId }) => distinctId))];
  const used: number[] = [];
  const steps = 12;
  for (let step = 0; step < steps; step += 1) {
    // Events are stored in any order, also some that were received long ago, and some ahead of the watermark.
    const share = Math.ceil(events.length / steps);
    const chunk: TestEvent[] = events.slice(step * share, (step + 1) * share);
    await insertEvents(clickhouse, environmentId, chunk);
    const isKept = await disturb(step, environmentId, ids);
    const isBehind = step === 2;
    const asked = { ...question, watermarkMs: at(isBehind ? 1 : step * 4) };
    const whole = await observe(clickhouse, asked, UNHURRIED);
    const [one, other] = await Promise.all([lookAt(asked), count(asked)]);
    expect(one.found, `step ${step}`).toEqual(whole);
    // What was disturbed is read anew.
    used.push(isKept ? one.pieces.length : -one.pieces.length);
    // Two replicas keep at once, or one dies before it does.
    if (step % 5 === 3) await one.keep(UNHURRIED);
    else await Promise.all([one.keep(UNHURRIED), other.keep(UNHURRIED)]);
  }
  expect(Math.max(...used)).toBe(3);
  expect(Math.min(...used)).toBeGreaterThanOrEqual(0);
  // Many pieces became one.
  expect(used.some((count, i) => count === 1 && used[i - 1] === 3)).toBe(true);
});
