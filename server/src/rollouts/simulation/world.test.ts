import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';
import { ROLLOUT_PLAN, rolloutWorld, truthOf } from './test-worlds.ts';
import { readWorld, type WorldInput } from './world.contract.ts';

const GOOD: WorldInput = { people_per_minute: 100, plan: ROLLOUT_PLAN, truth: truthOf() };
const firstTruth = (change: object) => [{ ...truthOf()[0], ...change }, ...truthOf().slice(1)];

test.each<[field: string, file: unknown]>([
  ['world', undefined],
  ['colour', { ...GOOD, colour: 'red' }],
  ['people_per_minute', { ...GOOD, people_per_minute: -1 }],
  ['people_per_minute', { ...GOOD, people_per_minute: [[5, 100]] }],
  ['returning_share', { ...GOOD, returning_share: 1 }],
  ['plan.stages', { ...GOOD, plan: { ...ROLLOUT_PLAN, stages: [] } }],
  [
    'plan.guardrails.0.red',
    {
      ...GOOD,
      plan: { ...ROLLOUT_PLAN, guardrails: [{ ...ROLLOUT_PLAN.guardrails[0], red: 1.2 }] },
      truth: [truthOf()[0]],
    },
  ],
  [
    'plan.stages.0.properties',
    {
      ...GOOD,
      plan: {
        ...ROLLOUT_PLAN,
        stages: [{ name: 'staff', properties: [{ key: 'email', value: 'a@b' }] }],
      },
    },
  ],
  ['truth.0.guardrail', { ...GOOD, truth: firstTruth({ guardrail: 'other' }) }],
  ['truth.0.control', { ...GOOD, truth: firstTruth({ control: { p95_ms: 100 } }) }],
  ['truth.0.treatment', { ...GOOD, truth: firstTruth({ treatment: {} }) }],
  ['truth', { ...GOOD, truth: truthOf().slice(1) }],
  ['truth', { ...GOOD, truth: firstTruth({ from_minute: 10 }) }],
  ['faults.0.kind', { ...GOOD, faults: [{ at_minute: 1, for_minutes: 1, kind: 'flood' }] }],
  [
    'faults.0.for_minutes',
    { ...GOOD, faults: [{ at_minute: 1, for_minutes: -1, kind: 'restart' }] },
  ],
])('a wrong world is refused by its field: %s', (field, file) => {
  const world = readWorld(file);
  expect(Array.isArray(world) ? world[0] : world).toMatchObject({ field });
});

test('stages for named people are passed over, and named', () => {
  const staff = { name: 'staff', properties: [{ key: 'email', value: 'a@b' }] };
  const plan = { ...ROLLOUT_PLAN, stages: [staff, ...ROLLOUT_PLAN.stages] };
  const world = readWorld({ ...GOOD, plan });
  expect(world).toMatchObject({ leftOut: ['staff'], plan: { stages: [{}, {}, {}, {}] } });
  expect(readWorld(GOOD)).toMatchObject({ leftOut: [] });
});

type Fault = NonNullable<WorldInput['faults']>[number];
const withFault = (fault: Fault, minutes = 600) =>
  simulate(rolloutWorld({ minutes, faults: [fault] }), 3);
const kindsOf = (fault: Fault) =>
  withFault(fault).events.map(({ type, holdReason }) =>
    holdReason ? `${type}:${holdReason}` : type,
  );

test('without an event store the stage is held, and goes on when the store is back', () => {
  const kinds = kindsOf({ kind: 'source_down', at_minute: 20, for_minutes: 30 });
  expect(kinds.slice(0, 5)).toEqual([
    'started',
    'stage_applied',
    'held:source_down',
    'resumed',
    'promoted',
  ]);
});

test('events that wait for long hold the stage', () => {
  const kinds = kindsOf({ kind: 'late_events', at_minute: 20, for_minutes: 30 });
  expect(kinds.slice(2, 4)).toEqual(['held:source_down', 'resumed']);
});

test('treatment people who are never seen hold the stage', () => {
  const story = withFault({ kind: 'no_treatment_exposures', at_minute: 10, for_minutes: 500 });
  expect(story).toMatchObject({ end: 'held', position: { stageIndex: 0 } });
});

test('a controller that was away promotes only after two fresh looks', () => {
  const story = withFault({ kind: 'restart', at_minute: 10, for_minutes: 200 });
  const promoted = story.events.find(({ type }) => type === 'promoted');
  expect(promoted?.minute).toBeGreaterThan(210);
});

test.each([-600, 600])('a clock that jumps by %d minutes promotes nothing at once', (jump) => {
  const story = withFault({ kind: 'clock_jump', at_minute: 20, for_minutes: jump });
  const promoted = story.events.find(({ type }) => type === 'promoted');
  expect(promoted === undefined || promoted.minute > 22).toBe(true);
});

test('a plan that starts in a change window waits for it, and widens only within one', () => {
  const policy = { ...ROLLOUT_PLAN.policy, change_windows: ['Mon-Fri 02:00-03:30 UTC'] };
  const story = simulate(rolloutWorld({ plan: { ...ROLLOUT_PLAN, policy } }), 1);
  const [scheduled, started] = story.events;
  expect([scheduled?.type, started?.type, started?.minute]).toEqual(['scheduled', 'started', 120]);
  const widened = story.events.filter(({ type }) => type === 'promoted');
  expect(widened.length).toBeGreaterThan(0);
  for (const { minute } of widened) {
    expect(minute % 1440).toBeGreaterThanOrEqual(120);
    expect(minute % 1440).toBeLessThan(210);
  }
});
