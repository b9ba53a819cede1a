import { expect, test } from 'vitest';
import { aGuardrail, aLook, anObservation, aPlan, aPosition, T0 } from '../test-builders.ts';
import { decide } from './gate.ts';

const MINUTE_MS = 60_000;

test('where servers alone are judged, their readings are what bakes and what falls silent, whoever uses the flag', () => {
  const reading = { windowMs: MINUTE_MS, label: 'variant', treatment: 'true', control: 'false' };
  const rates = { kind: 'rates', bad: 'bad', total: 'all', ...reading } as const;
  const guardrail = aGuardrail({ measure: { kind: 'external', reading: rates } });
  const byServers = aPlan({ guardrails: [guardrail] });
  const position = aPosition(byServers, { observedBakeMs: MINUTE_MS });
  const seen = (silentWindows: number, row: readonly number[] = []) => {
    const rows = Array.from({ length: 59 }, (_, i) =>
      i < 59 - silentWindows ? [30, 270, 0, 2] : row,
    );
    const observation = anObservation({ nT: 0, nC: 0 }, { external: { errors: rows } });
    const { transition, position: after } = decide(
      aLook({ plan: byServers, position, observation }),
    );
    return [after.observedBakeMs / MINUTE_MS, transition?.type ?? null, after.holdReason];
  };
  expect(seen(0)).toEqual([2, null, null]);
  expect(seen(4)).toEqual([2, null, null]);
  expect(seen(5)).toEqual([1, null, null]);
  expect(seen(29)).toEqual([1, null, null]);
  expect(seen(30)).toEqual([1, 'held', 'no_data']);
  expect(seen(30, [0, 270, 0, 2])).toEqual([1, 'held', 'no_data']);
});

test('nobody waits for a window that cannot be over yet', () => {
  const hour = { kind: 'value', windowMs: 60 * MINUTE_MS, query: 'up' } as const;
  const plan = aPlan({
    guardrails: [aGuardrail({ measure: { kind: 'external', reading: hour } })],
  });
  const heldAfter = (minutes: number) => {
    const position = aPosition(plan, {
      stageSettledAtMs: T0 - minutes * MINUTE_MS,
      observedBakeMs: 0,
    });
    const observation = anObservation({ nT: 0, nC: 0 }, { external: { errors: [] } });
    const { position: after } = decide(aLook({ plan, position, observation }));
    return [after.holdReason, after.observedBakeMs];
  };
  expect(heldAfter(59)).toEqual([null, 0]);
  expect(heldAfter(61)).toEqual(['no_data', 0]);
});
