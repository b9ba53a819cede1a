import { expect, test } from 'vitest';
import { aCohort } from '#app/test-cohort';
import type { CohortDefinition, CohortNode } from './cohort.ts';
import { cohortsAskingFor, findGraphProblem } from './cohort-graph.ts';

const member = (value: number) => ({ type: 'cohort', key: 'id', operator: 'in', value }) as const;
const asks = (id: number, ...values: CohortNode[]) => aCohort(id, { type: 'AND', values });
const problem = (changed: CohortDefinition, ...others: CohortDefinition[]) =>
  findGraphProblem(changed.id, changed.filters, others);

test('a circle is told by its way', () => {
  const nested: CohortNode = { type: 'OR', values: [member(2)] };
  expect(problem(asks(1, member(1)))).toEqual({ kind: 'circle', path: [1, 1] });
  expect(problem(asks(1, nested), asks(2, member(3)), asks(3, member(1)))).toEqual({
    kind: 'circle',
    path: [1, 2, 3, 1],
  });
});

test('asking for the same by two ways is no circle', () => {
  const diamond = [asks(2, member(4)), asks(3, member(4)), asks(4), aCohort(5, undefined)];
  expect(problem(asks(1, member(2), member(3), member(5)), ...diamond)).toBeUndefined();
});

test('what one evaluation may come to is bounded, also through those above', () => {
  const doubling = Array.from({ length: 10 }, (_, i) => asks(i + 2, member(i + 3), member(i + 3)));
  const last = asks(12, ...Array.from({ length: 10 }, () => member(13)));
  expect(problem(asks(1, member(2)), ...doubling, last)).toMatchObject({ kind: 'too_large' });
  expect(problem(last, ...doubling.slice(2))).toMatchObject({ kind: 'too_large' });
  expect(problem(last, ...doubling.slice(3))).toBeUndefined();
});

test('a deep row of cohorts is followed in time', () => {
  const row = Array.from({ length: 60 }, (_, i) => asks(i + 2, member(i + 3)));
  expect(problem(asks(1, member(2)), ...row)).toBeUndefined();
});

test('who asks for a cohort', () => {
  const users = cohortsAskingFor(7, [
    asks(1, member(7)),
    asks(2, member(8)),
    aCohort(7, undefined),
  ]);
  expect(users.map(({ id }) => id)).toEqual([1]);
});
