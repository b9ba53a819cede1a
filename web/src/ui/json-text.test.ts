import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatJson, jsonProblem } from './json-text.ts';

test('JSON is laid out as JSON.stringify does, from whatever spacing', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 1, 4), (json, indent) => {
      const value: unknown = JSON.parse(json);
      expect(formatJson(JSON.stringify(value, null, indent))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('numbers keep every digit', () => {
  expect(formatJson('{"id":12345678901234567890,"x":1.0}')).toBe(
    '{\n  "id": 12345678901234567890,\n  "x": 1.0\n}',
  );
});

test('what is not JSON stays and is told', () => {
  expect(formatJson('{"a":')).toBe('{"a":');
  expect(jsonProblem('{"a":')).toContain('Not valid JSON');
  expect(jsonProblem(' ')).toBeNull();
});
