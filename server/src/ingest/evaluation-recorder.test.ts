import { expect, test } from 'vitest';
import { EvaluationRecorder } from './evaluation-recorder.service.ts';
import type { NormalizedEvent } from './event.ts';

const AT = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;

function aServed(change: { key?: string; variant?: string; atMs?: number; distinctId?: string }) {
  const { key = 'checkout', variant = null, atMs = AT, distinctId = 'u' } = change;
  return { distinctId, evaluatedAtMs: atMs, evaluations: [{ key, enabled: true, variant }] };
}

function aRecorder() {
  const kept: NormalizedEvent[] = [];
  let isFull = false;
  const recorder = new EvaluationRecorder(async (_environmentId, events) => {
    if (isFull) throw new Error('full');
    kept.push(...events);
  });
  return { recorder, kept, setFull: (full: boolean) => (isFull = full) };
}

test('notes a value once per person, flag, value and day', () => {
  const { recorder, kept } = aRecorder();
  for (let i = 0; i < 3; i += 1) recorder.record(1, aServed({}));
  recorder.record(1, aServed({ variant: 'green' }));
  recorder.record(1, aServed({ key: 'other' }));
  recorder.record(2, aServed({}));
  recorder.record(1, aServed({ distinctId: 'v' }));
  recorder.record(1, aServed({ atMs: AT + DAY_MS }));
  expect(
    kept.map(({ distinctId, flag, flagResponse }) => [distinctId, flag, flagResponse]),
  ).toEqual([
    ['u', 'checkout', 'true'],
    ['u', 'checkout', 'green'],
    ['u', 'other', 'true'],
    ['u', 'checkout', 'true'],
    ['v', 'checkout', 'true'],
    ['u', 'checkout', 'true'],
  ]);
  expect(new Set(kept.map((event) => event.uuid)).size).toBe(6);
});

test('a second process notes the same under the same uuid', () => {
  const [one, two] = [aRecorder(), aRecorder()];
  one.recorder.record(1, aServed({}));
  two.recorder.record(1, aServed({ atMs: AT + 1000 }));
  expect(one.kept[0]?.uuid).toBe(two.kept[0]?.uuid);
});

test('notes nothing for failed evaluations and for nobody', () => {
  const { recorder, kept } = aRecorder();
  recorder.record(1, aServed({ distinctId: ' ' }));
  recorder.record(1, {
    distinctId: 'u',
    evaluatedAtMs: AT,
    evaluations: [{ key: 'x', enabled: false, failed: true }],
  });
  expect(kept).toEqual([]);
});

test('tries again when it could not be kept', async () => {
  const { recorder, kept, setFull } = aRecorder();
  setFull(true);
  recorder.record(1, aServed({}));
  await Promise.resolve();
  await Promise.resolve();
  setFull(false);
  recorder.record(1, aServed({}));
  expect(kept).toHaveLength(1);
});

test('claims the start of its day, since when others may have noted the same', () => {
  const { recorder, kept } = aRecorder();
  recorder.record(1, aServed({}));
  expect(kept[0]).toMatchObject({ atMs: AT, claimedMs: Date.UTC(2026, 10, 20) });
});
