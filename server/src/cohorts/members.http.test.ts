// Who is in cohorts, over HTTP on the whole application: listed people, and those that conditions match.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { flagFor, flagValue, identify } from '#app/test-sdk';

let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

const COHORTS = '/api/projects/@current/cohorts/';
const filters = (...values: object[]) => ({ properties: { type: 'AND', values } });

async function create(fields: object) {
  const { status, body } = await serin.ask('POST', COHORTS, { name: 'Somebody', ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const inCohort = (value: number, more: object = {}) => ({
  key: 'id',
  type: 'cohort',
  value,
  ...more,
});

test('a static cohort lists people: known ones, merged ones, and ids that have not been seen yet', async () => {
  await identify(serin, 'ada', { name: 'Ada' });
  const cohort = await create({ name: 'Testers', is_static: true });
  const path = `${COHORTS}${cohort.id}/`;
  const flag = await flagFor(serin, inCohort(cohort.id));
  expect(await flagValue(serin, flag, 'ada')).toBe(false);
  expect(await flagValue(serin, flag, 'newcomer')).toBe(false);
  const added = await serin.ask('PATCH', `${path}add_persons_to_static_cohort/`, {
    distinct_ids: ['ada', 'newcomer', 'anonymous-1', 'ada'],
  });
  expect(added).toMatchObject({
    status: 200,
    body: { added: 3, known: 1, unseen: 2, ignored: 1 },
  });
  expect(await flagValue(serin, flag, 'ada')).toBe(true);
  expect(await flagValue(serin, flag, 'newcomer')).toBe(true);
  expect(await flagValue(serin, flag, 'grace')).toBe(false);
  // The listed anonymous id becomes Grace: now she is in, by any of her ids.
  await identify(serin, 'grace', { name: 'Grace' }, { $anon_distinct_id: 'anonymous-1' });
  await expect.poll(() => flagValue(serin, flag, 'grace')).toBe(true);

  const members = await serin.ask('GET', `${path}persons/?limit=2`);
  expect(members.body).toMatchObject({ count: 3, count_is_estimate: false });
  expect(members.body.next).toContain('offset=2');
  const found = await serin.ask('GET', `${path}persons/?search=Grace`);
  expect(found.body.results).toMatchObject([
    { distinct_id: 'anonymous-1', person: { properties: { name: 'Grace' } } },
  ]);
  const unseen = await serin.ask('GET', `${path}persons/?search=newcomer`);
  expect(unseen.body.results).toEqual([{ distinct_id: 'newcomer', person: null }]);
  expect((await serin.ask('GET', path)).body.count).toBe(3);
  expect((await serin.ask('GET', `${COHORTS}?is_static=true&search=Testers`)).body).toMatchObject({
    results: [{ count: 3 }],
  });

  const removed = await serin.ask('PATCH', `${path}remove_person_from_static_cohort/`, {
    distinct_id: 'grace',
  });
  expect(removed.body).toEqual({ removed: 1 });
  expect(await flagValue(serin, flag, 'grace')).toBe(false);
  expect(await flagValue(serin, flag, 'anonymous-1')).toBe(false);
  const person = members.body.results.find((one: { person: object | null }) => one.person).person;
  await serin.ask('PATCH', `${path}remove_person_from_static_cohort/`, { person_id: person.id });
  expect(await flagValue(serin, flag, 'ada')).toBe(false);
});

test('members belong to an environment, the cohort to the project', async () => {
  const cohort = await create({ name: 'Here only', is_static: true });
  const path = `${COHORTS}${cohort.id}/`;
  await serin.ask('PATCH', `${path}add_persons_to_static_cohort/?environment=development`, {
    distinct_ids: ['dev'],
  });
  expect((await serin.ask('GET', path)).body.count).toBe(0);
  expect((await serin.ask('GET', `${path}?environment=development`)).body.count).toBe(1);
});

test('people are listed from CSV', async () => {
  await identify(serin, 'csv-known', { name: 'Known' });
  const cohort = await create({ name: 'From a file', is_static: true });
  const send = async (csv: string, type = 'text/csv') => {
    const answer = await serin.inject({
      method: 'POST',
      url: `${COHORTS}${cohort.id}/import_csv/`,
      headers: { authorization: `Bearer ${serin.apiKey}`, 'content-type': type },
      payload: csv,
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  expect(await send('email,distinct_id\na@b.c,csv-known\n,"csv ""2"""\r\nx,\n')).toEqual({
    status: 200,
    body: { added: 2, known: 1, unseen: 1, ignored: 1 },
  });
  const names = await serin.ask('GET', `${COHORTS}${cohort.id}/persons/?search=csv`);
  expect(names.body.results.map((one: { distinct_id: string }) => one.distinct_id)).toEqual([
    'csv "2"',
    'csv-known',
  ]);
  expect(await send('a,b\nc,d\n')).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', detail: expect.stringContaining('distinct_id') },
  });
  expect(await send('\n\n')).toMatchObject({ status: 400 });
  expect(await send('x'.repeat(11 * 1024 * 1024))).toMatchObject({
    status: 413,
    body: { code: 'payload_too_large' },
  });
  expect(await send('"a"', 'text/plain')).toMatchObject({ status: 415 });
});

test('who matches a dynamic cohort is counted and listed', async () => {
  await identify(serin, 'match-1', { tier: 'gold', email: 'one@match.example' });
  await identify(serin, 'match-2', { tier: 'gold', email: 'two@match.example' });
  await identify(serin, 'match-3', { tier: 'silver' });
  const cohort = await create({
    name: 'Gold',
    filters: filters({ type: 'person', key: 'tier', value: 'gold' }),
  });
  expect(cohort).toMatchObject({ count: 2, count_is_estimate: false });
  const path = `${COHORTS}${cohort.id}/persons/`;
  const all = await serin.ask('GET', path);
  const emails = all.body.results.map(
    (one: { person: { properties: { email: string } } }) => one.person.properties.email,
  );
  expect(new Set(emails)).toEqual(new Set(['one@match.example', 'two@match.example']));
  const [first, second] = await Promise.all([
    serin.ask('GET', `${path}?limit=1`),
    serin.ask('GET', `${path}?limit=1&offset=1`),
  ]);
  const ids = [first, second].map(({ body }) => body.results[0].distinct_id);
  expect(new Set(ids)).toEqual(new Set(['match-1', 'match-2']));
  expect((await serin.ask('GET', `${path}?search=two@`)).body).toMatchObject({
    count: 1,
    results: [{ distinct_id: 'match-2' }],
  });
});
