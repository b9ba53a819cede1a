// What the numbers advise, and what people are told of it.
import { expect, test } from 'vitest';
import { type MetricResult, analyse } from './analysis.ts';
import { DEFAULT_STATS, type StatsConfig } from './experiment.ts';
import { guardrailFindings } from './guardrail-verdict.ts';
import type { Metric } from './metric.ts';
import { experimentMessage, newsOf, toldAfter } from './news.ts';
import { type Situation, recommend } from './recommendation.ts';
import { sampleRatioOf } from './sample-ratio.ts';

const base = { kind: 'ExperimentMetric', uuid: 'm', goal: 'increase' } as const;
const buying: Metric = {
  ...base,
  name: 'Buying',
  metric_type: 'funnel',
  series: [{ event: 'buy' }],
  funnel_order_type: 'ordered',
};
const failing: Metric = {
  ...base,
  name: 'Errors',
  goal: 'decrease',
  metric_type: 'mean',
  source: { event: '$exception' },
  guardrail: { threshold_kind: 'relative', threshold: 0.5 },
};
const KEYS = ['control', 'test'];
const environment = { key: 'production', name: 'Production' };
const arm = (n: number, sum: number) => ({ n, sum, sumSquares: sum });
const outcome = (metric: Metric, control: number, variant: number, config = DEFAULT_STATS) =>
  analyse(metric, KEYS, { control: arm(1000, control), test: arm(1000, variant) }, config);

const shares = { control: 50, test: 50 };
function situation(goal: MetricResult, more: Partial<Situation> = {}): Situation {
  const people = { control: 1000, test: 1000 };
  return {
    days: 10,
    people,
    multiple: 0,
    sampleRatio: sampleRatioOf([{ people, shares }]),
    sampleSize: undefined,
    hasEnded: false,
    goals: [goal],
    secondary: [],
    config: DEFAULT_STATS,
    ...more,
  };
}

test('each row of the decision table, in plain words', () => {
  const won = outcome(buying, 100, 200);
  const harmed = outcome(failing, 100, 300);
  const skewed = { control: 1000, test: 1400 };
  const said = (one: Situation) => {
    const { status, winner, headline } = recommend(one);
    return [status, winner, headline];
  };
  expect([
    said(situation(won)),
    said(situation(won, { secondary: [harmed] })),
    said(situation(won, { secondary: [outcome(failing, 100, 110)] })),
    said(
      situation(won, { people: skewed, sampleRatio: sampleRatioOf([{ people: skewed, shares }]) }),
    ),
    said(situation(won, { multiple: 30 })),
    said(situation(won, { days: 2 })),
    said(situation(won, { days: 2, hasEnded: true })),
    said(situation(won, { people: { control: 1000, test: 20 }, sampleRatio: null })),
    said(situation(outcome(buying, 200, 100))),
    said(situation(outcome(buying, 100, 105))),
    said(situation(outcome(buying, 100, 105), { sampleSize: 2000 })),
    said(situation(outcome(buying, 100, 105), { hasEnded: true })),
  ]).toEqual([
    ['ship', 'test', 'Ship “test”: it is better.'],
    ['stop', null, 'Stop: “test” does harm.'],
    ['ship', 'test', 'Ship “test”: it is better.'],
    ['unhealthy', null, 'Do not trust these numbers: people are not told apart as planned.'],
    ['unhealthy', null, 'Do not trust these numbers: people are not told apart as planned.'],
    ['collecting', null, 'Too early to say: at least 3 days are needed, about 1 more day.'],
    ['collecting', null, 'Ended too early to say: at least 3 days are needed.'],
    ['collecting', null, 'Too early to say: each variant needs 50 people, about 15 more days.'],
    ['rollback', null, 'Roll back to control: it is better than every variant.'],
    ['running', null, 'Keep running: nothing is sure yet.'],
    [
      'inconclusive',
      null,
      'Inconclusive: no difference was found. Decide on other evidence, or run longer.',
    ],
    [
      'inconclusive',
      null,
      'Inconclusive: no difference was found. Decide on other evidence, or run longer.',
    ],
  ]);
  expect(recommend(situation(won, { secondary: [harmed] })).reasons).toEqual([
    'The guardrail “Errors” moved by +200.0 % in “test”, beyond its threshold.',
    '“test” improves “Buying” by +100.0 %.',
  ]);
});

test('guardrails go by the verdict of rollouts: few and certain, by sums, and never by noise', () => {
  const errors: Metric = {
    ...base,
    goal: 'decrease',
    metric_type: 'funnel',
    series: [{ event: '$exception' }],
    funnel_order_type: 'ordered',
    guardrail: { threshold_kind: 'relative', threshold: 1 },
  };
  const revenue: Metric = {
    ...base,
    uuid: 'r',
    metric_type: 'mean',
    source: { event: 'buy', math: 'sum', math_property: 'amount' },
    guardrail: { threshold_kind: 'relative', threshold: 0.05 },
  };
  const spent = (n: number, mean: number) => ({
    n,
    sum: n * mean,
    sumSquares: n * mean * mean * 3,
  });
  const states = (metric: Metric, ...arms: ReturnType<typeof arm>[]) => {
    const keys = ['control', 'test', 'other'].slice(0, arms.length);
    const all = Object.fromEntries(keys.map((key, i) => [key, arms[i]]));
    const result = analyse(
      metric,
      keys,
      all as Record<string, ReturnType<typeof arm>>,
      DEFAULT_STATS,
    );
    return guardrailFindings([result]).map(({ state }) => state);
  };
  expect([
    // Control has hardly any, so nothing is told of it otherwise.
    states(errors, arm(677, 4), arm(623, 70)),
    states(errors, arm(1000, 20), arm(1000, 24)),
    states(errors, arm(20_000, 400), arm(20_000, 402)),
    states(errors, arm(0, 0), arm(0, 0)),
    states(revenue, spent(5000, 10), spent(5000, 7)),
    states(revenue, spent(5000, 10), spent(5000, 9.9)),
    // Each of two variants for itself.
    states(errors, arm(2000, 20), arm(2000, 100), arm(2000, 21)),
  ]).toEqual([
    ['breached'],
    ['undecided'],
    ['safe'],
    ['undecided'],
    ['breached'],
    ['undecided'],
    ['breached', 'undecided'],
  ]);
});

test('a metric without a name is called by what it counts', () => {
  const steps = [{ event: 'add' }, { event: 'pay' }, { event: 'buy' }];
  const both: Metric = { ...buying, name: undefined, series: steps };
  const { reasons } = recommend(situation(outcome(both, 100, 200)));
  expect(reasons).toContain('“test” improves “Conversion to add, pay then buy” by +100.0 %.');
});

test('what looks worse in several ways warns and stops nothing; what cannot be counted is not shipped', () => {
  const goal: Metric = { ...base, uuid: 's', metric_type: 'mean', source: { event: 'search' } };
  const speed: Metric = { ...failing, uuid: 'f', source: { event: 'slow' } };
  const won = outcome(buying, 100, 200);
  const secondary = [outcome(failing, 100, 135), outcome(speed, 100, 135), outcome(goal, 9, 9)];
  const both = recommend(situation(won, { secondary }));
  expect(both.guardrails.map(({ state }) => state)).toEqual(['harmed', 'harmed']);
  expect(both.status).not.toBe('stop');

  const lost = { ...outcome(failing, 0, 0), error: 'The cohort 9 has not been calculated.' };
  const uncounted = recommend(situation(won, { secondary: [lost] }));
  expect(uncounted).toMatchObject({
    status: 'review',
    winner: null,
    variants: { test: 'review' },
    headline: 'Decide yourselves: a guardrail cannot be counted.',
    guardrails: [{ state: 'uncounted', variant: 'test' }],
  });
  expect(uncounted.reasons[0]).toBe(
    'The guardrail “Errors” cannot be counted, and guards nothing: The cohort 9 has not been calculated.',
  );
  const seen = {
    recommendation: uncounted,
    people: 2000,
    days: 10,
    plannedDays: undefined,
    silence: null,
  };
  expect(newsOf(seen, []).map(({ key }) => key)).toEqual(['decision:review:', 'uncounted:m']);
  const fromZero = outcome(
    {
      ...buying,
      name: 'Errors',
      goal: 'decrease',
      guardrail: { threshold_kind: 'relative', threshold: 1 },
    },
    0,
    300,
  );
  expect(recommend(situation(won, { secondary: [fromZero] })).reasons[0]).toBe(
    'The guardrail “Errors” moved from zero to 0.3 in “test”, beyond its threshold.',
  );
});

test('a fixed horizon is judged by its goals at one look, and waits for every goal to be counted', () => {
  const config: StatsConfig = { ...DEFAULT_STATS, sequential: false };
  const none = outcome(buying, 100, 105, config);
  const later = { config, sampleSize: 2000 };
  expect(recommend(situation(none, later)).status).toBe('inconclusive');
  const missing = { ...none, error: 'It was too expensive.' };
  expect(recommend(situation(missing, later)).status).toBe('running');
  expect(recommend(situation(none, { ...later, isKept: true })).reasons).toEqual([
    'Goals are judged as they were when the sample was complete.',
  ]);
});

test('news is told once: harm that is not sure, an answer, doubt, and nobody at all', () => {
  const at = (one: Situation, people = 2000, days = 10, plannedDays = 14) => ({
    recommendation: recommend(one),
    people,
    days,
    plannedDays,
    silence: null,
  });
  const keys = (seen: ReturnType<typeof at>, told: string[] = []) =>
    newsOf(seen, told).map(({ key }) => key);
  const won = at(situation(outcome(buying, 100, 200)));
  expect(keys(won)).toEqual(['decision:ship:test']);
  expect(keys(won, ['decision:ship:test'])).toEqual([]);
  expect(keys(at(situation(outcome(buying, 100, 105))))).toEqual([]);
  expect(keys(at(situation(outcome(buying, 100, 105), { multiple: 30 })))).toEqual(['unhealthy']);
  expect(keys(at(situation(outcome(buying, 0, 0), { days: 0.5 }), 0, 0.5))).toEqual([]);
  expect(keys(at(situation(outcome(buying, 0, 0), { days: 1 }), 0, 1))).toEqual(['no_exposures']);
  const quiet = situation(outcome(buying, 100, 105));
  const silent = { ...at(quiet), silence: { sinceMs: 0, perDay: 30.4 } };
  expect(newsOf(silent, [])).toEqual([
    { key: 'no_exposures', news: { kind: 'no_exposures', perDay: 30.4 } },
  ]);
  const about = { id: 1, name: 'X', flagKey: 'x', environment, actor: 'Serin' };
  const said = experimentMessage(about, { kind: 'no_exposures', perDay: 30.4 });
  expect(said.summary).toContain('Nobody has been reported');
  expect(said.summary).toContain('about 30 new ones a day');
  const ending = (days: number, planned: number) => keys(at(quiet, 2000, days, planned));
  expect([ending(11.9, 14), ending(12, 14), ending(14, 14), ending(0.5, 2)]).toEqual([
    [],
    ['ends_soon'],
    [],
    [],
  ]);
  expect(keys(at(quiet, 2000, 13, 14), ['ends_soon'])).toEqual([]);
  const worse = at(
    situation(outcome(buying, 100, 105), { secondary: [outcome(failing, 100, 135)] }),
  );
  expect(keys(worse)).toEqual(['worse:m:test']);
  // Once all trouble is over, that is told by the type of each; then it may be told anew.
  const fine = at(situation(outcome(buying, 100, 105)));
  const before = ['no_exposures', 'worse:m:test', 'worse:n:test', 'decision:ship:test'];
  expect(keys(worse, before)).toEqual([]);
  const news = newsOf(fine, before);
  expect(news.map(({ key }) => key)).toEqual(['over:worse', 'over:no_exposures']);
  const subject = { id: 7, name: 'Page', flagKey: 'page', actor: 'Serin', environment };
  expect(news.map(({ news: one }) => experimentMessage(subject, one))).toMatchObject([
    { type: 'experiment.guardrail', incident: { key: 'experiment:7', step: 'resolve' } },
    { type: 'experiment.no_exposures', incident: { key: 'experiment:7', step: 'resolve' } },
  ]);
  expect(toldAfter(before, news)).toEqual(['decision:ship:test']);
  expect(toldAfter([], newsOf(worse, []))).toEqual(['worse:m:test']);
});
