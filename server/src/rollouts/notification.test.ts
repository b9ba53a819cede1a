import { expect, test } from 'vitest';
import { decide } from './gate/gate.ts';
import type { RolloutNews } from './news.ts';
import { rolloutMessages } from './notification.ts';
import { aGuardrail, aLook, anObservation, aPlan, aPosition } from './test-builders.ts';

const plan = aPlan();
const position = aPosition(plan);

const rolloutMessage = (about: RolloutNews) => rolloutMessages(about)[0]?.message ?? null;

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
  from: 'baking',
  verdict: null,
  killSwitchKey: null,
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
  [{ holdReason: 'inconclusive' }, 'rollout.held', 'warning', 'open'],
  // Whoever pauses is there: what was open has an answer, and nobody is woken.
  [{ holdReason: 'manual' }, 'rollout.held', 'warning', 'acknowledge'],
  [{ type: 'noted' }, 'guardrail.shadow_would_fire', 'warning', undefined],
  [{ type: 'extended' }, 'rollout.acknowledged', 'info', 'note'],
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
  expect(rolloutMessage(news({ type: 'acknowledged' }))?.incident?.step).toBe('acknowledge');
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

test('every way out of a hold ends what people were woken for', () => {
  const ways = [
    { type: 'promoted', to: 'applying' },
    { type: 'resumed', to: 'baking' },
    { type: 'jumped', to: 'applying' },
    { type: 'cancelled', to: 'cancelled' },
  ] as const;
  for (const way of ways) {
    const about = { ...news({ ...way, holdReason: null }), from: 'holding' } as const;
    const key = 'rollout:r1:attempt:1';
    expect(rolloutMessages(about).map(({ message }) => message.incident)).toEqual([
      { key, step: 'resolve' },
      // A rollback that could not be written for a while has woken people, too.
      { key, step: 'resolve', alert: 'rollback' },
    ]);
  }
  const settled = { ...news({ type: 'stage_applied' }), from: 'holding' } as const;
  expect(rolloutMessages(settled).map(({ message }) => message.incident)).toEqual([null]);
});

test('a rollback wakes people under a key of its own, and then ends the alert of its hold', () => {
  const key = 'rollout:r1:attempt:1';
  const back = news({ type: 'rollback_started', to: 'rolling_back', flag: 'rollback' });
  expect(
    rolloutMessages({ ...back, from: 'holding' }).map((told) => [
      told.message.incident,
      told.isForAlerts,
    ]),
  ).toEqual([
    [{ key, step: 'open', alert: 'rollback' }, false],
    [{ key, step: 'resolve' }, true],
  ]);
  for (const type of ['rollback_stuck', 'rolled_back', 'acknowledged'] as const) {
    const after = news({ type, to: 'rolled_back', holdReason: null });
    expect(rolloutMessage(after)?.incident).toMatchObject({ key, alert: 'rollback' });
    // Alerts of the version before have the key of the hold.
    const others = rolloutMessages(after).slice(1);
    expect(others.map(({ message }) => message.incident)).toEqual(
      rolloutMessage(after)?.incident?.step === 'resolve' ? [{ key, step: 'resolve' }] : [],
    );
  }
});

test('a hold says what was found, whom it hurts, and leads to recordings and to the kill switch', () => {
  const observation = anObservation({ nT: 300, nC: 2_700, a: 30, b: 20 });
  const { verdict } = decide(aLook({ plan, observation }));
  const about = { ...news({}), verdict, incidentId: 'i1' };
  const message = rolloutMessage(about);
  expect(message?.facts.slice(1, 5)).toEqual([
    { name: 'Verdict', value: 'Red: harm is proven' },
    {
      name: 'At fault',
      value: expect.stringMatching(
        /^errors: 30 of 300 people with the change had \$exception \(10\.0 %\), 20 of 2700 without .*plausible/,
      ),
    },
    { name: 'Affected', value: '30 of 300 people with the change (errors)' },
    { name: 'People', value: '100 with the change, 900 without' },
  ]);
  expect(message?.data).toMatchObject({ verdict: 'red', culprits: ['errors'] });
  expect(message?.links.map(({ text }) => text)).toEqual([
    'Open the incident',
    'Watch recordings with the change',
    'Open the rollout',
    'Kill: switch new-checkout off',
    'Open the flag',
  ]);
  const filter = new URL(message?.links[1]?.url ?? '', 'http://x').searchParams.get('filter');
  expect(JSON.parse(filter ?? '').conditions).toEqual([
    { kind: 'flag_value', flag: 'new-checkout', values: ['true'] },
    { kind: 'event', event: '$exception', properties: [], without_session: true },
  ]);
  const killed = rolloutMessage({ ...about, killSwitchKey: 'stop' })?.links[3];
  expect(killed?.url).toBe('/feature-flags/stop?environment=production');
  expect(rolloutMessage(news({ type: 'promoted' }))?.links.map(({ text }) => text)).toEqual([
    'Open the rollout',
    'Open the flag',
  ]);
});

test('where less is harm, those who are missing are told', () => {
  const orders = aGuardrail({
    id: 'orders',
    event: 'order',
    harm: 'down',
    bands: { scale: 'ratio', compare: 'relative', yellow: 0.9, red: 0.8 },
    absolute: null,
  });
  const lossy = aPlan({ guardrails: [orders] });
  const observation = anObservation({ nT: 4_000, nC: 4_000, a: 50, b: 200 });
  const { verdict } = decide(aLook({ plan: lossy, observation }));
  const message = rolloutMessage({ ...news({}), plan: lossy, verdict });
  const told = message?.facts.find(({ name }) => name === 'Affected');
  expect(told?.value).toBe('about 150 missing of 4000 people with the change (orders)');
  // Sessions without the event.
  expect(message?.links[0]?.url).toContain('%22negated%22%3Atrue');
});

test('what only the time line needs is no news', () => {
  expect(rolloutMessage(news({ type: 'created' }))).toBeNull();
});
