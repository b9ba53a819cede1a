import { expect, test } from 'vitest';
import { ProvenSenders } from './proven-senders.ts';

test('who has sent to a project is known for an hour from the last time, by network where there are many addresses', () => {
  const senders = new ProvenSenders();
  senders.add('192.0.2.1', 0);
  senders.add('2001:db8:1:2:3:4:5:6', 1_800_000);
  senders.add('192.0.2.1', 1_800_000);
  const known = (address: string, nowMs: number) => senders.has(address, nowMs);
  expect(known('192.0.2.1', 5_399_999)).toBe(true);
  expect(known('192.0.2.1', 5_400_000)).toBe(false);
  expect(known('192.0.2.2', 1_800_000)).toBe(false);
  expect(known('2001:db8:1:2:ffff::9', 1_800_000)).toBe(true);
  expect(known('2001:db8:1:3:3:4:5:6', 1_800_000)).toBe(false);
  expect(known('::ffff:192.0.2.1', 1_800_000)).toBe(false);
});

test('of very many the ones proven longest ago are forgotten', () => {
  const senders = new ProvenSenders();
  for (let i = 0; i <= 100_000; i += 1) senders.add(`a.${i}`, i);
  expect(senders.has('a.0', 100_000)).toBe(false);
  expect(senders.has('a.1', 100_000)).toBe(true);
});
