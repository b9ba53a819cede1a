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

test('notes a value once per person, flag, value and day', async () => {
  const { recorder, kept } = aRecorder();
  for (let i = 0; i < 3; i += 1) await recorder.record(1, [aServed({})]);
  await recorder.record(1, [aServed({ variant: 'green' })]);
  await recorder.record(1, [aServed({ key: 'other' })]);
  await recorder.record(2, [aServed({})]);
  await recorder.record(1, [aServed({ distinctId: 'v' })]);
  await recorder.record(1, [aServed({ atMs: AT + DAY_MS })]);
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

test('notes the groups that the request names, each set of them once', async () => {
  const { recorder, kept } = aRecorder();
  const of = (groups: Record<string, string>) => ({ ...aServed({}), groups });
  for (const company of ['acme', 'acme', 'globex']) await recorder.record(1, [of({ company })]);
  await recorder.record(1, [of({})]);
  await recorder.record(1, [aServed({})]);
  expect(kept.map(({ groups }) => groups)).toEqual([
    { company: 'acme' },
    { company: 'globex' },
    {},
  ]);
  expect(new Set(kept.map((event) => event.uuid)).size).toBe(3);
});

test('a second process notes the same under the same uuid', async () => {
  const [one, two] = [aRecorder(), aRecorder()];
  await one.recorder.record(1, [aServed({})]);
  await two.recorder.record(1, [aServed({ atMs: AT + 1000 })]);
  expect(one.kept[0]?.uuid).toBe(two.kept[0]?.uuid);
});

test('notes nothing for failed evaluations and for nobody', async () => {
  const { recorder, kept } = aRecorder();
  await recorder.record(1, [aServed({ distinctId: ' ' })]);
  const evaluations = [{ key: 'x', enabled: false, failed: true }];
  await recorder.record(1, [{ distinctId: 'u', evaluatedAtMs: AT, evaluations }]);
  expect(kept).toEqual([]);
});

test('says when it could not be kept, to everybody who waits for it, and tries again', async () => {
  const { recorder, kept, setFull } = aRecorder();
  setFull(true);
  const both = await Promise.allSettled([
    recorder.record(1, [aServed({})]),
    recorder.record(1, [aServed({})]),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  setFull(false);
  await recorder.record(1, [aServed({}), aServed({})]);
  expect(kept).toHaveLength(1);
});

test('claims the start of its day, since when others may have noted the same', async () => {
  const { recorder, kept } = aRecorder();
  await recorder.record(1, [aServed({})]);
  expect(kept[0]).toMatchObject({ atMs: AT, claimedMs: Date.UTC(2026, 10, 20) });
});
