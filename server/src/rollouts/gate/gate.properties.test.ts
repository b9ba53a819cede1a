import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '#kernel/json';
import type { Observation } from '#metrics/observation';
import { decide, type GateInput } from './gate.ts';
import { HOLD_REASONS, isTerminal, type Position, type RolloutState } from './rollout.ts';
import { aGuardrail, aLook, aPlan, aPosition, aStage, T0 } from '../test-builders.ts';

const plan = aPlan({
  stages: [
    aStage({ percent: 1, minExposures: 10 }),
    aStage({ percent: 20 }),
    aStage({ percent: 60, needsApproval: true }),
    aStage({ percent: 100, comparison: 'absolute', safeFor: [] }),
  ],
  guardrails: [
    aGuardrail(),
    aGuardrail({ id: 'tickets', family: 'behaviour', event: 'ticket', absolute: null }),
  ],
});

const OPEN: RolloutState[] = ['applying', 'baking', 'holding', 'awaiting_approval', 'soaking'];
const minutes = (max: number) => fc.integer({ min: 0, max }).map((value) => value * 60_000);

const position = fc
  .record({
    state: fc.constantFrom(...OPEN),
    reason: fc.constantFrom(...HOLD_REASONS),
    stageIndex: fc.nat(3),
    observedBakeMs: minutes(3000),
    settledAgoMs: minutes(300),
    lookAgoMs: minutes(40),
    freshOkCount: fc.nat(5),
    sourceErrors: fc.nat(6),
    calmAgoMs: fc.option(minutes(60)),
    deadlineInMs: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
  })
  .map((facts): Position => {
    const isApplying = facts.state === 'applying';
    return aPosition(plan, {
      state: facts.state,
      holdReason: facts.state === 'holding' ? facts.reason : null,
      stageIndex: facts.stageIndex,
      observedBakeMs: facts.observedBakeMs,
      stageEnteredAtMs: T0 - facts.settledAgoMs - 120_000,
      stageSettledAtMs: isApplying ? null : T0 - facts.settledAgoMs,
      lastEvalAtMs: T0 - facts.lookAgoMs,
      lastWatermarkMs: T0 - facts.lookAgoMs,
      freshOkCount: facts.freshOkCount,
      sourceErrors: facts.sourceErrors,
      calmSinceMs: facts.calmAgoMs === null ? null : T0 - facts.calmAgoMs,
      deadlineAtMs: facts.deadlineInMs === null ? null : T0 + facts.deadlineInMs,
    });
  });

const observation = fc
  .record({
    nT: fc.nat(3000),
    nC: fc.nat(3000),
    perMille: fc.tuple(fc.nat(80), fc.nat(80), fc.nat(80), fc.nat(80)),
    recent: fc.tuple(fc.nat(2), fc.nat(2)),
    multiExposed: fc.nat(20),
  })
  .map(({ nT, nC, perMille, recent, multiExposed }): Observation => {
    const of = (people: number, share: number) => Math.floor((people * share) / 1000);
    const [a1, b1, a2, b2] = perMille;
    return {
      people: { treatment: nT, control: nC },
      rows: [[nT, nC, of(nT, a1), of(nC, b1), of(nT, a2), of(nC, b2)]],
      split: { treatment: nT, control: nC },
      multiExposed,
      reported: { people: nT + nC, disagreeing: 0 },
      recent: { treatment: Math.min(nT, recent[0]), control: Math.min(nC, recent[1]) },
    };
  });

const look = fc
  .record({
    position,
    observation,
    isRestarted: fc.boolean(),
    flag: fc.constantFrom(
      'as_applied' as const,
      'edited' as const,
      'replaced' as const,
      'rebucketed' as const,
      'disabled' as const,
    ),
  })
  .map((facts): GateInput => aLook({ plan, ...facts }));

const isExpansion = (type: string | undefined) => type === 'promoted' || type === 'completed';

test('a gate never promotes with missing data', () => {
  fc.assert(
    fc.property(look, fc.constantFrom('no answer', 'nobody', 'silence'), (input, missing) => {
      fc.pre(input.position.state !== 'applying');
      const seen = input.observation as Observation;
      const without: Record<string, Partial<GateInput>> = {
        'no answer': { observation: null, sourceError: 'down' },
        nobody: { observation: { ...seen, people: { treatment: 0, control: 0 }, rows: [] } },
        silence: { observation: { ...seen, people: { ...seen.people, treatment: 0 }, rows: [] } },
      };
      const { transition } = decide({ ...input, ...without[missing] });
      expect(isExpansion(transition?.type)).toBe(false);
      expect(transition?.type).not.toBe('approval_requested');
    }),
    { numRuns: 500 },
  );
});

test('a move never skips a stage, and only a promotion changes it', () => {
  fc.assert(
    fc.property(look, (input) => {
      const { transition, position: after } = decide(input);
      const step = after.stageIndex - input.position.stageIndex;
      expect(step).toBe(transition?.type === 'promoted' ? 1 : 0);
      const isLast = input.position.stageIndex === plan.stages.length - 1;
      expect(transition?.type === 'completed' && !isLast).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('red always wins, whatever else is true of a watched stage', () => {
  fc.assert(
    fc.property(look, (input) => {
      const decision = decide(input);
      if (decision.verdict?.level !== 'red') return;
      expect(decision.transition).toMatchObject({ type: 'rollback_started', flag: 'rollback' });
    }),
    { numRuns: 500 },
  );
});

test('promotion asks for bake time and for two looks, without an exception', () => {
  let promotions = 0;
  fc.assert(
    fc.property(position, fc.integer({ min: 100, max: 3000 }), fc.boolean(), (before, nT, away) => {
      const stage = plan.stages[before.stageIndex];
      const nC = Math.round((nT * (100 - (stage?.percent ?? 0))) / (stage?.percent ?? 100));
      const people = { treatment: nT, control: nC };
      const clean = { people, rows: [], split: people, recent: people, multiExposed: 0 };
      const observation = { ...clean, reported: { people: 0, disagreeing: 0 } };
      const input = aLook({ plan, position: before, observation, isRestarted: away });
      const { transition } = decide(input);
      if (!isExpansion(transition?.type)) return;
      promotions += 1;
      const coveredMs = input.watermarkMs - (before.lastWatermarkMs ?? 0);
      expect(before.observedBakeMs + coveredMs).toBeGreaterThanOrEqual(
        stage?.minBakeMs ?? Infinity,
      );
      expect(before.freshOkCount).toBeGreaterThanOrEqual(1);
      expect(['baking', 'soaking']).toContain(before.state);
      expect(stage?.needsApproval).toBe(false);
      expect(away).toBe(false);
    }),
    { numRuns: 2000 },
  );
  expect(promotions).toBeGreaterThan(20);
});

test('a hold writes nothing to the flag, and only a rollback or a next stage does', () => {
  fc.assert(
    fc.property(look, (input) => {
      const { transition } = decide(input);
      const writes = { promoted: 'stage', rollback_started: 'rollback' } as const;
      const expected = writes[transition?.type as keyof typeof writes] ?? null;
      expect(transition?.flag ?? null).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

test('the next look is never in the past, and a finished rollout never moves again', () => {
  fc.assert(
    fc.property(look, (input) => {
      const { position: after } = decide(input);
      expect(after.nextEvalAtMs).toBeGreaterThanOrEqual(
        after.state === 'applying' ? after.stageEnteredAtMs : input.nowMs,
      );
      expect(isTerminal(after.state)).toBe(after.state === 'completed');
    }),
    { numRuns: 500 },
  );
});

test('replaying a stored input gives the same decision byte for byte', () => {
  fc.assert(
    fc.property(look, (input) => {
      const stored = JSON.stringify(input);
      const replayed = decide(JSON.parse(stored) as GateInput);
      expect(canonicalJson(replayed)).toBe(canonicalJson(decide(input)));
    }),
    { numRuns: 300 },
  );
});
