// The semantics on plain events: independent vectors, and laws that hold for any events.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Vector, checkVectors } from '#stats/check-vectors';
import { EXPERIMENT_FEATURE_METHODS } from './experiment-methods.ts';
import { type ReferenceInput, sufficientStatistics } from './sufficient-statistics.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../stats/vectors/experiment.vectors.json', import.meta.url), 'utf8'),
) as Vector[];
const scenarios = vectors
  .filter(({ method }) => method === 'experiment.sufficientStatistics')
  .map(({ input }) => input as unknown as ReferenceInput);

test('every independently computed vector is met within its tolerance', () => {
  const results = checkVectors(vectors, EXPERIMENT_FEATURE_METHODS);
  expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(results.length).toBe(157);
});

test('neither the order of arrival nor another flag changes anything', () => {
  for (const input of scenarios) {
    const other = input.events.map(
      ([uuid, distinctId, timestamp]) =>
        [
          `other-${uuid}`,
          `other-${distinctId}`,
          timestamp,
          '$feature_flag_called',
          { $feature_flag: 'unrelated', $feature_flag_response: 'test' },
        ] as const,
    );
    const shuffled = { ...input, events: [...other, ...input.events.toReversed()] };
    expect(sufficientStatistics(shuffled)).toEqual(sufficientStatistics(input));
  }
});

test('a value forced on the client is no exposure', () => {
  const [input] = scenarios as [ReferenceInput];
  const forced = input.events.map(
    ([uuid, id, at, event, properties]) =>
      [uuid, id, at, event, { ...properties, $feature_flag_original_response: 'control' }] as const,
  );
  expect(sufficientStatistics({ ...input, events: forced }).exposures).toEqual({});
});
