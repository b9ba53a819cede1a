import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import { createLog } from '#platform/log';
import { insertEvents, personIdOf, type TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { countOn } from './counting.service.ts';
import type { ExposureQuestion } from './exposure-sql.ts';
import { observe } from './metrics.query.ts';
import type { Outcome } from './outcome.ts';
import { crowd, OUTCOMES, took } from './test-crowd.ts';
import { at, FLAG, given, UNHURRIED } from './test-exposure.query.ts';
import { lookTogether } from './together.service.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const OTHER = 'other-flag';
const MINUTE_MS = 60_000;

/** Everybody calls one flag, most of them the other, too. */
function crowdOfTwoFlags(seed: number): TestEvent[] {
  const rng = createRng(seed);
  return crowd(seed).flatMap((event) => {
    const flags = { [FLAG]: rng() < 0.5 ? 'true' : 'false', [OTHER]: 'blue' };
    if (event.flag === undefined) return [{ ...event, flags }];
    const called = { ...event, flag: OTHER, flagResponse: rng() < 0.5 ? 'blue' : 'green' };
    return rng() < 0.7 ? [event, called] : [event];
  });
}

/** The same kinds of outcomes with limits of their own. */
const otherLimits = OUTCOMES.map((outcome): Outcome => {
  if (outcome.kind === 'above') return { ...outcome, treatment: 900, control: 600 };
  if (outcome.kind === 'steps') return { ...outcome, windowMs: 3 * MINUTE_MS };
  return outcome.kind === 'tally' && outcome.cap !== null ? { ...outcome, cap: 40 } : outcome;
});

/** Questions that may share statements, and differ in whatever else they may. */
async function alike(): Promise<ExposureQuestion[]> {
  const question = await given(stores, [], { outcomes: OUTCOMES });
  return [
    question,
    { ...question, flagKey: OTHER, treatmentValue: 'blue', flagCreatedAtMs: at(-60) },
    { ...question, settledAtMs: at(12), leftOutIds: ['p3-1', 'p3-2'], outcomes: otherLimits },
    {
      ...question,
      flagKey: OTHER,
      settledAtMs: at(-10),
      assignment: { kind: 'hash', share: 0.2 },
      bucketMs: 5 * MINUTE_MS,
      noDataAfterMs: 5 * MINUTE_MS,
      settleMs: MINUTE_MS,
    },
  ];
}

/** The store, and how many statements fill a table; `fail` is asked after each is carried out. */
function watched(fail: (query: string, questions: number) => boolean = () => false) {
  const { clickhouse } = stores;
  const stored: string[] = [];
  const command: typeof clickhouse.command = async (params) => {
    const table = /INTO (rollout_\w+)/.exec(params.query)?.[1];
    if (table) stored.push(table);
    const result = await clickhouse.command(params);
    const questions = params.query_params?.['questions'];
    const many = Array.isArray(questions) ? questions.length : 1;
    if (fail(params.query, many)) throw new Error('the answer is lost');
    return result;
  };
  const proxy = new Proxy(clickhouse, {
    get: (target, name) =>
      name === 'command' ? command : Reflect.get(target, name, target).bind(target),
  });
  return { clickhouse: proxy, stored };
}

type Looks = {
  readonly clickhouse: TestStores['clickhouse'];
  /** How long the first waits for the others. */
  readonly waitMs: number;
};

/** A look at each of them at once; returns how many pieces each went by. */
async function lookAtAll(questions: readonly ExposureQuestion[], { clickhouse, waitMs }: Looks) {
  const deps = { ...stores, clickhouse, log: createLog('silent') };
  const together = lookTogether(clickhouse, UNHURRIED, { looks: questions.length, waitMs });
  return Promise.all(
    questions.map(async (question, i) => {
      const look = await countOn(deps, question, UNHURRIED, { leastEvents: 0, together });
      const found = await look.observe();
      const whole = await observe(stores.clickhouse, question, UNHURRIED);
      expect(found, `question ${i}`).toEqual(whole);
      expect(await look.keep(UNHURRIED)).toBe(true);
      return { goesBy: look.goesBy, people: whole.people.treatment + whole.people.control };
    }),
  );
}

/** Ids change their person, as a merge or a split says. */
async function merge(environmentId: number, ids: readonly string[]): Promise<void> {
  const values = ids.map((distinct_id, i) => ({
    environment_id: environmentId,
    distinct_id,
    person_id: personIdOf(ids[i - (i % 2)] ?? ''),
    version: 1,
  }));
  await stores.clickhouse.insert({ table: 'person_overrides', format: 'JSONEachRow', values });
}

/** Stores a part of the events before each look, in any order; people are merged before the third. */
async function inSteps(
  environmentId: number,
  steps: number,
  look: (step: number) => Promise<void>,
): Promise<void> {
  const rng = createRng(5);
  const events = crowdOfTwoFlags(3).toSorted(() => rng() - 0.5);
  const ids = [...new Set(events.map(({ distinctId }) => distinctId))];
  const share = Math.ceil(events.length / steps);
  for (let step = 0; step < steps; step += 1) {
    const chunk = events.slice(step * share, (step + 1) * share);
    await insertEvents(stores.clickhouse, environmentId, chunk);
    if (step === 2) await merge(environmentId, ids.slice(0, 20));
    await look(step);
  }
}

test('several rollouts are counted by one statement, each as by itself', async () => {
  const questions = await alike();
  const [{ environmentId }] = questions as [ExposureQuestion];
  const { clickhouse, stored } = watched();
  const steps = 4;
  let counted: number[] = [];
  await inSteps(environmentId, steps, async (step) => {
    stored.length = 0;
    const asked = questions.map((one) => ({ ...one, watermarkMs: at(20 + 10 * step) }));
    // Nobody goes on without the others.
    const looks = await lookAtAll(asked, { clickhouse, waitMs: 600_000 });
    const facts = stored.filter((table) => table === 'rollout_piece').length;
    // The first look of each reads whatever there is.
    expect(facts).toBe(step === 0 ? questions.length : 1);
    expect(stored.filter((table) => table === 'rollout_sum')).toHaveLength(1);
    expect(new Set(looks.map(({ goesBy }) => goesBy))).toEqual(new Set([step]));
    counted = looks.map(({ people }) => people);
  });
  expect(Math.min(...counted)).toBeGreaterThan(20);
});

test('questions of other shapes, and the same twice, keep apart', async () => {
  const [first, second, third] = (await alike()) as [
    ExposureQuestion,
    ExposureQuestion,
    ExposureQuestion,
  ];
  const elsewhere = await given(stores, crowdOfTwoFlags(9), { outcomes: OUTCOMES });
  const questions: ExposureQuestion[] = [
    first,
    first,
    { ...second, outcomes: [{ kind: 'spread', series: took, level: 0.5 }] },
    { ...third, maturesAfterMs: OUTCOMES.map(() => MINUTE_MS) },
    { ...second, assignment: { kind: 'reported' } },
    elsewhere,
  ];
  const { clickhouse } = watched();
  await inSteps(first.environmentId, 3, async (step) => {
    const asked = questions.map((one) => ({ ...one, watermarkMs: at(20 + 10 * step) }));
    await lookAtAll(asked, { clickhouse, waitMs: 20 });
  });
});

test('what fails for several is counted for each alone, also where it was stored in part', async () => {
  const questions = await alike();
  const [{ environmentId }] = questions as [ExposureQuestion];
  const failing = ['rollout_sum', 'rollout_piece', 'rollout_sum'];
  await inSteps(environmentId, failing.length, async (step) => {
    const table = `INTO ${failing[step]}`;
    const { clickhouse } = watched((query, many) => many > 1 && query.includes(table));
    const asked = questions.map((one) => ({ ...one, watermarkMs: at(20 + 10 * step) }));
    const looks = await lookAtAll(asked, { clickhouse, waitMs: 600_000 });
    for (const { goesBy } of looks) expect(goesBy).toBe(step);
  });
});
