import { expect, test } from 'vitest';
import type { Evaluation, FlagDefinition } from '#flags/flag';
import { type FlagsAnswer, type FlagsShape, encodeFlags } from './flags-response.ts';
import { remoteConfig } from './remote-config.ts';

const definition = (key: string, id: number): FlagDefinition => ({
  id,
  key,
  name: `About ${key}`,
  active: true,
  filters: { groups: [] },
  version: 7,
  evaluationRuntime: 'all',
  evaluationContexts: [],
  bucketingIdentifier: 'distinct_id',
  ensureExperienceContinuity: false,
  hasExperiment: false,
  isRemoteConfiguration: false,
  valueType: null,
  valueSource: null,
});
const definitions = new Map(
  ['on', 'off', 'green', 'broken'].map((key, i) => [key, definition(key, i + 1)]),
);
const evaluation = (key: string, fields: Partial<Evaluation>): Evaluation => ({
  key,
  enabled: false,
  variant: null,
  payload: null,
  reason: { code: 'no_condition_match', conditionIndex: 0 },
  failed: false,
  ...fields,
});
const on = evaluation('on', {
  enabled: true,
  reason: { code: 'condition_match', conditionIndex: 0 },
});
const off = evaluation('off', {});
const green = evaluation('green', {
  enabled: true,
  variant: 'green',
  payload: '{"hex":"#00ff00"}',
  reason: { code: 'condition_match', conditionIndex: 1 },
});
const broken = evaluation('broken', { failed: true });

const answer = (evaluations: readonly Evaluation[], config?: ReturnType<typeof remoteConfig>) => ({
  evaluations,
  definitionOf: (key: string) => definitions.get(key),
  requestId: '0b4f4d0e-7d51-4a4e-a2fb-2b7b2f6a1d11',
  evaluatedAtMs: 1_763_600_000_000,
  config,
});

const decoded = (shape: FlagsShape, of: FlagsAnswer) =>
  JSON.parse(new TextDecoder().decode(encodeFlags(shape, of))) as Record<string, unknown>;

test('details: every flag with reason and metadata, payloads as JSON text', () => {
  expect(decoded('details', answer([on, off, green]))).toEqual({
    errorsWhileComputingFlags: false,
    flags: {
      on: {
        key: 'on',
        enabled: true,
        variant: null,
        reason: {
          code: 'condition_match',
          condition_index: 0,
          description: 'Matched condition set 1',
        },
        metadata: { id: 1, version: 7, description: null, payload: null, has_experiment: false },
      },
      off: {
        key: 'off',
        enabled: false,
        variant: null,
        reason: {
          code: 'no_condition_match',
          condition_index: 0,
          description: 'No condition set matched',
        },
        metadata: { id: 2, version: 7, description: null, payload: null, has_experiment: false },
      },
      green: {
        key: 'green',
        enabled: true,
        variant: 'green',
        reason: {
          code: 'condition_match',
          condition_index: 1,
          description: 'Matched condition set 2',
        },
        metadata: {
          id: 3,
          version: 7,
          description: null,
          payload: '{"hex":"#00ff00"}',
          has_experiment: false,
        },
      },
    },
    featureFlagPayloads: { green: '{"hex":"#00ff00"}' },
    requestId: '0b4f4d0e-7d51-4a4e-a2fb-2b7b2f6a1d11',
    evaluatedAt: 1_763_600_000_000,
  });
});

test('details: no flags at all is an empty object, never an error', () => {
  expect(decoded('details', answer([]))).toMatchObject({
    flags: {},
    errorsWhileComputingFlags: false,
  });
});

test('details: keys and payloads of any language survive', () => {
  const payload = JSON.stringify('größer ✓');
  const outcome = evaluation('on', { enabled: true, payload });
  expect(decoded('details', answer([outcome, off]))).toMatchObject({
    flags: { on: { metadata: { payload } } },
    featureFlagPayloads: { on: payload },
  });
});

test('details: a failed flag is marked, and so is the whole answer', () => {
  const body = decoded('details', answer([on, broken])) as unknown as {
    errorsWhileComputingFlags: boolean;
    flags: Record<string, { failed?: boolean }>;
  };
  expect(body.errorsWhileComputingFlags).toBe(true);
  expect(body.flags['broken']?.failed).toBe(true);
  expect(body.flags['on']).not.toHaveProperty('failed');
});

test('details: the configuration is merged in at the top level', () => {
  const body = decoded('details', answer([on], remoteConfig('phc_a', undefined)));
  expect(body).toMatchObject({ token: 'phc_a', hasFeatureFlags: true, flags: { on: {} } });
});

test('the three older shapes', () => {
  const all = answer([on, off, green, broken], remoteConfig('phc_a', undefined));
  expect(decoded('keys', all)).toMatchObject({
    token: 'phc_a',
    featureFlags: ['on', 'green'],
  });
  expect(decoded('enabled-map', all).featureFlags).toEqual({
    on: true,
    green: 'green',
  });
  expect(decoded('map-with-payloads', all)).toMatchObject({
    errorsWhileComputingFlags: true,
    featureFlags: { on: true, off: false, green: 'green' },
    featureFlagPayloads: { green: '{"hex":"#00ff00"}' },
  });
});
