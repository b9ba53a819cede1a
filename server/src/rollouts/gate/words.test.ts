import { expect, test } from 'vitest';
import { factsOf } from '../notification-body.ts';
import {
  aGuardrail,
  aLook,
  anObservation,
  aPlan,
  aPosition,
  outcome,
  T0,
} from '../test-builders.ts';
import { decide } from './gate.ts';
import { describeNext } from './next-step.ts';

const plan = aPlan({ unit: 'company' });
const position = aPosition(plan);
const look = (observation: ReturnType<typeof anObservation>) =>
  aLook({ plan, position, observation });

test('of groups a decision and its news speak by the name of their type', () => {
  const harmful = decide(look(anObservation({ nT: 400, nC: 3600, a: 40, b: 36 })));
  const { transition } = harmful;
  expect(transition?.type).toBe('rollback_started');
  expect(transition?.reasons[0]).toMatch(
    /^errors: 40 of 400 companies with the change had \$exception \(10\.0 %\), 36 of 3600 without/,
  );
  const news = transition && {
    rolloutId: 'r',
    flagKey: 'new-checkout',
    environment: { key: 'production', name: 'Production' },
    plan,
    transition,
    from: 'baking' as const,
    position: harmful.position,
    attempt: 1,
    incidentId: null,
    actor: 'Serin',
    people: { treatment: 400, control: 3600 },
    verdict: harmful.verdict,
    killSwitchKey: null,
  };
  expect(news && factsOf(news)).toEqual(
    expect.arrayContaining([
      { name: 'Companies', value: '400 with the change, 3600 without' },
      { name: 'Affected', value: '40 of 400 companies with the change (errors)' },
    ]),
  );
});

test('what is missing is called so, too', () => {
  const unfair = look(anObservation({}, { split: { treatment: 100, control: 3900 } }));
  expect(outcome(unfair).hold).toBe('srm');
  expect(decide(unfair).transition?.reasons[0]).toContain('100 of 4000 companies have the change');
  const held = aPosition(plan, { state: 'holding', holdReason: 'srm' });
  const surroundings = { nowMs: T0, peakHours: null };
  expect(describeNext(plan, held, null, surroundings).sentence).toContain('companies are missing');
  const nobody = decide(look(anObservation({ nT: 0, nC: 0 })));
  expect(nobody.transition?.reasons[0]).toMatch(/^No company that uses the flag has been seen/);
  const few = decide(look(anObservation({ nT: 1, nC: 9 })));
  const next = describeNext(plan, few.position, few.verdict, surroundings);
  expect(next.sentence).toContain('99 more companies with the change');
  const usual = aPlan({ unit: 'company', guardrails: [aGuardrail({ usualShare: 0.02 })] });
  const dayLong = aPosition(usual, { stageSettledAtMs: T0 - 86_400_000 });
  expect(decide(aLook({ plan: usual, position: dayLong })).transition?.reasons[0]).toContain(
    'none of 4000 companies had $exception',
  );
});
