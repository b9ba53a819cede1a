import { expect, test } from 'vitest';
import { flagQuestion } from '../insights/flag-question.ts';
import { eventInQuestion, peopleOf, recordingsOf } from './guardrail-behind.ts';
import type { GuardrailLook } from './rollout-words.ts';

const ARM = { flag: 'new-ui', values: ['false', 'control'], since: '2026-11-20T00:00:00Z' };

function behind(isMissing: boolean): NonNullable<GuardrailLook['behind']> {
  const of = {
    event: 'paid',
    properties: [{ key: 'plan', type: 'event' as const, operator: 'exact' as const, value: 'pro' }],
  };
  return {
    ...of,
    is_missing: isMissing,
    recordings: {
      kind: 'event',
      ...of,
      without_session: true,
      ...(isMissing ? { negated: true } : {}),
    },
  };
}

test('people whom harm happened to are those with the event as the guardrail narrows it', () => {
  const one = behind(false);
  expect(peopleOf(one, ARM)).toMatchObject({
    kind: 'InsightActorsQuery',
    source: {
      series: [{ event: 'paid', properties: one.properties }],
      properties: [{ key: '$feature/new-ui', value: ['false', 'control'] }],
    },
  });
  expect(recordingsOf(one, ARM)).toEqual({
    date_from: ARM.since,
    conditions: [{ kind: 'flag_value', flag: 'new-ui', values: ARM.values }, one.recordings],
  });
});

test('where less is harm they are those of the arm who did not do it', () => {
  const one = behind(true);
  expect(peopleOf(one, ARM)).toMatchObject({
    kind: 'FunnelsActorsQuery',
    funnelStep: -2,
    source: {
      series: [
        { event: null, properties: [{ key: '$feature/new-ui' }] },
        { event: 'paid', properties: one.properties },
      ],
    },
  });
  expect(recordingsOf(one, ARM).conditions).toContainEqual(
    expect.objectContaining({ event: 'paid', negated: true }),
  );
});

test('a question about it asks for the same event', () => {
  const events = eventInQuestion(behind(false));
  const question = flagQuestion({ flag: 'new-ui', events }, 0);
  expect(question).toMatchObject({
    series: [{ event: 'paid', properties: [{ key: 'plan', value: 'pro' }] }],
  });
  const bare = eventInQuestion({ ...behind(false), properties: [] });
  expect(JSON.parse(bare)).toEqual(['paid']);
});
