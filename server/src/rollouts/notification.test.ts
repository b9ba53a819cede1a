import { expect, test } from 'vitest';
import { rolloutMessage, type RolloutNews } from './notification.ts';
import { aPlan, aPosition } from './test-builders.ts';

const plan = aPlan();
const position = aPosition(plan);

const news = (transition: Partial<RolloutNews['transition']>): RolloutNews => ({
  rolloutId: 'r1',
  flagKey: 'new-checkout',
  environment: { key: 'production', name: 'Production' },
  plan,
  position,
  attempt: position.attempt,
  incidentId: null,
  actor: 'controller',
  people: { treatment: 100, control: 900 },
  transition: {
    type: 'held',
    to: 'holding',
    holdReason: 'yellow',
    stageIndex: 0,
    deadlineAtMs: Date.UTC(2026, 10, 30, 14),
    reasons: ['errors: worse.'],
    flag: null,
    carry: position.carry,
    ...transition,
  },
});

test('a yellow hold opens an incident with its reasons, people and deadline', () => {
  const message = rolloutMessage(news({}));
  expect(message).toMatchObject({
    type: 'rollout.yellow',
    severity: 'warning',
    title: 'new-checkout in Production looks worse and stops expanding',
    summary: 'errors: worse.',
    source: 'new-checkout/production',
    incident: { key: 'rollout:r1:attempt:1', step: 'open' },
    data: { people: { treatment: 100, control: 900 }, deadline_at: '2026-11-30T14:00:00.000Z' },
  });
  expect(message?.facts.map(({ name }) => name)).toEqual([
    'Stage',
    'People',
    'Decide before',
    'By',
  ]);
});

test.each([
  [{ holdReason: 'srm' }, 'rollout.srm', 'warning', 'open'],
  [{ holdReason: 'no_data' }, 'rollout.data_missing', 'warning', 'open'],
  [{ holdReason: 'source_down' }, 'rollout.source_down', 'warning', 'open'],
  [{ holdReason: 'manual' }, 'rollout.held', 'warning', 'update'],
  [{ type: 'rollback_started' }, 'rollout.red', 'error', 'open'],
  [{ type: 'rolled_back' }, 'rollout.rolled_back', 'error', 'resolve'],
  [{ type: 'escalated' }, 'rollout.escalated', 'critical', 'open'],
  [{ type: 'resumed' }, 'rollout.resumed', 'info', 'resolve'],
  [{ type: 'promoted' }, 'rollout.promoted', 'info', undefined],
  [{ type: 'stage_applied' }, 'rollout.stage_applied', 'info', undefined],
  [{ type: 'rollback_stuck' }, 'rollout.rollback_stuck', 'critical', 'open'],
] as const)('%o is told as %s', (transition, type, severity, step) => {
  const message = rolloutMessage(news({ deadlineAtMs: null, ...transition }));
  expect(message).toMatchObject({ type, severity });
  expect(message?.incident?.step).toBe(step);
});

test('an incident is linked first, and ends with what ends it', () => {
  const about = { ...news({ deadlineAtMs: null, type: 'promoted' }), incidentId: 'i1' };
  expect(rolloutMessage(about)).toMatchObject({
    incident: { step: 'resolve' },
    links: [{ url: '/incidents/i1?environment=production' }, {}, {}],
    data: { incident_id: 'i1' },
  });
  // Taken back by the controller it stays open until it is acknowledged.
  const back = { ...news({ type: 'rolled_back' }), incidentId: 'i1' };
  expect(rolloutMessage(back)?.incident?.step).toBe('update');
  const seen = news({ type: 'acknowledged', to: 'rolled_back', holdReason: null });
  expect(rolloutMessage(seen)?.incident?.step).toBe('resolve');
  expect(rolloutMessage(news({ type: 'acknowledged' }))?.incident?.step).toBe('update');
});

test('what going back does to data is told where somebody may have to decide', () => {
  const lossy = aPlan({ impact: { kind: 'C', isInStep: false, note: 'Carts are lost.' } });
  const factsAt = (type: 'held' | 'rolled_back' | 'promoted', of = lossy) =>
    rolloutMessage({ ...news({ type }), plan: of })?.facts.filter(({ name }) => name === 'Data');
  const value = 'Going back loses what was written with the change. Carts are lost.';
  expect(factsAt('held')).toEqual([{ name: 'Data', value }]);
  expect(factsAt('rolled_back')).toEqual([{ name: 'Data', value }]);
  expect(factsAt('promoted')).toEqual([]);
  expect(factsAt('held', plan)).toEqual([]);
});

test('what only the time line needs is no news', () => {
  expect(rolloutMessage(news({ type: 'created' }))).toBeNull();
});
