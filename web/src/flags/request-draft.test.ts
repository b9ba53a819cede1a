import { expect, test } from 'vitest';
import { emptyRequest, questionOf, requestProblem } from './request-draft.ts';

test('only what was filled in is asked with', () => {
  expect(questionOf({ ...emptyRequest, distinctId: ' jane ' })).toEqual({ distinct_id: 'jane' });
  expect(
    questionOf({
      distinctId: 'jane',
      personProperties: '{"plan":"pro"}',
      groupProperties: '{"company":{"tier":"gold"}}',
      groups: { company: ' acme ', team: '' },
      deviceId: 'd1',
    }),
  ).toEqual({
    distinct_id: 'jane',
    person_properties: { plan: 'pro' },
    group_properties: { company: { tier: 'gold' } },
    groups: { company: 'acme' },
    device_id: 'd1',
  });
});

test('a question needs a person and readable properties', () => {
  expect(requestProblem(emptyRequest)).toBe('Name a person.');
  const jane = { ...emptyRequest, distinctId: 'jane' };
  expect(requestProblem(jane)).toBeNull();
  expect(requestProblem({ ...jane, personProperties: '[]' })).toBe('Must be a JSON object.');
  expect(requestProblem({ ...jane, groupProperties: '{"company":1}' })).toBe(
    'Must hold a JSON object for each group type.',
  );
});
