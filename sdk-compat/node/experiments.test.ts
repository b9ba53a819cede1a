// Experiments with posthog-node as installed from npm: clients see variants, what they do is counted, two alike stay
// alike, a true effect is found at about the planned sample, and harm takes everyone back.
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi, eventually } from '../management.ts';
import { type RunningSerin, startSerin } from '../server.ts';

/** People who take part at most, so that the test is quick whatever is planned. */
const MOST_PEOPLE = 6_000;

let serin: RunningSerin;
let client: PostHog;

beforeAll(async () => {
  // A minute between two looks at guardrails is a second.
  serin = await startSerin({ timeScale: 60 });
});
afterAll(async () => {
  await client.shutdown();
  await serin.stop();
});

const event = (name: string) => ({ kind: 'EventsNode', event: name });
const ordering = { metric_type: 'funnel', name: 'Ordering', series: [event('order')] };
const errors = {
  metric_type: 'funnel',
  name: 'Errors',
  goal: 'decrease',
  series: [event('$exception')],
  guardrail: { threshold_kind: 'relative', threshold: 1 },
};

async function launch(key: string): Promise<number> {
  const { id } = await callApi<{ id: number }>(serin, 'POST', 'experiments/', {
    name: `About ${key}`,
    feature_flag_key: key,
    metrics: [ordering],
    metrics_secondary: [errors],
  });
  await callApi(serin, 'POST', `experiments/${id}/launch/`, { allow_unknown_events: true });
  return id;
}

/** Of `count` people in each variant the first so many order, evenly mixed with the others. */
async function letPass(
  key: string,
  count: number,
  shares: Readonly<Record<string, { orders: number; fails: number }>>,
): Promise<number> {
  const seen: Record<string, number> = {};
  for (let i = 0; i < count; i += 1) {
    const distinctId = `${key}-${i}`;
    const variant = String(await client.getFeatureFlag(key, distinctId));
    const number = seen[variant] ?? 0;
    seen[variant] = number + 1;
    client.capture({ distinctId, event: 'visit' });
    const { orders = 0, fails = 0 } = shares[variant] ?? {};
    const isHit = (share: number) => Math.floor((number + 1) * share) > Math.floor(number * share);
    if (isHit(orders)) client.capture({ distinctId, event: 'order', properties: { total: 20 } });
    if (isHit(fails)) client.capture({ distinctId, event: '$exception' });
  }
  await client.flush();
  expect(Object.keys(seen).toSorted()).toEqual(['control', 'test']);
  return count;
}

type Results = {
  exposures: { total_exposures: Record<string, number>; sample_ratio: { p_value: number } | null };
  metrics: [{ variant_results: [{ significant: boolean; lift: number }] }];
};

/** Once everybody has arrived. */
const resultsOf = (id: number, people: number): Promise<Results> =>
  eventually(async () => {
    const results = await callApi<Results>(serin, 'GET', `experiments/${id}/results/?refresh=true`);
    const { control = 0, test: other = 0 } = results.exposures.total_exposures;
    if (control + other < people) throw new Error(`${control + other} of ${people} have arrived.`);
    return results;
  });

test('two that are alike, a true effect, and harm', async () => {
  const alike = await launch('alike');
  const better = await launch('better');
  const harmful = await launch('harmful');
  client = new PostHog(serin.projectToken, {
    host: serin.url,
    personalApiKey: serin.personalApiKey,
    featureFlagsPollingInterval: 1_000,
    flushAt: 500,
    maxQueueSize: 100_000,
    flushInterval: 200,
  });
  expect(await client.waitForLocalEvaluationReady(60_000)).toBe(true);

  const half = { orders: 0.5, fails: 0.02 };
  const few = await letPass('alike', 1_000, { control: half, test: half });
  const still = await resultsOf(alike, few);
  expect(still.metrics[0].variant_results[0]).toMatchObject({ significant: false });
  expect(still.exposures.sample_ratio?.p_value).toBeGreaterThan(0.001);

  const plan = await callApi<{ recommended_sample_size: number; baseline: { value: number } }>(
    serin,
    'POST',
    'experiments/calculate_running_time/',
    { metric: ordering, exposure_event: 'visit', minimum_detectable_effect: 15 },
  );
  expect(plan.baseline.value).toBeCloseTo(0.5, 2);
  expect(plan.recommended_sample_size).toBeLessThan(MOST_PEOPLE);
  const effect = { control: half, test: { ...half, orders: 0.575 } };
  const many = await letPass('better', plan.recommended_sample_size, effect);
  const found = (await resultsOf(better, many)).metrics[0].variant_results[0];
  expect(found.significant).toBe(true);
  expect(found.lift).toBeCloseTo(0.15, 1);

  await letPass('harmful', 600, { control: half, test: { orders: 0.9, fails: 0.3 } });
  const stopped = await eventually(async () => {
    const one = await callApi<{ status: string; conclusion: string; conclusion_comment: string }>(
      serin,
      'GET',
      `experiments/${harmful}/`,
    );
    if (one.status !== 'stopped') throw new Error(`It is ${one.status}.`);
    return one;
  });
  expect(stopped.conclusion).toBe('stopped_early');
  expect(stopped.conclusion_comment).toContain('“Errors”');
  await client.reloadFeatureFlags();
  for (let i = 0; i < 20; i += 1) {
    expect(await client.getFeatureFlag('harmful', `late-${i}`)).toBe('control');
  }
});
