import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ERRORS, SerinError, fail } from './errors.ts';
import { createEventBus } from './events.ts';
import { queryInt } from './http.contract.ts';
import { canonicalJson } from './json.ts';
import { createRng } from './rng.ts';

test('fail carries code, field, status and wire body', () => {
  const error = (() => {
    try {
      return fail('required', { attr: 'key' });
    } catch (thrown) {
      return thrown as SerinError;
    }
  })();
  expect(error).toBeInstanceOf(SerinError);
  expect(error.status).toBe(400);
  expect(error.toBody()).toEqual({
    type: 'validation_error',
    code: 'required',
    detail: ERRORS.required.detail,
    attr: 'key',
  });
});

test('canonical JSON does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).toReversed());
      expect(canonicalJson(reversed)).toBe(canonicalJson(object));
    }),
  );
});

test('canonical JSON says what JSON says', () => {
  const odd = { b: undefined, a: [undefined, () => 1, Number.NaN], d: new Date(0), c: { '10': 1 } };
  expect(canonicalJson(odd)).toBe(
    '{"a":[null,null,null],"c":{"10":1},"d":"1970-01-01T00:00:00.000Z"}',
  );
  expect(canonicalJson(undefined)).toBeUndefined();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('listeners hear only their event, until they leave', () => {
  const bus = createEventBus();
  const listener = vi.fn();
  const off = bus.on('flag.changed', listener);
  bus.emit('accounts.changed', { projectId: 1 });
  bus.emit('flag.changed', { projectId: 1, environmentId: 2 });
  off();
  bus.emit('flag.changed', { projectId: 1, environmentId: 3 });
  expect(listener).toHaveBeenCalledExactlyOnceWith({ projectId: 1, environmentId: 2 });
});

test('seeded randomness repeats itself and stays within [0, 1)', () => {
  const draw = (seed: number): number[] => {
    const rng = createRng(seed);
    return Array.from({ length: 1000 }, rng);
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const numbers = draw(7);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  expect(mean).toBeCloseTo(0.5, 1);
});

test.each(['', '1.5', 'abc', '1e3', '0x10', ' 1', '11'])('queryInt refuses %j', (text) => {
  expect(queryInt(0, 10).safeParse(text).success).toBe(false);
});

test('queryInt reads whole numbers', () => {
  expect(queryInt(-5, 10).parse('-3')).toBe(-3);
});
