import { expect, test } from 'vitest';
import type { ActorsSource } from '../api/insights.ts';
import { beganAt } from './filter.ts';
import { recordingsBehind } from './links.ts';

const node = (event: string) => ({ kind: 'EventsNode' as const, event });
const dateRange = { date_from: '-30d' };
const funnel = { kind: 'FunnelsQuery' as const, series: ['seen', 'pay'].map(node), dateRange };
const step = (funnelStep: number): ActorsSource => ({
  kind: 'FunnelsActorsQuery',
  source: funnel,
  funnelStep,
});
const did = (event: string) => ({ kind: 'event' as const, event, without_session: true });

test('who took a step is watched there, who did not at the last that they took', () => {
  expect(recordingsBehind(step(2))).toEqual({
    date_from: '-30d',
    conditions: [{ kind: 'people_behind', people: step(2) }, did('pay')],
  });
  expect(recordingsBehind(step(-2))?.conditions).toEqual([
    { kind: 'people_behind', people: step(-2) },
    did('seen'),
  ]);
});

test('a point of a trend is the days of its interval, a cell of retention what was done again', () => {
  const trend: ActorsSource = {
    kind: 'InsightActorsQuery',
    source: { kind: 'TrendsQuery', series: [node('a'), node('b')], interval: 'month' },
    series: 1,
    day: '2026-02-01T00:00:00',
  };
  expect(recordingsBehind(trend)).toMatchObject({
    date_from: '2026-02-01',
    date_to: '2026-02-28',
    conditions: [{}, did('b')],
  });
  const retention: ActorsSource = {
    kind: 'InsightActorsQuery',
    source: {
      kind: 'RetentionQuery',
      retentionFilter: { targetEntity: { id: 'join' }, returningEntity: { id: 'back' } },
    },
    interval: 0,
    day: 3,
  };
  expect(recordingsBehind(retention)).toMatchObject({
    date_from: '-7d',
    conditions: [{}, did('back')],
  });
});

test('sessions are named, groups have none', () => {
  const counted = (more: object): ActorsSource => ({
    kind: 'FunnelsActorsQuery',
    source: { ...funnel, ...more },
    funnelStep: 1,
  });
  const bySession = counted({
    funnelsFilter: { funnelAggregateByHogQL: 'properties.$session_id' },
  });
  expect(recordingsBehind(bySession, ['s1'])).toEqual({
    conditions: [{ kind: 'sessions', ids: ['s1'] }],
  });
  expect(recordingsBehind(counted({ aggregation_group_type_index: 0 }))).toBeUndefined();
});

test('the one that was opened is looked for by when it began, under the conditions of its list', () => {
  const filter = { conditions: [did('pay'), did('seen')], match: 'any' as const, date_to: '-3d' };
  expect(beganAt(filter, '2026-11-20T12:00:00.250Z')).toEqual({
    ...filter,
    date_from: '2026-11-20T11:59:59.250Z',
    date_to: '2026-11-20T12:00:01.250Z',
  });
});
