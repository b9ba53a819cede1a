import { expect, test } from 'vitest';
import { QueryGate } from './query-gate.ts';

const patient = new AbortController().signal;

/** A task that ends when it is told to. */
function held() {
  const end = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const task = async (): Promise<void> => {
    started.resolve();
    await end.promise;
  };
  return { task, end: end.resolve, started: started.promise };
}

test('so many run at a time, the others in the order in which they came', async () => {
  const gate = new QueryGate(1, 5);
  const order: string[] = [];
  const first = held();
  const running = gate.run(first.task, patient);
  await first.started;
  const later = ['b', 'c'].map((name) => gate.run(async () => order.push(name), patient));
  expect(order).toEqual([]);
  first.end();
  await Promise.all([running, ...later]);
  expect(order).toEqual(['b', 'c']);
});

test('who fails gives the place back', async () => {
  const gate = new QueryGate(1, 0);
  await expect(gate.run(() => Promise.reject(new Error('no')), patient)).rejects.toThrow('no');
  expect(await gate.run(async () => 'yes', patient)).toBe('yes');
});

test('too many are turned away at once, and who has gone waits no longer', async () => {
  const gate = new QueryGate(1, 1);
  const first = held();
  const running = gate.run(first.task, patient);
  const gone = new AbortController();
  const waiting = gate.run(async () => 'never', gone.signal);
  await expect(gate.run(async () => 1, patient)).rejects.toMatchObject({
    code: 'rate_limit_exceeded',
  });
  gone.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const next = gate.run(async () => 'next', patient);
  first.end();
  await running;
  expect(await next).toBe('next');
});
