import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ErasePlan, expiredEvents, quoted, startOfKept, targetsOf } from './deletion.ts';

const PLAN: ErasePlan = {
  environmentId: 7,
  kind: 'people',
  personIds: ['0190f3a2-0000-5000-8000-000000000001'],
  distinctIds: ['ada', "o'neil\\"],
  deletesEvents: true,
  deletesRecordings: true,
  deletesPeople: true,
  beforeMs: 1000,
  copyVersion: '42',
};

test('people are erased from every table that knows them, up to the moment of the request', () => {
  expect(targetsOf(PLAN, [])).toEqual([
    {
      table: 'events',
      where: String.raw`environment_id = 7 AND distinct_id IN ('ada','o\'neil\\') AND received_at <= fromUnixTimestamp64Milli(1000)`,
    },
    {
      table: 'exception',
      where: String.raw`environment_id = 7 AND distinct_id IN ('ada','o\'neil\\') AND received_at <= fromUnixTimestamp64Milli(1000)`,
    },
    {
      table: 'rollout_piece',
      where: String.raw`environment_id = 7 AND distinct_id IN ('ada','o\'neil\\')`,
    },
    ...['session_event', 'session_flag'].map((table) => ({
      table,
      where: String.raw`environment_id = 7 AND distinct_id IN ('ada','o\'neil\\') AND first_at <= fromUnixTimestamp64Milli(1000)`,
    })),
    {
      table: 'person_overrides',
      where: String.raw`environment_id = 7 AND distinct_id IN ('ada','o\'neil\\') AND person_id IN ('0190f3a2-0000-5000-8000-000000000001')`,
    },
    {
      table: 'person',
      where:
        "environment_id = 7 AND id IN ('0190f3a2-0000-5000-8000-000000000001') AND is_deleted = 0 AND version <= 42",
    },
    {
      table: 'rollout_person',
      where: "person_id IN ('0190f3a2-0000-5000-8000-000000000001')",
    },
    {
      table: 'cohort_person',
      where: "environment_id = 7 AND person_id IN ('0190f3a2-0000-5000-8000-000000000001')",
    },
  ]);
  const tablesOf = (change: Partial<ErasePlan>) =>
    targetsOf({ ...PLAN, ...change }, []).map(({ table }) => table);
  expect(tablesOf({ deletesPeople: false })).toEqual([
    'events',
    'exception',
    'rollout_piece',
    'session_event',
    'session_flag',
  ]);
  expect(
    targetsOf({ ...PLAN, kind: 'recording', deletesEvents: false, deletesPeople: false }, ['s-1']),
  ).toContainEqual({
    table: 'replay_block',
    where: "environment_id = 7 AND session_id IN ('s-1')",
  });
  expect(tablesOf({ deletesEvents: false })).not.toContain('events');
  expect(tablesOf({ distinctIds: [], personIds: [] })).toEqual([]);
});

test('long lists are cut so that each statement fits and no id is lost', () => {
  const ids = fc.array(fc.string({ maxLength: 200, unit: 'grapheme' }), { maxLength: 400 });
  fc.assert(
    fc.property(ids, (distinctIds) => {
      const targets = targetsOf({ ...PLAN, deletesPeople: false, distinctIds }, []);
      for (const { where } of targets) expect(Buffer.byteLength(where)).toBeLessThan(200_000);
      const said = targets.map(({ where }) => where).join(' ');
      for (const id of distinctIds) expect(said).toContain(quoted(id));
    }),
  );
});

test('whole days are kept, counted from the beginning of today', () => {
  const noon = Date.UTC(2026, 10, 20, 12);
  expect(startOfKept(noon, 30)).toBe(Date.UTC(2026, 9, 21));
  expect(startOfKept(Date.UTC(2026, 10, 20), 30)).toBe(Date.UTC(2026, 9, 21));
  const where = 'environment_id IN (1, 2) AND timestamp < fromUnixTimestamp64Milli(5)';
  expect(expiredEvents([1, 2], 5)).toEqual([
    { table: 'events', where },
    { table: 'exception', where },
    ...['session_event', 'session_flag'].map((table) => ({
      table,
      where: "environment_id IN (1, 2) AND day < toDate(fromUnixTimestamp64Milli(5, 'UTC'))",
    })),
  ]);
});
