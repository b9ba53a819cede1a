// Cohorts as SDKs are served them, by what the SDK can do with them.
import { expect, test } from 'vitest';
import { aCohort } from '#app/test-cohort';
import type { CohortDefinition, CohortNode } from '#cohorts/cohort';
import { compileCohorts } from '#cohorts/compile';
import { definitionText, definitionsJson, definitionsTail } from './definitions.ts';
import { compileFlagSet } from './flag-set.ts';
import type { Filters, Property } from './flag.ts';
import { compileRe2 } from '#properties';
import type { CohortSupport } from './served-groups.ts';
import { aFlag, when } from './test-flag.ts';

const person = (key: string, more: object = {}) =>
  ({ type: 'person', key, operator: 'exact', value: 'yes', ...more }) as const;
const member = (value: number, more: object = {}) =>
  ({ type: 'cohort', key: 'id', operator: 'in', value, ...more }) as const;
const all = (...values: CohortNode[]) => ({ type: 'AND', values }) as const;
const any = (...values: CohortNode[]) => ({ type: 'OR', values }) as const;

const COHORTS = [
  aCohort(1, all(person('a'), person('b'))),
  aCohort(2, any(member(1), person('c', { negation: true }))),
  aCohort(3, undefined),
  aCohort(4, all(member(2), member(3, { negation: true }))),
  aCohort(5, any(all(person('d'), member(1)), person('e'))),
  aCohort(6, all(person('version', { operator: 'semver_gt', value: '1.0.0' }))),
  aCohort(7, all(person('unused'))),
];

type Served = {
  flags: { ensure_experience_continuity: boolean; filters: Filters }[];
  cohorts: Record<string, object>;
};

function serve(
  properties: readonly object[],
  support: CohortSupport = 'current',
  cohorts: readonly CohortDefinition[] = COHORTS,
) {
  const flag = aFlag({ filters: when(properties as Property[]) });
  const set = compileFlagSet([flag], {
    compileRegex: compileRe2,
    cohorts: compileCohorts(cohorts, compileRe2),
  });
  const texts = set.flags.map((one) => definitionText(one, set, 1, support));
  const json = definitionsJson(texts, definitionsTail([], set, support));
  const { flags, cohorts: served } = JSON.parse(json) as Served;
  return { flag: flags[0], cohorts: served };
}

test('every dynamic cohort that is reached is served, static ones are not', () => {
  const { flag, cohorts } = serve([member(4), person('x')]);
  expect(Object.keys(cohorts)).toEqual(['1', '2', '4']);
  expect(cohorts['4']).toEqual(all(member(2, { negation: false }), member(3, { negation: true })));
  expect(flag?.ensure_experience_continuity).toBe(false);
});

test('groups and conditions do not stand side by side', () => {
  const plain = { negation: false };
  expect(serve([member(5)]).cohorts['5']).toEqual(
    any(all(person('d', plain), member(1, plain)), all(person('e', plain))),
  );
});

test('a condition says by its operator whether people are in or out', () => {
  const operators = [
    member(1),
    member(1, { operator: 'not_in' }),
    member(1, { operator: 'exact', negation: true }),
    member(1, { operator: 'not_in', negation: true }),
    { key: 'id', type: 'cohort', value: 1, cohort_name: 'ones' },
  ];
  const served = serve(operators).flag?.filters.groups[0]?.properties;
  expect(served?.map(({ operator }) => operator)).toEqual(['in', 'not_in', 'not_in', 'in', 'in']);
  expect(served?.some((property) => 'negation' in property)).toBe(false);
});

test('an older SDK is told to ask where it would take outside for inside', () => {
  const outside = [member(1, { operator: 'not_in' })];
  expect(serve(outside, 'current').flag?.ensure_experience_continuity).toBe(false);
  expect(serve(outside, 'older').flag?.ensure_experience_continuity).toBe(true);
  expect(serve([member(1)], 'older').flag?.ensure_experience_continuity).toBe(false);
});

test('what SDKs decide differently in a cohort makes them ask', () => {
  expect(serve([member(6)]).flag?.ensure_experience_continuity).toBe(true);
  const nested = [...COHORTS, aCohort(8, all(member(6)))];
  expect(serve([member(8)], 'current', nested).flag?.ensure_experience_continuity).toBe(true);
});

test('for an SDK without cohorts they are spelt out, alternatives as condition sets', () => {
  const { flag, cohorts } = serve([person('x'), member(5)], 'none');
  expect(cohorts).toEqual({});
  expect(flag?.ensure_experience_continuity).toBe(false);
  expect(flag?.filters.groups.map(({ properties }) => properties)).toEqual([
    [person('x'), person('d'), person('a'), person('b')],
    [person('x'), person('e')],
  ]);
  expect(flag?.filters.groups.every((group) => group.rollout_percentage === 100)).toBe(true);
});

test.each([
  ['a listed cohort', [member(3)]],
  ['one with a negation', [member(2)]],
  ['people outside of one', [member(1, { operator: 'not_in' })]],
  ['too many alternatives', [member(9)]],
])('an SDK without cohorts must ask for %s', (_what, properties) => {
  const many = any(...Array.from({ length: 21 }, (_, i) => person(`p${i}`)));
  const { flag } = serve(properties, 'none', [...COHORTS, aCohort(9, many)]);
  expect(flag?.ensure_experience_continuity).toBe(true);
});
