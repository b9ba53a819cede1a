import { expect, test } from 'vitest';
import { type BehaviouralCondition, checkBehaviour } from './behaviour.ts';
import { checkCohortFilters, toCohortFilters } from './cohort-input.ts';

const did = {
  type: 'behavioral',
  value: 'performed_event',
  key: 'order',
  event_type: 'events',
  time_value: 14,
  time_interval: 'day',
} as const satisfies BehaviouralCondition;
const { time_value: _value, time_interval: _unit, ...timeless } = did;
const often = { operator: 'gte', operator_value: 3 } as const;
const followed = { seq_time_value: 2, seq_time_interval: 'day' } as const;
const next = { seq_event: 'paid', seq_event_type: 'events' } as const;
const periods = { min_periods: 2, total_periods: 4 } as const;
const problemOf = (condition: BehaviouralCondition) =>
  checkBehaviour(condition, (pattern) => pattern !== '(?=a)')?.field;

test.each<[string, BehaviouralCondition]>([
  ['did', did],
  ['did since a date', { ...timeless, explicit_datetime: '2026-02-28' }],
  ['did between', { ...timeless, explicit_datetime: '-30d', explicit_datetime_to: '-7d' }],
  ['did ever', { ...timeless, explicit_datetime: 'all' }],
  ['often', { ...did, ...often, value: 'performed_event_multiple' }],
  ['for the first time', { ...did, value: 'performed_event_first_time' }],
  ['regularly', { ...did, ...often, ...periods, value: 'performed_event_regularly' }],
  ['one then another', { ...did, ...next, ...followed, value: 'performed_event_sequence' }],
  ['stopped', { ...did, ...followed, value: 'stopped_performing_event' }],
  ['restarted', { ...did, ...followed, value: 'restarted_performing_event' }],
])('%s makes sense', (_what, condition) => {
  expect(problemOf(condition)).toBeUndefined();
});

test.each<[BehaviouralCondition, string]>([
  [timeless, 'time_value'],
  [{ ...timeless, time_value: 1 }, 'time_interval'],
  [{ ...did, explicit_datetime: '-30d' }, 'time_value'],
  [{ ...timeless, explicit_datetime: 'soon' }, 'explicit_datetime'],
  [{ ...timeless, explicit_datetime: '2026-02-30' }, 'explicit_datetime'],
  [{ ...timeless, explicit_datetime_to: '2026-02-20' }, 'explicit_datetime'],
  [
    { ...timeless, explicit_datetime: '2026-02-20', explicit_datetime_to: 'all' },
    'explicit_datetime_to',
  ],
  [
    { ...timeless, explicit_datetime: '2026-02-20', explicit_datetime_to: '2026-02-19' },
    'explicit_datetime_to',
  ],
  [{ ...did, time_value: 11, time_interval: 'year' }, 'time_value'],
  [{ ...did, ...often }, 'operator'],
  [{ ...did, value: 'performed_event_multiple' }, 'operator_value'],
  [{ ...did, ...followed, value: 'performed_event_sequence' }, 'seq_event'],
  [{ ...did, ...next, value: 'performed_event_sequence' }, 'seq_time_value'],
  [
    { ...did, ...often, ...periods, min_periods: 5, value: 'performed_event_regularly' },
    'min_periods',
  ],
  [
    {
      ...did,
      ...often,
      min_periods: 1,
      total_periods: 100,
      time_interval: 'year',
      value: 'performed_event_regularly',
    },
    'time_value',
  ],
  [
    { ...did, ...followed, seq_time_value: 15, value: 'stopped_performing_event' },
    'seq_time_value',
  ],
  [
    { ...did, event_filters: [{ type: 'event', key: 'a', operator: 'regex', value: '(?=a)' }] },
    'event_filters.0.value',
  ],
  [
    { ...did, event_filters: [{ type: 'event', key: 'a', operator: 'in', value: 1 }] },
    'event_filters.0.operator',
  ],
])('what makes no sense is told by its field: %#', (condition, field) => {
  expect(problemOf(condition)).toBe(field);
});

test('what PostHog stores is taken, and told apart from what is not given', () => {
  const properties = {
    type: 'AND' as const,
    values: [
      {
        ...did,
        value: 'performed_event_multiple' as const,
        operator_value: 2,
        negation: false,
        explicit_datetime: null,
        seq_event: null,
        event_filters: [{ key: 'n', operator: 'max' as const, value: 3 }],
        bytecode: ['_H', 1],
        conditionHash: '00ff',
      },
    ],
  };
  const world = { isRegexUsable: () => true, isKnownCohort: () => false };
  expect(checkCohortFilters({ properties }, world)).toBeUndefined();
  expect(toCohortFilters({ properties }).properties.values).toEqual([
    {
      ...did,
      value: 'performed_event_multiple',
      operator: 'exact',
      operator_value: 2,
      event_filters: [{ type: 'event', key: 'n', operator: 'lte', value: 3 }],
    },
  ]);
});
