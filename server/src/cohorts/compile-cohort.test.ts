import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aCohort } from '#app/test-cohort';
import { compileRe2 } from '#properties';
import type { CohortDefinition, CohortGroup, CohortNode } from './cohort.ts';
import { compileCohorts } from './compile-cohort.ts';

const NOON = { nowMs: Date.UTC(2026, 10, 20, 12) };
const person = (key: string, more: object = {}) =>
  ({ type: 'person', key, operator: 'exact', value: 'yes', ...more }) as const;
const member = (value: number, more: object = {}) =>
  ({ type: 'cohort', key: 'id', operator: 'in', value, ...more }) as const;
const all = (...values: CohortNode[]): CohortGroup => ({ type: 'AND', values });
const compile = (...cohorts: CohortDefinition[]) => compileCohorts(cohorts, compileRe2).compiled;

/** Whether somebody with these properties, listed there, is in the cohort. */
function isIn(id: number, cohorts: CohortDefinition[], properties = {}, listed: number[] = []) {
  const subject = { distinctId: 'u', personProperties: properties, staticCohortIds: listed };
  return compile(...cohorts)
    .get(id)
    ?.test(subject, NOON);
}

test('what a cohort needs is told precisely', () => {
  const recent = person('seen', { operator: 'is_date_after', value: '-7d' });
  const set = compile(
    aCohort(1, all(person('a'), person('$initial_browser'))),
    aCohort(2, undefined),
    aCohort(3, all(member(1), member(2, { negation: true }), recent)),
    aCohort(4, all(person('distinct_id'))),
  );
  expect(set.get(3)).toMatchObject({
    personKeys: new Set(['a', '$initial_browser', 'seen']),
    staticIds: new Set([2]),
    usesClock: true,
    usesDistinctId: false,
  });
  expect(set.get(1)).toMatchObject({ staticIds: new Set(), usesClock: false });
  expect(set.get(4)).toMatchObject({ personKeys: new Set(), usesDistinctId: true });
});

test('a cohort that is gone or asks for itself cannot be asked, nor whoever asks for it', () => {
  const set = compile(
    aCohort(1, all(member(99))),
    aCohort(2, all(member(3))),
    aCohort(3, all(member(2))),
    aCohort(4, all(member(1, { negation: true }))),
    aCohort(5, all(person('a'))),
  );
  expect([...set.keys()]).toEqual([5]);
});

test('missing properties follow the operator and the negation', () => {
  const cohorts = [
    aCohort(1, all(person('a'))),
    aCohort(2, all(person('a', { negation: true }))),
    aCohort(3, all(person('a', { operator: 'is_not' }))),
    aCohort(4, all(person('a', { operator: 'regex', value: '(' }))),
  ];
  expect([1, 2, 3, 4].map((id) => isIn(id, cohorts))).toEqual([false, true, true, false]);
});

test('of cohorts that stay the same nothing is laid out anew', () => {
  const before = [aCohort(1, all(person('a'))), aCohort(2, all(member(1))), aCohort(3, undefined)];
  const first = compileCohorts(before, compileRe2);
  const copies = structuredClone(before);
  const same = compileCohorts(copies, compileRe2, first);
  expect([...same.compiled]).toEqual([...first.compiled]);
  expect(same.compiled.get(2)).toBe(first.compiled.get(2));
  const changed = [{ ...aCohort(1, all(person('b'))), version: 2 }, ...copies.slice(1)];
  const next = compileCohorts(changed, compileRe2, first);
  expect(next.compiled.get(2)).not.toBe(first.compiled.get(2));
  expect(next.compiled.get(3)).toBe(first.compiled.get(3));
});

/** Any tree of conditions, and what it says by the plain reading of its words. */
const tree = fc.letrec<{ node: CohortNode; group: CohortGroup }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .record({ key: fc.constantFrom('a', 'b', 'c'), negation: fc.boolean() })
      .map(({ key, negation }) => person(key, { negation }) as CohortNode),
    fc.boolean().map((negation) => member(9, { negation }) as CohortNode),
    tie('group'),
  ),
  group: fc.record({
    type: fc.constantFrom('AND' as const, 'OR' as const),
    values: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
  }),
}));

function reads(node: CohortNode, yes: ReadonlySet<string>, isListed: boolean): boolean {
  if ('values' in node) {
    const values = node.values.map((value) => reads(value, yes, isListed));
    return node.type === 'AND' ? values.every(Boolean) : values.some(Boolean);
  }
  const holds = node.type === 'cohort' ? isListed : yes.has(node.key);
  return holds !== (node.negation === true);
}

test('any tree of conditions says what it reads', () => {
  fc.assert(
    fc.property(tree.group, fc.subarray(['a', 'b', 'c']), fc.boolean(), (group, keys, isListed) => {
      const properties = Object.fromEntries(keys.map((key) => [key, 'yes']));
      const cohorts = [aCohort(1, group), aCohort(9, undefined)];
      const result = isIn(1, cohorts, properties, isListed ? [9] : []);
      expect(result).toBe(reads(group, new Set(keys), isListed));
    }),
  );
});
