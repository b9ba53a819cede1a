import { expect, test } from 'vitest';
import { ReceiptTimes } from './receipt-times.ts';

const at = (offset: number) => ({ segment: 1, offset });

test('names the oldest waiting receipt, or none', () => {
  const times = new ReceiptTimes();
  expect(times.oldestMs()).toBeUndefined();
  times.add(1000, at(10));
  times.add(2000, at(20));
  times.add(3000, at(30));
  expect(times.oldestMs()).toBe(1000);
  times.settle(at(10));
  expect(times.oldestMs()).toBe(2000);
  times.settle({ segment: 2, offset: 0 });
  expect(times.oldestMs()).toBeUndefined();
});

test('groups neighbours without ever claiming too much', () => {
  const times = new ReceiptTimes();
  for (let i = 0; i < 100; i += 1) times.add(1000 + i, at(i + 1));
  times.settle(at(99));
  expect(times.oldestMs()).toBe(1000);
  times.settle(at(100));
  expect(times.oldestMs()).toBeUndefined();
});

test('a clock that goes back takes the watermark along', () => {
  const times = new ReceiptTimes();
  times.add(9_000_000, { segment: 1, offset: 10 });
  times.add(5_000, { segment: 1, offset: 20 });
  expect(times.oldestMs()).toBe(5_000);
  times.settle({ segment: 1, offset: 10 });
  expect(times.oldestMs()).toBe(5_000);
  times.settle({ segment: 1, offset: 20 });
  expect(times.oldestMs()).toBeUndefined();
});
