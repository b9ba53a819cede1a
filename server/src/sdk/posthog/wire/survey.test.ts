import { expect, test } from 'vitest';
import type { Evaluation } from '#flags/flag';
import { surveyOf, withTargets } from './survey.ts';

const evaluation = (key: string, more: Partial<Evaluation> = {}): Evaluation => ({
  key,
  enabled: true,
  variant: null,
  payload: '"secret"',
  reason: { code: 'condition_match', conditionIndex: 0 },
  failed: false,
  ...more,
});
const question = (flagKey: string, treatment: string | null = null) => ({
  id: 'r:0',
  flagKey,
  treatment,
  text: 'How is it?',
  sinceMs: 0,
});

test('a question is for those who have the change, which is found out without a use of the flag', () => {
  expect(surveyOf(question('a'))).toMatchObject({
    linked_flag_key: null,
    targeting_flag_key: 'survey-targeting-a',
    start_date: '1970-01-01T00:00:00.000Z',
  });
  const flags = [
    evaluation('a'),
    evaluation('b', { enabled: false }),
    evaluation('c', { variant: 'new' }),
    evaluation('d', { failed: true, enabled: false }),
  ];
  const asked = [
    question('a'),
    question('b'),
    question('c', 'new'),
    question('c', 'old'),
    question('d'),
    question('gone'),
  ];
  const added = withTargets(flags, asked).slice(flags.length);
  expect(added.map(({ key, enabled, failed }) => [key, enabled, failed])).toEqual([
    ['survey-targeting-a', true, false],
    ['survey-targeting-b', false, false],
    ['survey-targeting-c', true, false],
    ['survey-targeting-c', false, false],
    ['survey-targeting-d', false, true],
  ]);
  expect(added.every(({ payload, variant }) => payload === null && variant === null)).toBe(true);
  // The bytes of an outcome are kept with it.
  expect(withTargets(flags, asked)[4]).toBe(added[0]);
  expect(withTargets(flags, [])).toBe(flags);
  const own = evaluation('survey-targeting-a', { enabled: false });
  expect(withTargets([flags[0]!, own], [question('a')])).toEqual([flags[0], own]);
});
