import { expect, test } from 'vitest';
import type { Cohort } from '../api/cohorts.ts';
import { alternativesOf, bodyOf, draftFrom, emptyDraft, problemsOf } from './cohort-draft.ts';
import { addedWords, countWords, membersWords } from './cohort-words.ts';

type Group = Cohort['filters']['properties'];
const pro = { type: 'person', key: 'plan', operator: 'exact', value: ['pro'] } as const;
const staff = { type: 'person', key: 'email', operator: 'icontains', value: '@x.io' } as const;
const outside = { type: 'cohort', key: 'id', operator: 'in', value: 7, negation: true } as const;

function aCohort(properties: Group, fields: Partial<Cohort> = {}): Cohort {
  return {
    id: 1,
    name: 'Some',
    description: '',
    is_static: false,
    filters: { properties },
    deleted: false,
    count: 1200,
    count_is_estimate: false,
    cohort_type: 'person_property',
    is_calculating: false,
    calculating_since: null,
    last_calculation: null,
    last_calculation_version: null,
    errors_calculating: 0,
    last_error_message: null,
    last_error_at: null,
    version: 1,
    created_by: null,
    created_at: '2026-11-20T12:00:00Z',
    last_modified_by: null,
    updated_at: '2026-11-20T12:00:00Z',
    ...fields,
  };
}

const all = (...values: Group['values']): Group => ({ type: 'AND', values });
const any = (...values: Group['values']): Group => ({ type: 'OR', values });

const three = any(pro, staff, outside);
const MANIFOLD = all(three, three, three);

test.each<[Group, number | null]>([
  [all(pro, staff), 1],
  [any(pro, staff), 2],
  [any(all(pro, staff), outside), 2],
  [all(all(pro, staff)), 1],
  [any(all(pro, any(staff, outside))), 2],
  [all(any(pro, staff), outside), 2],
  [all(three, three), 9],
  [MANIFOLD, null],
])('%j is told as %s alternatives', (properties, expected) => {
  expect(alternativesOf({ properties })?.length ?? null).toBe(expected);
});

test('what is opened and saved means the same', () => {
  const body = bodyOf(draftFrom(aCohort(any(all(pro, outside), staff))));
  const { values = [] } = body.filters?.properties ?? {};
  expect(values).toMatchObject([
    { type: 'AND', values: [pro, { type: 'cohort', operator: 'not_in', value: 7 }] },
    { type: 'AND', values: [staff] },
  ]);
  expect(values[0]?.values[1]).not.toHaveProperty('negation');
});

test('what is nested in brackets means the same written out', () => {
  const { sets } = draftFrom(aCohort(all(any(pro, staff), outside)));
  const keys = sets?.map(({ conditions }) => conditions.map(({ key }) => key));
  expect(keys).toEqual([
    ['plan', 'id'],
    ['email', 'id'],
  ]);
});

test('what would be too long written out is left alone', () => {
  const draft = draftFrom(aCohort(MANIFOLD));
  expect(draft.sets).toBeNull();
  expect(bodyOf({ ...draft, name: ' New ' })).toEqual({ name: 'New', description: '' });
  expect(problemsOf(draft).size).toBe(0);
});

test('a form that is not filled in says where', () => {
  expect([...problemsOf(emptyDraft()).keys()]).toEqual(['name', 'filters.properties.values.0']);
  expect([...problemsOf({ ...emptyDraft(), isStatic: true }).keys()]).toEqual(['name']);
});

test('cohorts in words', () => {
  const names = { cohorts: new Map([[7, 'Beta']]) };
  expect(membersWords(aCohort(any(all(pro), outside)), names)).toBe(
    'People whose plan is pro, or not in the cohort Beta',
  );
  expect(membersWords(aCohort(any(), { is_static: true }))).toBe('People who are listed');
  expect(countWords(aCohort(any(), { count_is_estimate: true }))).toBe('about 1,200');
  expect(addedWords({ added: 3, known: 2, unseen: 1, ignored: 0 })).toBe(
    '3 added. 2 known, 1 not seen yet.',
  );
  expect(addedWords({ added: 1, known: 1, unseen: 0, ignored: 2 })).toContain('2 left out');
});
