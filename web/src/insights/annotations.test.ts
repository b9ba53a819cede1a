import { expect, test } from 'vitest';
import type { AuditEntry } from '../api/audit.ts';
import { annotationsOf, placedOn } from './annotations.ts';

let lastId = 0;
function entry(what: Partial<AuditEntry>): AuditEntry {
  lastId += 1;
  return {
    id: String(lastId),
    at: '2026-11-20T10:00:00.000Z',
    actor: { kind: 'user', id: '1', label: 'ada', user_id: '1' },
    action: 'updated',
    resource_kind: 'flag',
    resource_id: '7',
    resource_label: 'new-ui',
    environment_id: 1,
    changes: [{ field: 'filters' }],
    reason: null,
    origin: null,
    ...what,
  };
}
const system = { kind: 'system', id: 'rollouts', label: 'rollouts', user_id: null };
const move = { resource_kind: 'rollout', resource_id: 'r1', actor: system };

test('what gives nobody another value is left out', () => {
  const entries = [
    entry({ action: 'switched_on', changes: [{ field: 'active' }] }),
    entry({ changes: [{ field: 'name' }, { field: 'version' }] }),
    entry({ ...move, action: 'created' }),
    ...['escalated', 'deadline_near', 'ticked', 'unticked', 'drilled', 'noted', 'rolled_back'].map(
      (action) => entry({ ...move, action }),
    ),
    entry({ ...move, action: 'rollback_started', reason: 'Errors went up.' }),
  ];
  expect(
    annotationsOf(entries, undefined).map(({ what, flag, tone, why }) => [what, flag, tone, why]),
  ).toEqual([
    ['Switched on', 'new-ui', 'neutral', null],
    ['Rollout: Rolled back', 'new-ui', 'harm', 'Errors went up.'],
  ]);
});

test('what a rollout does to its flag is told once', () => {
  const entries = [
    entry({ ...move, action: 'promoted', at: '2026-11-20T10:00:00.100Z' }),
    entry({ actor: system }),
    entry({ actor: system, resource_label: 'other' }),
    entry({}),
  ];
  const told = annotationsOf(entries, undefined);
  expect(told.map(({ flag, who, to }) => [flag, who, to.kind])).toEqual([
    ['other', 'Serin', 'flag'],
    ['new-ui', 'ada', 'flag'],
    ['new-ui', 'Serin', 'rollout'],
  ]);
  expect(annotationsOf(entries, 'other')).toHaveLength(1);
});

test('each stands in the interval of the project’s time zone in which it happened', () => {
  const at = (time: string) => annotationsOf([entry({ at: time })], undefined);
  const days = ['2026-11-19', '2026-11-20', '2026-11-21'];
  const placeOf = (time: string, zone: string) => [...placedOn(at(time), days, zone).keys()];
  expect(placeOf('2026-11-20T23:30:00.000Z', 'UTC')).toEqual([1]);
  expect(placeOf('2026-11-20T23:30:00.000Z', 'Europe/Berlin')).toEqual([2]);
  expect(placeOf('2026-11-19T02:00:00.000Z', 'America/New_York')).toEqual([]);
  const hours = ['2026-11-20 09:00:00', '2026-11-20 10:00:00', '2026-11-20 11:00:00'];
  expect([...placedOn(at('2026-11-20T10:59:59.000Z'), hours, 'UTC').keys()]).toEqual([1]);
});
