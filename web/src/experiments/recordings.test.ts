import { expect, test } from 'vitest';
import type { Metric } from '../api/experiments.ts';
import { recordingsBy, recordingsOfSeveral, recordingsWith } from './recordings.ts';

const experiment = { feature_flag_key: 'f', start_date: '2026-03-01T00:00:00Z', end_date: null };
const base = { kind: 'ExperimentMetric', uuid: 'm', goal: 'increase' } as const;
const conditionsOf = (filter: string | undefined) => JSON.parse(filter ?? '{}').conditions;

test('recordings are those with the variant in which what the metric counts last happened, or did not', () => {
  const given = { kind: 'flag_value', flag: 'f', values: ['test'] };
  const paid = [{ key: 'plan', type: 'event', operator: 'exact', value: ['pro'] }];
  const series = [{ event: 'view' }, { event: 'buy', properties: paid }];
  const funnel = { ...base, metric_type: 'funnel', series } as Metric;
  expect(conditionsOf(recordingsWith(experiment, 'test'))).toEqual([given]);
  const buy = { kind: 'event', event: 'buy', properties: paid, without_session: true };
  expect(conditionsOf(recordingsBy(experiment, funnel, 'test', true))).toEqual([given, buy]);
  expect(conditionsOf(recordingsBy(experiment, funnel, 'test', false))).toEqual([
    given,
    { ...buy, negated: true },
  ]);
  const ratio = {
    ...base,
    metric_type: 'ratio',
    numerator: { event: 'a' },
    denominator: { event: 'b' },
  } as Metric;
  expect(conditionsOf(recordingsBy(experiment, ratio, 'test', true))[1].event).toBe('a');
  expect(conditionsOf(recordingsOfSeveral(experiment))).toEqual([
    { kind: 'flag_changed', flag: 'f' },
  ]);
});
