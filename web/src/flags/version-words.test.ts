import { expect, test } from 'vitest';
import { afterRestore, versionChanges, versionTitle, type VersionState } from './version-words.ts';
import { hasVariant, usageAxis, valueColor, valueOrder } from './usage-words.ts';

const state = (changes: Partial<VersionState> = {}): VersionState => ({
  key: 'new-checkout',
  name: '',
  active: true,
  archived: false,
  deleted: false,
  filters: { groups: [{ properties: [], rollout_percentage: 10 }] },
  tags: [],
  evaluation_contexts: [],
  evaluation_runtime: 'all',
  bucketing_identifier: 'distinct_id',
  ensure_experience_continuity: false,
  kind: 'release',
  is_remote_configuration: false,
  value_type: null,
  value_source: null,
  kill_switch_id: null,
  owner_id: null,
  payload_schema: null,
  ...changes,
});

test('every field that differs is named, the switch first', () => {
  const wider = { groups: [{ properties: [], rollout_percentage: 50 }] };
  const changes = versionChanges(
    state(),
    state({ active: false, filters: wider, tags: ['a'], payload_schema: { type: 'object' } }),
  );
  expect(changes.map(({ what, before, after }) => [what, before, after])).toEqual([
    ['Switch', 'on', 'off'],
    ['Tags', 'none', 'a'],
    ['Payload schema', 'none', '{"type":"object"}'],
    ['Set 1', '10 % of everyone', '50 % of everyone'],
  ]);
  expect(versionChanges(state(), state())).toEqual([]);
});

test('restoring leaves names, tags and owner alone', () => {
  const now = state({ name: 'Now', tags: ['new'], owner_id: 'ada', active: false });
  const then = state({ name: 'Then', tags: ['old'], kill_switch_id: 7 });
  expect(afterRestore(now, then)).toEqual(
    state({ name: 'Now', tags: ['new'], owner_id: 'ada', active: true, kill_switch_id: 7 }),
  );
});

test.each([
  [null, 'As it was found'],
  ['switched_off', 'Switched off'],
  ['never_heard_of', 'Never heard of'],
])('the action %s is told as %s', (action, title) => {
  expect(versionTitle(action)).toBe(title);
});

test('values keep their order, so their colours stay', () => {
  const named = (...values: string[]) => values.map((value) => ({ value, counts: [] }));
  const order = valueOrder(named('other', 'b', 'false', 'a', 'true'));
  expect(order.map(({ value }) => value)).toEqual(['true', 'a', 'b', 'false', 'other']);
  expect(hasVariant(order)).toBe(true);
  expect(order.map(({ value }, place) => valueColor(value, place, true))).toEqual([
    'on',
    'off',
    'purple',
    'grey',
    'grey',
  ]);
  expect(valueColor('false', 1, false)).toBe('off');
});

test('days of use are the server’s, each by its own name', () => {
  const axis = usageAxis({ from: '2026-11-18T00:00:00.000Z', step_seconds: 86_400, steps: 3 });
  expect(axis).toEqual({
    days: ['2026-11-18', '2026-11-19', '2026-11-20'],
    interval: 'day',
    span: { from: '2026-11-18T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z', timeZone: 'UTC' },
  });
  const hours = usageAxis({ from: '2026-11-18T00:00:00.000Z', step_seconds: 3600, steps: 2 });
  expect(hours.days.every((day) => /^2026-11-1\d \d\d:00:00$/.test(day))).toBe(true);
});
