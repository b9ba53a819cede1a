import { afterAll, beforeAll, expect, test } from 'vitest';
import { truncateDistinctId } from '#flags/bucket';
import { createRng } from '#kernel/rng';
import { personIdOf, type TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { HASH_SQL } from './exposure-sql.ts';
import { findUnknownPeople, observe, saveToldApart } from './metrics.query.ts';
import { findArrivals } from './population.query.ts';
import {
  at,
  call,
  error,
  FLAG,
  given,
  UNHURRIED,
  hashOf,
  insiders,
  lookAt,
  outsiders,
  seen,
  SETTLED,
} from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const look = (...[events, about]: [Parameters<typeof lookAt>[1], Parameters<typeof lookAt>[2]?]) =>
  lookAt(stores, events, about);
const [inId = '', inId2 = '', inId3 = ''] = insiders;
const [outId = '', outId2 = '', outId3 = ''] = outsiders;

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString();
}

test('the hash in SQL is the evaluator’s, to the last bit', async () => {
  const rng = createRng(42);
  const characters = Array.from('abcXYZ019 -_.@/\\\'"äßé漢😀\u0000');
  const random = () =>
    Array.from(
      { length: 1 + Math.floor(rng() * 60) },
      () => characters[Math.floor(rng() * characters.length)],
    ).join('');
  const samples = [
    ...Array.from({ length: 5000 }, (_, i) => `distinct_id_${i}`),
    ...Array.from({ length: 3000 }, random),
    'a'.repeat(205),
    `${'a'.repeat(199)}😀😀`,
    'é'.repeat(210),
  ];
  const bits: string[] = [];
  for (let from = 0; from < samples.length; from += 1000) {
    const result = await stores.clickhouse.query({
      query: `SELECT toString(reinterpretAsUInt64(${HASH_SQL})) FROM (
        SELECT arrayJoin({ids:Array(String)}) AS distinct_id)`,
      query_params: { ids: samples.slice(from, from + 1000), prefix: `${FLAG}.` },
      format: 'JSONCompactEachRow',
    });
    bits.push(...(await result.json<[string]>()).map(([value]) => value));
  }
  expect(bits).toEqual(samples.map((id) => bitsOf(hashOf(truncateDistinctId(id)))));
});

test('a person is one, whatever ids they use; ids in both arms put them in neither', async () => {
  const ada = { personId: personIdOf('ada') };
  const bob = { personId: personIdOf('bob') };
  const observation = await look([
    call(inId, 1, ada),
    call(inId2, 2, ada),
    error(inId2, 3, ada),
    call(outId, 1, bob),
    call(insiders[2] ?? '', 2, bob),
  ]);
  expect(observation).toMatchObject({
    people: { treatment: 1, control: 0 },
    rows: [[1, 0, 1, 0]],
    multiExposed: 1,
    // By the first id seen, nobody is left out: what the split itself made.
    split: { treatment: 1, control: 1 },
  });
});

test('merges move people after the fact', async () => {
  const question = await given(stores, [call(inId, 1), call(outId, 2), seen(outId, 3)]);
  expect((await observe(stores.clickhouse, question, UNHURRIED)).people).toEqual({
    treatment: 1,
    control: 1,
  });
  const override = (person: string, version: number) => ({
    environment_id: question.environmentId,
    distinct_id: outId,
    person_id: personIdOf(person),
    version,
  });
  await stores.clickhouse.insert({
    table: 'person_overrides',
    format: 'JSONEachRow',
    values: [override('somebody', 1), override(inId, 2)],
  });
  const merged = await observe(stores.clickhouse, question, UNHURRIED);
  expect(merged).toMatchObject({ people: { treatment: 0, control: 0 }, multiExposed: 1 });
});

test('whoever owns an id that is left out is in no arm, whatever their other ids say', async () => {
  const ada = { personId: personIdOf('ada') };
  const observation = await look(
    [call(inId, 1, ada), seen('ada-elsewhere', 2, ada), call(inId2, 1), call(outId, 1)],
    { leftOutIds: ['ada-elsewhere', outId, 'never seen'] },
  );
  expect(observation.people).toEqual({ treatment: 1, control: 0 });
});

test('where whoever was given the value counts, an event that carries it is a first call', async () => {
  const gives = (value: string) => ({ flags: { [FLAG]: value } });
  const events = [
    // Whoever was given it before and is not in the stage tells nothing: long ago is not read.
    seen(inId, -5, gives('true')),
    seen(inId, 2),
    seen(inId3, -5, gives('true')),
    seen(inId3, 2, gives('true')),
    // In the same batch as, but before, the first moment that counts.
    seen(outId3, -1, gives('false')),
    seen(outId3, 1),
    seen(outId, 3, gives('false')),
    error(outId, 4),
    call(inId2, 1),
    seen(outId2, 1, { flags: { other: 'true' } }),
  ];
  const called = await look(events);
  expect(called.people).toEqual({ treatment: 1, control: 0 });
  const served = await look(events, { exposure: 'served' });
  expect(served.people).toEqual({ treatment: 2, control: 2 });
  expect(served.rows).toEqual([[0, 1, 0, 1]]);
  const { environmentId } = await given(stores, events);
  const past = { clickhouse: stores.clickhouse, environmentId, signal: UNHURRIED };
  const arrivals = await findArrivals(
    { ...past, fromMs: at(-3), toMs: at(600), unit: null },
    { key: FLAG, createdAtMs: at(-600), exposure: 'served' },
  );
  expect(arrivals).toMatchObject({ of: 'flag', perDay: 4 });
});

test('groups count as one each, by their key, whoever of them acts', async () => {
  const of = (company: string, more: Partial<TestEvent> = {}) => ({ groups: { company }, ...more });
  const observation = await look(
    [
      // The key decides, not the id of whoever asks.
      call(outId, 1, of(inId)),
      error('ann', 2, of(inId, { sessionId: 's1' })),
      error('bob', 2, of(inId, { sessionId: 's2' })),
      call(inId, 1, of(outId)),
      seen('eve', 2, of(outId, { sessionId: 's4' })),
      // Given the other value by hand, which is no value of the company.
      call('eve', 1, of(outId)),
      call('tester', 20, of(outId, { flagResponse: 'true' })),
      error('tester', 21, of(outId)),
      // Of no company, or of another type of groups.
      call(inId2, 1),
      call(outId2, 1, { groups: { team: outId2 } }),
    ],
    {
      unit: 'company',
      // A company may be called as somebody is.
      leftOutIds: ['tester', inId],
      outcomes: [
        { kind: 'any', event: '$exception', filters: [] },
        { kind: 'sessions', event: '$exception', filters: [] },
      ],
    },
  );
  expect(observation.people).toEqual({ treatment: 1, control: 1 });
  expect(observation.rows).toEqual([[1, 1, 1, 0]]);
  expect(observation.reported).toEqual({ people: 0, disagreeing: 0 });
});

test('an id that never calls the flag does not put its person into both arms', async () => {
  const ada = { personId: personIdOf('ada') };
  const observation = await look([call(inId, 1, ada), seen(outId, 2, ada), error(outId, 3, ada)]);
  expect(observation).toMatchObject({
    people: { treatment: 1 },
    rows: [[1, 0, 1, 0]],
    multiExposed: 0,
  });
});

test('stages of named people count who last reported the treatment', async () => {
  const observation = await look(
    [
      call(inId, -5, { flagResponse: 'false' }),
      seen(inId, 1, { flags: { [FLAG]: 'true' } }),
      error(inId, 2),
      call(outId, 1, { flagResponse: 'true' }),
      call(inId2, 1, { flagResponse: 'false' }),
      error(inId2, 2),
    ],
    { assignment: { kind: 'reported' } },
  );
  expect(observation).toMatchObject({ people: { treatment: 2, control: 0 }, rows: [[2, 0, 1, 0]] });
});

test('at 100 % everybody has it; a variant is told by its name', async () => {
  const everyone = await look([call(inId, 1), call(outId, 1), error(outId, 2)], {
    assignment: { kind: 'everyone' },
  });
  expect(everyone).toMatchObject({ people: { treatment: 2, control: 0 }, rows: [[2, 0, 1, 0]] });
  const variant = await look(
    [call(inId, 1, { flagResponse: 'test' }), call(outId, 1, { flagResponse: 'control' })],
    {
      assignment: { kind: 'reported' },
      treatmentValue: 'test',
    },
  );
  expect(variant.people).toEqual({ treatment: 1, control: 0 });
});

test('named people are told apart once and then left out; unknown ones wait', async () => {
  const question = await given(stores, [call(inId, 1), call(outId, 1), error(inId, 2)], {
    toldApartFor: 'rollout-1',
  });
  expect((await observe(stores.clickhouse, question, UNHURRIED)).people).toEqual({
    treatment: 0,
    control: 0,
  });
  const unknown = await findUnknownPeople(stores.clickhouse, question, 10, UNHURRIED);
  expect(unknown.toSorted((x, y) => (x.distinctId < y.distinctId ? -1 : 1))).toEqual(
    [inId, outId].toSorted().map((id) => ({ personId: personIdOf(id), distinctId: id })),
  );
  expect(await findUnknownPeople(stores.clickhouse, question, 1, UNHURRIED)).toHaveLength(1);
  const people = unknown.map(({ personId, distinctId }) => ({
    personId,
    isTargeted: distinctId === inId,
  }));
  await saveToldApart(stores.clickhouse, 'rollout-1', people, SETTLED, UNHURRIED);
  expect(await findUnknownPeople(stores.clickhouse, question, 10, UNHURRIED)).toEqual([]);
  expect(await observe(stores.clickhouse, question, UNHURRIED)).toMatchObject({
    people: { treatment: 0, control: 1 },
    rows: [],
  });
});
