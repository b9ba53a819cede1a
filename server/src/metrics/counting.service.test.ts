import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import { createLog } from '#platform/log';
import { insertEvents, personIdOf, type TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { type Counting, countOn } from './counting.service.ts';
import type { ExposureQuestion } from './exposure-sql.ts';
import { findUnknownPeople, observe, saveToldApart } from './metrics.query.ts';
import { crowd, OUTCOMES } from './test-crowd.ts';
import { lookTogether } from './together.service.ts';
import { at, call, given, insiders, seen, UNHURRIED } from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const ROLLOUT = 'checkout:2';
type Pace = Parameters<typeof countOn>[3];
const count = (question: ExposureQuestion, pace: Pace = {}, clickhouse = stores.clickhouse) =>
  countOn({ ...stores, clickhouse, log: createLog('silent') }, question, UNHURRIED, {
    maxPieces: 3,
    leastEvents: 0,
    ...pace,
  });

/** The store, without room for what names a table. */
function fullFor(table: string): TestStores['clickhouse'] {
  const { clickhouse } = stores;
  const command: typeof clickhouse.command = (params) =>
    params.query.includes(table)
      ? Promise.reject(new Error('the disk is full'))
      : clickhouse.command(params);
  return new Proxy(clickhouse, {
    get: (target, name) =>
      name === 'command' ? command : Reflect.get(target, name, target).bind(target),
  });
}

const unknownTo = async ({ findUnknown }: Pick<Counting, 'findUnknown'>, limit: number) =>
  (await findUnknown(limit)).map(({ personId }) => personId).toSorted();

/** Tells people apart as a rollout would, at most `limit`; returns those who had not been. */
async function tellApart(counting: Counting, limit: number): Promise<string[]> {
  const people = await unknownTo(counting, limit);
  const isTargeted = (personId: string) => Number.parseInt(personId.slice(-2), 16) % 4 === 0;
  const told = people.map((personId) => ({ personId, isTargeted: isTargeted(personId) }));
  await saveToldApart(stores.clickhouse, ROLLOUT, told, Date.now(), UNHURRIED);
  return people;
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
  if (step === 7) {
    // People are erased without their events: their ids are no longer one person.
    const erased = ids.slice(5, 11).map((id) => `'${id}'`);
    const query = `ALTER TABLE person_overrides DELETE WHERE distinct_id IN (${erased.join(', ')})`;
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
    toldApartFor: ROLLOUT,
    outcomes: OUTCOMES.filter((_, i) => [0, 1, 3, 5, 7, 8].includes(i)),
    // Shorter than the stage, so that people who were recent are so no longer.
    noDataAfterMs: 10 * 60_000,
  });
  const { environmentId } = question;
  const ids = [...new Set(events.map(({ distinctId }) => distinctId))];
  const used: number[] = [];
  let counted = 0;
  const steps = 12;
  for (let step = 0; step < steps; step += 1) {
    // Events are stored in any order, also some that were received long ago, and some ahead of the watermark.
    const share = Math.ceil(events.length / steps);
    const chunk: TestEvent[] = events.slice(step * share, (step + 1) * share);
    await insertEvents(clickhouse, environmentId, chunk);
    const isKept = await disturb(step, environmentId, ids);
    const isBehind = step === 2;
    const asked = { ...question, watermarkMs: at(isBehind ? 1 : step * 4) };
    const together = lookTogether(clickhouse, UNHURRIED);
    const [one, other] = await Promise.all([count(asked, { together }), count(asked)]);
    // Whoever is left over waits for the next look, which then goes on from the same pieces.
    const everybody = 10_000;
    const isHurried = step === 6;
    const wholly = (limit: number) => findUnknownPeople(clickhouse, asked, limit, UNHURRIED);
    const unknown = await unknownTo({ findUnknown: wholly }, everybody);
    expect(await unknownTo(other, everybody), `step ${step}`).toEqual(unknown);
    await tellApart(one, isHurried ? Math.ceil(unknown.length / 2) : everybody);
    const whole = await observe(clickhouse, asked, UNHURRIED);
    const found = await Promise.all([one.observe(), other.observe()]);
    expect(found, `step ${step}`).toEqual([whole, whole]);
    counted = whole.people.treatment + whole.people.control;
    // What was disturbed is read anew.
    expect(isKept || one.goesBy === 0).toBe(true);
    used.push(one.goesBy);
    // Two replicas keep at once, or one dies before it does.
    expect(isHurried && unknown.length < 2).toBe(false);
    if (isHurried) continue;
    if (step % 5 === 3) await one.keep(UNHURRIED);
    else await Promise.all([one.keep(UNHURRIED), other.keep(UNHURRIED)]);
  }
  // A look adds two pieces; when there are more than three, the small ones become one, or all of them.
  expect(counted).toBeGreaterThan(20);
  expect(new Set(used)).toEqual(new Set([0, 1, 2, 3]));
});

const WHO = [{ unit: null }, { unit: 'company', exposure: 'served' as const }];
test.each(WHO)('what is too much for one look is counted in parts: %o', async (whom) => {
  const { clickhouse } = stores;
  const hours = (n: number) => n * 3_600_000;
  const events = Array.from({ length: 6 }, (_, part) =>
    crowd(7 + (part % 2)).map((event) => ({
      ...event,
      atMs: event.atMs + hours(3 * part),
      groups: { company: event.distinctId },
    })),
  ).flat();
  const question = await given(stores, events, {
    ...whom,
    outcomes: OUTCOMES,
    watermarkMs: at(60) + hours(15),
  });
  const pace = { mostEvents: 300 };
  const goneOnFrom: number[] = [];
  let look = await count(question, pace);
  while (!look.isWhole) {
    goneOnFrom.push(look.goesBy);
    await look.observe();
    // One part is lost with its process, and is counted again.
    if (goneOnFrom.length !== 3) await look.keep(UNHURRIED);
    look = await count(question, pace);
  }
  const whole = await observe(clickhouse, question, UNHURRIED);
  expect(await look.observe()).toEqual(whole);
  expect(whole.people.treatment).toBeGreaterThan(20);
  expect(goneOnFrom.length).toBeGreaterThan(3);
  // Each goes on from the one before.
  expect(goneOnFrom.slice(1).every((pieces) => pieces > 0)).toBe(true);
});

test('a session counts once however many looks it lasts, and later ones are not lost for it', async () => {
  const { clickhouse } = stores;
  const [id = ''] = insiders;
  const question = await given(stores, [call(id, 0)], {
    outcomes: OUTCOMES.filter(({ kind }) => kind === 'sessions'),
  });
  // Fewer sessions than are read of an id, and more rows of them over all looks.
  const sessions = (from: number, to: number, minute: number) =>
    Array.from({ length: to - from }, (_, n) =>
      seen(id, minute, { event: 'paid', sessionId: `s${from + n}` }),
    );
  const looks = [sessions(0, 600, 1), sessions(0, 600, 5), sessions(600, 700, 9)];
  for (const [i, events] of looks.entries()) {
    await insertEvents(clickhouse, question.environmentId, events);
    const asked = { ...question, watermarkMs: at(4 * i + 4) };
    const look = await count(asked);
    const found = await look.observe();
    expect(found, `look ${i}`).toEqual(await observe(clickhouse, asked, UNHURRIED));
    expect(found.tallies?.[0]?.[3]).toBe([600, 600, 700][i]);
    expect(look.goesBy > 0).toBe(i > 0);
    await look.keep(UNHURRIED);
  }
  // With nothing new there is nothing to store, and who was recent is so no longer.
  const later = { ...question, watermarkMs: at(45) };
  const idle = await count(later, {}, fullFor('rollout_'));
  const found = await idle.observe();
  expect(found).toEqual(await observe(clickhouse, later, UNHURRIED));
  expect(found.recent).toEqual({ treatment: 0, control: 0 });
  expect(await idle.keep(UNHURRIED)).toBe(true);
});

test('a store that takes nothing in keeps no look from being taken, and keeps nothing of it', async () => {
  const { clickhouse } = stores;
  const question = await given(stores, crowd(2), { outcomes: OUTCOMES.slice(0, 1) });
  const whole = await observe(clickhouse, question, UNHURRIED);
  for (const table of ['rollout_piece', 'rollout_sum']) {
    const full = fullFor(table);
    const look = await count(question, {}, full);
    expect(await look.observe()).toEqual(whole);
    await look.keep(UNHURRIED);
    expect((await count(question)).goesBy).toBe(0);
  }
});
