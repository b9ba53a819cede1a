// A world for tests of exposure: events in an environment of their own, asked about as a rollout would.
import { rolloutHash } from '#flags/bucket';
import { compileFlag } from '#flags/evaluate';
import { insertEvents, type TestEvent } from '#platform/test-events';
import type { TestStores } from '#platform/test-stores';
import type { ExposureQuestion } from './exposure-sql.ts';
import { observe } from './metrics.query.ts';
import type { Observation } from './observation.ts';

export const FLAG = 'new-checkout';
const MINUTE_MS = 60_000;
/** Where the stage under test begins: 2026-11-02 09:00 UTC. */
export const SETTLED = Date.UTC(2026, 10, 2, 9);
export const at = (minute: number): number => SETTLED + minute * MINUTE_MS;

const { prefix } = compileFlag(
  {
    id: 1,
    key: FLAG,
    name: '',
    active: true,
    filters: { groups: [] },
    version: 1,
    evaluationRuntime: 'all',
    evaluationContexts: [],
    bucketingIdentifier: 'distinct_id',
    ensureExperienceContinuity: false,
    hasExperiment: false,
    isRemoteConfiguration: false,
    valueType: null,
    valueSource: null,
  },
  { compileRegex: () => undefined },
);

/** The evaluator's number for an id under {@link FLAG}. */
export const hashOf = (distinctId: string): number => rolloutHash(prefix, distinctId);

const ids = Array.from({ length: 200 }, (_, i) => `user-${i}`);
/** Ids on each side of a half-and-half split. */
export const insiders = ids.filter((id) => hashOf(id) <= 0.5);
export const outsiders = ids.filter((id) => hashOf(id) > 0.5);

type More = Partial<TestEvent>;
/** The SDK's report that the flag was used, with the value of a half-and-half split. */
export const call = (distinctId: string, minute: number, more: More = {}): TestEvent => ({
  event: '$feature_flag_called',
  distinctId,
  atMs: at(minute),
  flag: FLAG,
  flagResponse: String(hashOf(distinctId) <= 0.5),
  ...more,
});
export const seen = (distinctId: string, minute: number, more: More = {}): TestEvent => ({
  event: '$pageview',
  distinctId,
  atMs: at(minute),
  ...more,
});
export const error = (distinctId: string, minute: number, more: More = {}): TestEvent =>
  seen(distinctId, minute, { event: '$exception', ...more });

/** Lets a query take its time. */
export const UNHURRIED = new AbortController().signal;

let lastEnvironment = 0;

/** Stores events in an environment of their own; gives a question about them. */
export async function given(
  stores: TestStores,
  events: readonly TestEvent[],
  about: Partial<ExposureQuestion> = {},
): Promise<ExposureQuestion> {
  lastEnvironment += 1;
  await insertEvents(stores.clickhouse, lastEnvironment, events);
  return {
    environmentId: lastEnvironment,
    flagKey: FLAG,
    treatmentValue: 'true',
    assignment: { kind: 'hash', share: 0.5 },
    settledAtMs: SETTLED,
    watermarkMs: at(60),
    flagCreatedAtMs: SETTLED - 30 * 86_400_000,
    bucketMs: MINUTE_MS,
    settleMs: 2 * MINUTE_MS,
    noDataAfterMs: 30 * MINUTE_MS,
    toldApartFor: null,
    leftOutIds: [],
    outcomes: [{ kind: 'any', event: '$exception', filters: [] }],
    ...about,
  };
}

/** What a look at these events finds. */
export async function lookAt(
  stores: TestStores,
  events: readonly TestEvent[],
  about: Partial<ExposureQuestion> = {},
): Promise<Observation> {
  return observe(stores.clickhouse, await given(stores, events, about), UNHURRIED);
}
