import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { incidenceOf } from './affected-sql.ts';
import {
  countActive,
  countAffected,
  findSessions,
  findSessionsWithout,
  listAffected,
} from './affected.query.ts';
import { checkHealth } from './observation.ts';
import {
  at,
  call,
  error,
  FLAG,
  given,
  hashOf,
  insiders,
  lookAt,
  outsiders,
  seen,
  SETTLED,
  UNHURRIED,
} from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const look = (...[events, about]: [Parameters<typeof lookAt>[1], Parameters<typeof lookAt>[2]?]) =>
  lookAt(stores, events, about);
const [inId = '', inId2 = ''] = insiders;
const [outId = '', outId2 = ''] = outsiders;

test('people enter at the later of their first call and their first sign of life in the stage', async () => {
  const observation = await look([
    call(inId, -500),
    seen(inId, 3),
    error(inId, 4),
    call(outId, 10),
    seen(outId, 1),
    error(outId, 5),
  ]);
  expect(observation).toMatchObject({
    people: { treatment: 1, control: 1 },
    // The error of `outId` came five minutes before the person entered: it is no outcome of the stage.
    rows: [[1, 0, 1, 0]],
    split: { treatment: 1, control: 1 },
  });
});

test('who never called the flag, or got no answer, is not exposed', async () => {
  const observation = await look([
    seen(inId, 1),
    call(outId, 1, { flagResponse: '' }),
    call(inId2, 1, { properties: { $feature_flag_error: 'timeout,flag_missing' } }),
    call(outId2, 1, { flag: 'other' }),
    call('gone', -10),
  ]);
  expect(observation.people).toEqual({ treatment: 0, control: 0 });
});

test('a request that named the flag is a call, and other errors of a call do not matter', async () => {
  const observation = await look([
    call(inId, 1, { event: '$feature_flag_evaluated' }),
    call(outId, 1, { properties: { $feature_flag_error: 'errors_while_computing_flags' } }),
  ]);
  expect(observation.people).toEqual({ treatment: 1, control: 1 });
});

test('time is when the server received an event, up to the watermark', async () => {
  const late = { atMs: at(1), receivedAtMs: at(20) };
  const observation = await look(
    [call(inId, 0), error(inId, 1, late), call(outId, 0), error(outId, 1)],
    { watermarkMs: at(20) },
  );
  expect(observation.rows).toEqual([[1, 1, 0, 1]]);
  const after = await look([call(inId, 0), error(inId, 1, late)], { watermarkMs: at(20) + 1 });
  expect(after.rows).toEqual([[1, 0, 1, 0]]);
});

test('an outcome just before its exposure counts: they came in one batch', async () => {
  const observation = await look([
    error(inId, 9),
    call(inId, 10),
    error(outId, 7),
    call(outId, 10),
  ]);
  expect(observation.rows).toEqual([[1, 1, 1, 0]]);
});

test('buckets keep people of different minutes apart, and leave out those without an outcome', async () => {
  const observation = await look([
    call(inId, 1),
    call(outId, 1),
    error(inId, 2),
    call(inId2, 5),
    call(outId2, 6),
    error(outId2, 6),
  ]);
  expect(observation.rows).toEqual([
    [1, 1, 1, 0],
    [0, 1, 0, 1],
  ]);
  expect(observation.people).toEqual({ treatment: 2, control: 2 });
});

test('where estimates decide, buckets say whether their people have had time', async () => {
  const events = [call(inId, 1), call(outId, 1), call(inId2, 51), seen(inId2, 51)];
  const about = { maturesAfterMs: [10 * 60_000] };
  const observation = await look([...events, seen(inId, 1), seen(outId, 1)], about);
  expect(observation.rows).toHaveLength(2);
  expect(observation.matured).toEqual([1]);
});

test('values that clients still report long after they entered are checked against the arm', async () => {
  const reports = (value: string) => ({ flags: { [FLAG]: value } });
  const observation = await look([
    call(inId, 0, { flagResponse: 'false' }),
    seen(inId, 11, reports('true')),
    call(outId, 0),
    seen(outId, 11, reports('true')),
    call(inId2, 0, { flagResponse: 'false' }),
    call(outId2, 0),
    seen(outId2, 9, reports('true')),
  ]);
  expect(observation.reported).toEqual({ people: 2, disagreeing: 1 });
});

test('who was seen lately tells a silent arm from a quiet one', async () => {
  const observation = await look([call(inId, 1), seen(inId, 29), call(outId, 1), seen(outId, 31)]);
  expect(observation.recent).toEqual({ treatment: 0, control: 1 });
});

test('a repeated call alone is no sign of life: only those whose value changed repeat it', async () => {
  const observation = await look([
    call(inId, -10, { flagResponse: 'false' }),
    call(inId, 5, { flagResponse: 'true' }),
    call(outId, -10),
    call(inId2, -10),
    call(inId2, 5, { event: '$feature_flag_evaluated' }),
    seen(inId2, 6),
  ]);
  expect(observation.people).toEqual({ treatment: 1, control: 0 });
});

test('a ramp in which most people return with silent SDKs keeps the sample ratio quiet', async () => {
  // Everyone calls the flag at 5 %; SDKs then report again only those whose value changes at 25 %.
  const crowd = Array.from({ length: 4000 }, (_, i) => `returning-${i}`);
  const events = crowd.flatMap((id, i): TestEvent[] => {
    const moves = hashOf(id) > 0.05 && hashOf(id) <= 0.25;
    const earlier = call(id, -600 + (i % 100), { flagResponse: String(hashOf(id) <= 0.05) });
    if (i % 5 === 4) return [call(id, i % 60, { flagResponse: String(hashOf(id) <= 0.25) })];
    const back = seen(id, i % 60);
    return moves ? [earlier, back, call(id, i % 60, { flagResponse: 'true' })] : [earlier, back];
  });
  const observation = await look(events, { assignment: { kind: 'hash', share: 0.25 } });
  expect(observation.people.treatment + observation.people.control).toBe(4000);
  expect(checkHealth(observation, 0.25).problem).toBeNull();
  // Counting only who reports in the stage, as a naive rule would, loses those who stay off.
  const reporting = events.filter((event) => event.flag === FLAG && event.atMs >= at(0));
  const treatment = reporting.filter((event) => event.flagResponse === 'true').length;
  const naive = { treatment, control: reporting.length - treatment };
  expect(checkHealth({ ...observation, split: naive }, 0.25).problem?.reason).toBe('srm');
});

test('affected are those whose apps reported the change, hurt from then on, with sessions of both arms', async () => {
  const on = { flagResponse: 'true' };
  const off = { flagResponse: 'false' };
  const { environmentId } = await given(stores, [
    // Had an error before the change, and another one with it.
    call('late', 1, off),
    error('late', 2, { sessionId: 's-late-before' }),
    seen('late', 10, { flags: { [FLAG]: 'true' } }),
    error('late', 12, { sessionId: 's-late' }),
    // Fine with the change; an error only before it.
    call('fine', 9, on),
    error('fine', 1, { sessionId: 's-fine-before' }),
    seen('fine', 20, { event: 'order', sessionId: 's-fine' }),
    call('without', 5, off),
    error('without', 6, { sessionId: 's-without' }),
    error('without', 7),
    // Active, but no app of theirs knows the flag; and one whose call failed.
    seen('stranger', 3),
    call('failed', 3, { ...on, properties: { $feature_flag_error: 'flag_missing' } }),
    // After the end.
    call('after', 40, on),
  ]);
  const question = {
    environmentId,
    flagKey: FLAG,
    treatmentValue: 'true',
    fromMs: SETTLED,
    toMs: at(30),
    incidences: [
      { event: '$exception', filters: [], property: null, above: null },
      { event: 'order', filters: [], property: null, above: null },
    ],
  };
  const { clickhouse } = stores;
  expect(await countAffected(clickhouse, question, UNHURRIED)).toEqual({
    treatment: {
      people: 2,
      incidences: [
        { people: 1, firstAtMs: at(12) },
        { people: 1, firstAtMs: at(20) },
      ],
    },
    control: {
      people: 1,
      incidences: [
        { people: 1, firstAtMs: at(6) },
        { people: 0, firstAtMs: null },
      ],
    },
  });
  const errors = { ...question, incidences: question.incidences.slice(0, 1) };
  const people = await listAffected(clickhouse, errors, { limit: 10, offset: 0 }, UNHURRIED);
  expect(
    people.map(({ distinctId, sinceMs, hurtAtMs }) => [distinctId, sinceMs, hurtAtMs]),
  ).toEqual([
    ['late', at(10), at(12)],
    ['fine', at(9), null],
  ]);
  const unhurt = await listAffected(
    clickhouse,
    { ...question, incidences: [] },
    { limit: 1, offset: 1 },
    UNHURRIED,
  );
  expect(unhurt).toMatchObject([{ distinctId: 'late', hurtAtMs: null }]);
  expect(await countActive(clickhouse, question, UNHURRIED)).toBe(5);
  const sessions = await findSessions(clickhouse, errors, 5, UNHURRIED);
  expect(sessions.map(({ arm, sessionId, atMs }) => [arm, sessionId, atMs])).toEqual([
    ['treatment', 's-late', at(12)],
    ['control', 's-without', at(6)],
  ]);
  // Less orders are harm: those with the change who did not order.
  const missing = await findSessionsWithout(clickhouse, question, 1, 5, UNHURRIED);
  expect(missing.map(({ sessionId }) => sessionId)).toEqual(['s-late', 's-late-before']);
});

test('what counts of a guardrail is its event, its last step, or a value that is too large', () => {
  const base = { event: 'e', filters: [] };
  const of = (measure: object) => incidenceOf({ ...base, measure } as never);
  const steps = [base, { event: 'paid', filters: [] }];
  expect(of({ kind: 'share' })).toMatchObject({ event: 'e', property: null, above: null });
  expect(of({ kind: 'conversion', steps })).toMatchObject({ event: 'paid', above: null });
  expect(of({ kind: 'latency', property: 'ms', threshold: 900 })).toMatchObject({
    property: 'ms',
    above: 900,
  });
});
