import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '#kernel/json';
import { type JsonDifference, diffJson } from './json-diff.ts';

test('names the smallest places that differ', () => {
  const before = { groups: [{ share: 10 }, { share: 20 }], name: 'a', 'x/y': 1 };
  const after = { groups: [{ share: 50 }], name: 'a', tags: [], 'x/y': 2 };
  expect(diffJson(before, after)).toEqual([
    { path: '/groups/0/share', before: 10, after: 50 },
    { path: '/groups/1', before: { share: 20 } },
    { path: '/x~1y', before: 1, after: 2 },
    { path: '/tags', after: [] },
  ]);
});

test('applying the differences makes one value of the other', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const differences = diffJson(before as JsonValue, after as JsonValue);
      const text = (value: unknown) => JSON.stringify(value);
      expect(text(sorted(applied(before, differences)))).toBe(text(sorted(after)));
    }),
  );
});

function applied(value: unknown, differences: readonly JsonDifference[]): unknown {
  const root = { '': structuredClone(value) } as Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- any JSON
  for (const { path, after } of differences.toReversed()) {
    const names = path.split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    let at = root;
    for (const name of names.slice(0, -1)) at = at[name];
    const last = names.at(-1) ?? '';
    if (after !== undefined) at[last] = after;
    else if (Array.isArray(at)) at.splice(Number(last), 1);
    else delete at[last];
  }
  return root[''];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}
