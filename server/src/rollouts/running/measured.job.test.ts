import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFlag, setFlagOverrides } from '#flags';
import { canonicalJson } from '#kernel/json';
import { insertEvents } from '#platform/test-events';
import { decide } from '../gate/gate.ts';
import { listEvaluations } from '../kept/history.store.ts';
import { createRollout } from '../plan/draft.service.ts';
import { type PlanInput, PlanWire } from '../plan/plan.contract.ts';
import { toEvaluation } from '../rollout-wire.routes.ts';
import { aStory, RolloutStory, startWorld, type World } from './test-world.service.ts';

const DAY_MS = 86_400_000;
let world: World;

/** What a person does when nothing is wrong: waits 100 to 500 ms; two of five order something. */
function usual(visitor: number, { slower = 0, buyers = 40 } = {}) {
  const ms = 100 + ((visitor * 37) % 400) + slower;
  const isBuyer = (visitor * 61) % 100 < buyers;
  return [
    { event: 'request', properties: { ms } },
    ...(isBuyer ? [{ event: 'order', properties: { total: 10 + ((visitor * 13) % 50) } }] : []),
  ];
}

beforeAll(async () => {
  world = await startWorld();
  const { ctx, clock } = world;
  const before = Array.from({ length: 400 }, (_, visitor) =>
    usual(visitor).map((done) => ({
      ...done,
      distinctId: `before-${visitor}`,
      atMs: clock.now() - DAY_MS,
    })),
  );
  await insertEvents(ctx.clickhouse, ctx.environment.id, before.flat());
});
afterAll(() => world.close());

const SLOW = { id: 'slow', kind: 'latency', event: 'request', property: 'ms' } as const;
const ORDERS = { id: 'orders', kind: 'conversion', event: 'order' } as const;
const REVENUE = {
  id: 'money',
  kind: 'revenue_per_user',
  event: 'order',
  property: 'total',
} as const;

async function live(
  guardrails: PlanInput['guardrails'],
  treated: Parameters<typeof usual>[1],
  minutes: number,
): Promise<RolloutStory> {
  const story = await aStory(world, { guardrails });
  story.also = (isTreated, visitor) => usual(visitor, isTreated ? treated : {});
  await story.command('start');
  await story.live(minutes);
  return story;
}

async function looksOf(story: RolloutStory) {
  const page = { limit: 99, offset: 0 };
  return (await listEvaluations(world.ctx.db, story.id, page)).evaluations;
}

test.each([
  [SLOW, { slower: 150 }, /slow: p95 is 6\d\d ms with the change and 4\d\d ms without/],
  [ORDERS, { buyers: 20 }, /orders: \d+ of \d+ people with the change had order/],
  [REVENUE, { buyers: 15 }, /money: \d+(?:\.\d+)? total per person with the change/],
] as const)('harm shows in %j', async (guardrail, treated, reason) => {
  const story = await live([guardrail], treated, 25);
  const rollout = await story.rollout();
  expect(rollout.outcomeReason).toMatch(reason);
  expect(rollout.outcome).toBe('rolled_back');
  const red = (await looksOf(story)).find(({ verdict }) => verdict.level === 'red');
  const replayed = decide(red?.inputs as Parameters<typeof decide>[0]);
  expect(canonicalJson(replayed.verdict)).toBe(canonicalJson(red?.verdict));
});

test('a harmless release passes all of them, and the wire tells each in its own unit', async () => {
  const story = await live([SLOW, ORDERS, REVENUE], {}, 30);
  // Who is in which arm is drawn anew each time: once in a while more people are needed to be sure.
  for (let more = 0; more < 4 && (await story.rollout()).outcome === null; more += 1) {
    await story.live(20);
  }
  const { outcome, position, holdDetail } = await story.rollout();
  expect({ outcome, holdReason: position.holdReason, holdDetail }).toEqual({
    outcome: 'completed',
    holdReason: null,
    holdDetail: null,
  });
  const evaluations = await looksOf(story);
  const { plan } = await story.rollout();
  const last = evaluations.find(({ stageIndex }) => stageIndex === 1);
  if (!last) throw new Error('nobody looked');
  const [slow, orders, money] = toEvaluation(last, plan).guardrails;
  expect(slow).toMatchObject({ kind: 'latency', unit: 'ms', compare: 'delta_ms', is_safe: true });
  expect(slow?.threshold).toBeGreaterThan(470);
  expect(slow?.treatment.percentiles?.p50).toBeGreaterThan(250);
  expect(slow?.effect).toBeLessThan(50);
  expect(orders).toMatchObject({ unit: 'share', compare: 'relative', red: -0.1 });
  expect(orders?.control.value).toBeCloseTo(0.4, 1);
  expect(money).toMatchObject({ kind: 'revenue_per_user', unit: 'number', band: 'green' });
  expect(money?.control.value).toBeGreaterThan(12.5);
  expect(money?.control.value).toBeLessThan(15.5);
});

test('people who are named by their properties are told apart from those compared', async () => {
  const story = await aStory(world, {
    stages: [
      {
        name: 'staff',
        properties: [{ key: 'email', operator: 'icontains', value: '@x.io' }],
        min_bake_seconds: 120,
        min_exposures: 0,
      },
      { name: '50 %', percent: 50, min_bake_seconds: 300, min_exposures: 50 },
      { name: 'everyone', percent: 100, min_bake_seconds: 0 },
    ],
  });
  await story.command('start');
  expect((await story.flagNow()).filters.groups).toHaveLength(2);
  await story.command('promote', { reason: 'staff is small' });
  expect((await story.flagNow()).filters.groups).toMatchObject([
    { properties: [{ key: 'email' }], rollout_percentage: 100 },
    { properties: [], rollout_percentage: 50 },
  ]);
  await story.live(4);
  const { observation } = (await looksOf(story))[0]?.inputs ?? {};
  const compared = (observation?.people.treatment ?? 0) + (observation?.people.control ?? 0);
  expect(compared).toBeGreaterThan(400);
  const { rows } = await countToldApart();
  expect(rows).toBeGreaterThanOrEqual(compared);
});

async function countToldApart(): Promise<{ rows: number }> {
  const result = await world.ctx.clickhouse.query({
    query: 'SELECT count() AS rows FROM rollout_person WHERE NOT is_targeted',
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ rows: number }>();
  return row ?? { rows: 0 };
}

test('a flag for companies is rolled out to companies, and those that are named are not compared', async () => {
  const { db, environment } = world.ctx;
  const place = { environment_id: environment.id, type_index: 0 };
  await db
    .insertInto('group_type')
    .values({ ...place, group_type: 'company' })
    .execute();
  const beta = Array.from({ length: 100 }, (_, i) => ({
    ...place,
    group_key: `company-${10 * (i + 1)}`,
    properties: JSON.stringify({ plan: 'beta' }),
    created_at: new Date(0),
    version: 1,
  }));
  await db.insertInto('group_entity').values(beta).execute();
  const named = [
    { key: 'plan', type: 'group' as const, operator: 'exact' as const, value: 'beta' },
  ];
  const flag = await createFlag(world.ctx, {
    key: 'for-companies',
    active: true,
    filters: {
      aggregation_group_type_index: 0,
      groups: [
        { properties: named, rollout_percentage: 100 },
        { properties: [], rollout_percentage: 0 },
      ],
    },
  });
  const wire = (unit: string) =>
    PlanWire.parse({
      flag_key: flag.key,
      unit,
      stages: [{ name: '50 %', percent: 50 }],
      guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
    });
  await expect(createRollout(world.ctx, wire('person'), 1)).rejects.toMatchObject({ attr: 'unit' });
  const { id } = await createRollout(world.ctx, wire('company'), 1);
  const story = new RolloutStory(world, flag, id);
  story.unit = 'company';
  await story.command('start');
  await story.live(3);
  // What is done by somebody who was given the flag by hand says nothing of the company, as of this one of nobody else.
  await setFlagOverrides(world.ctx, flag.key, { distinctIds: ['tester'], value: true });
  const groups = { company: 'company-of-the-tester' };
  const call = { event: '$feature_flag_called', flag: flag.key, flagResponse: 'true' };
  const tester = { ...call, distinctId: 'tester', groups, atMs: world.clock.now() + 1 };
  await insertEvents(world.ctx.clickhouse, environment.id, [tester]);
  await story.live(1);
  const people = async () => (await looksOf(story))[0]?.inputs.observation?.people;
  const { treatment = 0, control = 0 } = (await people()) ?? {};
  // Pairs of visitors, without every tenth; those of the first minutes came before the stage had settled.
  expect(treatment + control).toBe(2 * 150 * 0.9);
  expect(treatment).toBeGreaterThan(100);
  story.errorEvery = { treatment: 2, control: 100 };
  expect((await story.live(10)).position.state).toBe('rolled_back');
});
