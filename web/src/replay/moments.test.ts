import { expect, test } from 'vitest';
import type { EventRow } from '../api/events.ts';
import type { Recording } from '../api/recordings.ts';
import { flagChanges, flagsAt } from './flag-values.ts';
import { filterMoments, type Kind, lastAt, momentsOf } from './moments.ts';
import { nextErrorFrom } from './player-actions.ts';
import type { Digest } from './recording/digest.ts';
import { marksOf } from './seek-marks.ts';
import { rolloutAt, stageAt } from './stage-at.ts';
import { nextUnwatched } from './up-next.tsx';
import { linkable, shortUrl } from './url-words.ts';

const START_MS = Date.UTC(2026, 10, 20);

/** An id as the SDK makes it: version 7, its first 48 bits the time. */
const idAt = (ms: number, tail: string) => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${tail.padStart(12, '0')}`;
};

function event(name: string, atMs: number, properties = {}, skewMs = 0): EventRow {
  return {
    uuid: idAt(START_MS + atMs, String(atMs)),
    event: name,
    distinct_id: 'ada',
    person_id: '',
    properties,
    timestamp: new Date(START_MS + atMs + skewMs).toISOString(),
    received_at: '',
    elements: [],
  };
}

const DIGEST: Digest = {
  windowId: 'w',
  activeMs: [],
  fullMs: [],
  pages: [],
  logs: [
    { atMs: START_MS + 30, level: 'error', text: 'Boom', trace: [] },
    { atMs: START_MS + 31, level: 'info', text: 'fine', trace: [] },
  ],
  requests: [],
  notes: [{ atMs: START_MS + 5, text: 'Tab hidden' }],
};

const SKEW_MS = 7_200_000;

test('everything that happened is one list by the clock of the recorded browser', () => {
  const exception = { $exception_list: [{ type: 'TypeError', value: 'x is not a function' }] };
  const dead = { $dead_click_event_timestamp: START_MS + 1 };
  const events = [
    event('$exception', 20, exception, SKEW_MS),
    event('bought', 10, { $current_url: 'https://shop.test/cart?a=1' }),
    event('$dead_click', 3000, dead),
    { ...event('$pageview', 40), uuid: '2f1f3a60-0000-4000-8000-000000000000' },
    event('$feature_flag_called', 15, { $feature_flag: 'new', $feature_flag_response: true }),
  ];
  const moments = momentsOf(events, [DIGEST], []);
  expect(moments.map(({ atMs, kind }) => [atMs - START_MS, kind])).toEqual([
    [1, 'dead'],
    [5, 'other'],
    [10, 'custom'],
    [15, 'flag'],
    [20, 'exception'],
    [30, 'console'],
    [31, 'console'],
    [40, 'page'],
  ]);
  expect(moments[4]).toMatchObject({ title: 'TypeError', detail: 'x is not a function' });
  expect(moments[3]).toMatchObject({ title: 'new', detail: 'true' });
  expect(moments[2]).toMatchObject({ title: 'bought', detail: '/cart?a=1' });
  const errors: ReadonlySet<Kind> = new Set(['exception', 'console']);
  expect(filterMoments(moments, 'not FUNCTION', errors)).toHaveLength(1);
  expect(filterMoments(moments, '', new Set())).toEqual([]);
  expect([lastAt(moments, START_MS), lastAt(moments, START_MS + 12)]).toEqual([-1, 2]);

  const marks = marksOf(moments, { startMs: START_MS, endMs: START_MS + 40 });
  expect(marks.filter(({ isError }) => isError).map(({ share }) => share)).toEqual([0.5, 0.752]);
  expect(marks.some(({ kind }) => kind === 'other')).toBe(false);
  expect(marksOf([...moments, ...moments], { startMs: START_MS, endMs: START_MS + 40 })).toEqual(
    marks,
  );
});

test('N and P go from error to error, each shown from a little before', () => {
  const at = (ms: number) => event('$exception', ms);
  const moments = momentsOf([at(5000), at(9000)], [], []);
  const from = (ms: number, way: 1 | -1) =>
    nextErrorFrom(moments, START_MS + ms, way)?.atMs ?? Number.NaN;
  expect(from(0, 1) - START_MS).toBe(5000);
  // Where N has led to is not the next one again.
  expect(from(3000, 1) - START_MS).toBe(9000);
  expect(from(7000, -1) - START_MS).toBe(5000);
  expect([from(3000, -1), from(7000, 1)]).toEqual([Number.NaN, Number.NaN]);
});

test('rage clicks that only the server saw are told, those of the SDK once', () => {
  const burst = (atMs: number) => ({
    window_id: 'w',
    timestamp: START_MS + atMs,
    x: 1,
    y: 1,
    clicks: 4,
  });
  const moments = momentsOf([event('$rageclick', 1500)], [], [burst(1000), burst(20_000)]);
  expect(moments.map(({ atMs, detail }) => [atMs - START_MS, detail])).toEqual([
    [1500, ''],
    [20_000, '4 clicks'],
  ]);
});

test('flags are known from any event, and each change with what told it', () => {
  const changes = flagChanges([
    event('$pageview', 10, { '$feature/new': false, '$feature/color': 'red' }),
    event('$feature_flag_called', 20, {
      '$feature/new': false,
      $feature_flag: 'new',
      $feature_flag_response: true,
      $feature_flag_version: 3,
    }),
    event('$pageview', 30, { '$feature/new': true, '$feature/color': 'red' }),
  ]);
  expect(changes.map(({ key, value, before }) => [key, value, before])).toEqual([
    ['new', 'false', undefined],
    ['color', 'red', undefined],
    ['new', 'true', 'false'],
  ]);
  expect(changes[2]).toMatchObject({ version: 3, event: '$feature_flag_called' });
  const called = { $feature_flag: 'new', $feature_flag_response: true, $feature_flag_version: 4 };
  const [first] = flagChanges([
    event('$pageview', 10, { '$feature/new': true }),
    event('$feature_flag_called', 20, called),
  ]);
  // Told later, of the same value.
  expect(first).toMatchObject({ value: 'true', version: 4, event: '$pageview' });
  const values = (ms: number) => flagsAt(changes, START_MS + ms).map(({ value }) => value);
  expect([values(0), values(15), values(25)]).toEqual([
    ['red', 'false'],
    ['red', 'false'],
    ['red', 'true'],
  ]);
});

test('a flag is led to the stage of its rollout that went on then', () => {
  const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:00:00Z`;
  const ms = (hour: number) => Date.parse(at(hour));
  const rollouts = [
    { id: 'draft', flag_key: 'new', started_at: null, finished_at: null },
    { id: 'later', flag_key: 'new', started_at: at(9), finished_at: null },
    { id: 'other', flag_key: 'old', started_at: at(1), finished_at: null },
    { id: 'first', flag_key: 'new', started_at: at(2), finished_at: at(6) },
  ];
  const found = [1, 2, 5, 6, 10].map((hour) => rolloutAt(rollouts, 'new', ms(hour))?.id);
  expect(found).toEqual([undefined, 'first', 'first', undefined, 'later']);
  const stages = [{ entered_at: at(2) }, { entered_at: at(4) }, { entered_at: null }];
  expect([1, 3, 4, 9].map((hour) => stageAt(stages, ms(hour))?.entered_at)).toEqual([
    undefined,
    at(2),
    at(4),
    at(4),
  ]);
});

test('up next is what was not watched, after this one, else before it', () => {
  const recording = (id: string, viewed = false) =>
    ({ id, viewed, has_full_snapshot: true }) as Recording;
  const all = [recording('a'), recording('b', true), recording('c'), recording('d', true)];
  expect(nextUnwatched(all, 'b')?.id).toBe('c');
  expect(nextUnwatched(all, 'c')?.id).toBe('a');
  expect(nextUnwatched([recording('a')], 'a')).toBeUndefined();
});

test('only plain web addresses are linked', () => {
  expect(shortUrl('https://shop.test/a?b=1#c')).toBe('/a?b=1#c');
  expect(shortUrl('javascript:alert(1)')).toBe('javascript:alert(1)');
  expect([linkable('https://shop.test/'), linkable('javascript:alert(1)'), linkable('')]).toEqual([
    'https://shop.test/',
    undefined,
    undefined,
  ]);
});
