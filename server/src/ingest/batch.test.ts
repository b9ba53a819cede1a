import { expect, test } from 'vitest';
import { countStored, rowsByYear, siftRepeats } from './batch.ts';
import type { LogBatch, LoggedEvent } from './record.ts';
import { RecentUuids } from './uuid-set.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const uuid = (i: number): string => `01a1f921-288b-4738-869e-${String(i).padStart(12, '0')}`;

function anEvent(i: number, atMs = NOW): LoggedEvent {
  return {
    uuid: uuid(i),
    claimedMs: atMs,
    person: { event: `e${i % 2}`, distinctId: 'u', atMs, processing: 'none' },
    row: '{"x":1',
  };
}

function aBatch(events: LoggedEvent[], environmentId = 1): LogBatch {
  return { environmentId, receivedMs: NOW, warnings: [], events };
}

const recent = () =>
  new RecentUuids({ maxEntries: 1000, seed: 1, completeSinceMs: NOW - 3_600_000 });

test('keeps each uuid once per environment, and doubts what is old', () => {
  const { events, doubtful, unlikely } = siftRepeats(
    [aBatch([anEvent(1), anEvent(1), anEvent(2, NOW - 7_200_000)]), aBatch([anEvent(1)], 2)],
    recent(),
  );
  expect(events.map((event) => [event.environmentId, event.uuid])).toEqual([
    [1, uuid(1)],
    [1, uuid(2)],
    [2, uuid(1)],
  ]);
  expect(doubtful.map((event) => event.uuid)).toEqual([uuid(2)]);
  expect(unlikely.map((event) => event.uuid)).toEqual([uuid(1), uuid(1)]);
});

test('puts each year into an insert of its own, whole', () => {
  const times = [NOW, NOW - 1, Date.UTC(2025, 0, 1), 0];
  const { events } = siftRepeats([aBatch(times.map((at, i) => anEvent(i, at)))], recent());
  const stamps = events.map(() => ({ personId: 'p', mode: 'full' as const }));
  const years = rowsByYear(events, stamps);
  expect([...years].map(([year, rows]) => [year, rows.length])).toEqual([
    ['2026', 2],
    ['2025', 1],
    ['1970', 1],
  ]);
  expect(JSON.parse(years.get('1970')?.[0]?.row ?? '')).toEqual({
    x: 1,
    person_id: 'p',
    person_mode: 'full',
  });
});

test('counts by environment with distinct names', () => {
  const { events } = siftRepeats([aBatch([1, 2, 3].map((i) => anEvent(i)))], recent());
  expect(countStored(events)).toEqual([{ environmentId: 1, count: 3, names: ['e1', 'e0'] }]);
});
