import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import type { SerinError } from '#kernel/errors';
import { openSources, SourceError, type Sources } from '#sources';
import { removeSource, setSource, testSource } from '#sources/sources.service';
import {
  PROMETHEUS,
  type Sample,
  startPrometheus,
  type TestPrometheus,
} from '#sources/test-prometheus';
import { type PlanInput, PlanWire } from '../plan/plan.contract.ts';
import { replanRollout } from '../plan/replan.service.ts';
import { aStory, look, type RolloutStory, startWorld, type World } from './test-world.service.ts';

const SCRAPE_MS = 15_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Counters of a service: a hundred requests a scrape without the change and thirty with it. */
function scraped(
  service: string,
  fromMs: number,
  share: { true: number; false: number },
): Sample[] {
  const rng = createRng(1);
  const samples: Sample[] = [];
  const total = { true: 0, false: 0 };
  const bad = { true: 0, false: 0 };
  for (let atMs = fromMs; atMs < fromMs + 4 * HOUR_MS; atMs += SCRAPE_MS) {
    for (const variant of ['true', 'false'] as const) {
      for (let i = 0; i < (variant === 'true' ? 30 : 100); i += 1) {
        total[variant] += 1;
        bad[variant] += rng() < share[variant] ? 1 : 0;
      }
      const labels = { service, variant };
      samples.push({ name: 'requests', labels, atMs, value: total[variant] });
      samples.push({ name: 'failures', labels, atMs, value: bad[variant] });
    }
  }
  return samples;
}

const counting = (service: string): PlanInput['guardrails'][number] => ({
  id: 'failures',
  kind: 'prometheus',
  bad_query: `sum by (variant) (increase(failures_total{service="${service}"}[$window]))`,
  total_query: `sum by (variant) (increase(requests_total{service="${service}"}[$window]))`,
});

describe.skipIf(!PROMETHEUS)('a real Prometheus', () => {
  let world: World;
  let prometheus: TestPrometheus;
  let sources: Sources;
  beforeAll(async () => {
    world = await startWorld();
    const nowMs = world.clock.now();
    prometheus = await startPrometheus(PROMETHEUS ?? '', [
      ...scraped('harmless', nowMs, { true: 0.02, false: 0.02 }),
      ...scraped('harmful', nowMs, { true: 0.08, false: 0.02 }),
    ]);
    const options = { secretKey: undefined, allowedPrivate: ['127.0.0.1'] };
    sources = openSources(world.ctx, options);
    await setSource(world.ctx, sources, { url: prometheus.url });
  });
  afterAll(async () => {
    await prometheus.close();
    await world.close();
  });

  async function live(story: RolloutStory, minutes: number) {
    for (let i = 0; i < minutes; i += 1) {
      await story.minute(20);
      await look(world, 'one', undefined, { sources });
      const rollout = await story.rollout();
      if (rollout.outcome !== null) return rollout;
    }
    return story.rollout();
  }

  const began = async (guardrail: PlanInput['guardrails'][number]) => {
    const story = await aStory(world, { guardrails: [guardrail] });
    await story.command('start');
    return story;
  };

  test('failing requests of servers take a change back', async () => {
    const story = await began(counting('harmful'));
    const rollout = await live(story, 60);
    expect(rollout.outcome).toBe('rolled_back');
    expect(rollout.outcomeReason).toMatch(
      /failures: Prometheus counts \d+ of \d+ \([78].* with the change, \d+ of \d+ \([12].* without: \d.*times as often/,
    );
  });

  test('a Prometheus that stops holds and takes nothing back; when it is there again, the rollout goes on', async () => {
    const story = await began(counting('harmless'));
    await live(story, 5);
    await prometheus.stop();
    const held = await live(story, 9);
    expect(held.position).toMatchObject({ state: 'holding', holdReason: 'source_down' });
    expect(held.holdDetail).toMatch(/could not be read 5 times: Prometheus is out of reach/);
    await prometheus.start();
    const back = await live(story, 6);
    expect(back.position).toMatchObject({ state: 'baking', stageIndex: 0 });
    const after = await live(story, 40);
    expect(after.outcome).not.toBe('rolled_back');
    expect(after.position.stageIndex).toBeGreaterThan(0);
  });

  test('one value is held against limits by its last readings; what gives none never passes', async () => {
    const high = await live(await began(gauge('scalar(vector(3))')), 8);
    expect(high.outcome).toBe('rolled_back');
    expect(high.outcomeReason).toContain('beyond the red band in 3 or more of the last 5 windows');
    const silent = await live(await began(gauge('no_such_metric')), 4);
    expect(silent.position).toMatchObject({ stageIndex: 0, state: 'baking' });
  });

  const gauge = (query: string): PlanInput['guardrails'][number] => ({
    id: 'load',
    kind: 'prometheus',
    query,
    compare: 'absolute',
    yellow: 1,
    red: 2,
  });

  test('a query that cannot be read is refused at the start and in another plan, with its field and the reason', async () => {
    const saysOf = async (guardrail: PlanInput['guardrails'][number]) => {
      const story = await aStory(world, { guardrails: [guardrail] });
      const { message, ...refusal } = await story.command('start', {}, { sources }).then(
        () => ({ code: 'started', attr: undefined, message: '' }),
        (error: SerinError) => error,
      );
      await story.cancel();
      return [refusal.code, refusal.attr, message];
    };
    const refused = (field: string, reason: RegExp) => [
      'invalid_input',
      `guardrails.0.${field}`,
      expect.stringMatching(reason),
    ];
    const requests = 'requests_total{service="harmless"}';
    const { bad_query: bad, total_query: total, ...rates } = counting('harmless');
    const cases: [PlanInput['guardrails'][number], unknown][] = [
      [gauge('no_such_metric'), refused('query', /gives no number/)],
      [gauge('0 / scalar(vector(0))'), refused('query', /gives no number/)],
      [gauge('sum('), refused('query', /parse error/)],
      [gauge(requests), refused('query', /gives 2 series where one value is needed/)],
      [{ ...gauge('no_such_metric'), allow_no_baseline: true }, ['started', undefined, '']],
      [
        { ...counting('harmless'), label: 'version' },
        refused('total_query', /has the label version/),
      ],
      [
        {
          ...rates,
          bad_query: bad,
          total_query: total,
          treatment_value: 'blue',
          control_value: 'green',
        },
        refused('total_query', /whose label variant is blue or green/),
      ],
      [
        { ...rates, bad_query: 'sum(failures_total[$window])', total_query: total },
        refused('bad_query', /^Prometheus refuses the query/),
      ],
      [counting('harmless'), ['started', undefined, '']],
    ];
    for (const [guardrail, expected] of cases) expect(await saysOf(guardrail)).toEqual(expected);
    const away = {
      read: () => Promise.reject(new SourceError('Prometheus is out of reach: gone')),
    };
    const story = await aStory(world, { guardrails: [counting('harmless')] });
    await expect(story.command('start', {}, { sources: away })).rejects.toMatchObject({
      code: 'unavailable',
    });
    const { wire, version } = await story.command('start', {}, { sources });
    const other = {
      ...wire,
      guardrails: [...wire.guardrails, ...PlanWire.shape.guardrails.parse([gauge('up')])],
    };
    const replan = { expectedVersion: version, reason: null, timeScale: 1, sources };
    await expect(replanRollout(world.ctx, story.id, other, replan)).rejects.toMatchObject({
      code: 'invalid_input',
      attr: 'guardrails.1.query',
    });
    await story.cancel();
  });

  test('a plan that is judged by servers alone needs nobody to report the flag', async () => {
    const story = await began(counting('harmless'));
    for (let minute = 1; minute <= 44; minute += 1) {
      await story.minute(0);
      if (minute % 4 === 0) await look(world, 'one', undefined, { sources });
    }
    const passed = await story.rollout();
    expect(passed.outcome).toBeNull();
    expect(passed.position.stageIndex).toBeGreaterThan(0);
  });

  test('asked by hand it shows series, and says why it refuses', async () => {
    const ask = (query: string) => testSource(world.ctx, sources, query);
    const found = await ask('sum by (variant) (requests_total{service="harmless"})');
    expect(found.error).toBeNull();
    expect(await ask('no_such_metric')).toEqual({ error: null, series: [] });
    expect((await ask('sum(')).error).toMatch(/^Prometheus refuses the query: .*parse error/);
    const none = await ask('0 / scalar(vector(0))');
    expect(none.series).toEqual([{ labels: {}, value: null }]);
  });
});

describe('a source that is none', () => {
  let world: World;
  let server: Server;
  let answer = { status: 200, body: '' };
  let seen: (string | undefined)[] = [];
  beforeAll(async () => {
    world = await startWorld();
    server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(answer.status).end(answer.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.close();
    await world.close();
  });

  test('its token goes to no other host, private addresses are closed, and odd answers are errors', async () => {
    const { ctx } = world;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const open = openSources(ctx, { secretKey: 'k', allowedPrivate: ['127.0.0.1'] });
    await setSource(ctx, open, { url, token: 'hush' });
    const stored = await ctx.db.selectFrom('metric_source').selectAll().executeTakeFirst();
    expect(JSON.stringify(stored)).not.toContain('hush');
    const said = async (status: number, body: string) => {
      answer = { status, body };
      return (await testSource(ctx, open, 'up')).error;
    };
    expect(await said(503, 'down')).toBe('Prometheus answered with status 503.');
    expect(await said(200, '<html>')).toBe('Prometheus answered with status 200.');
    expect(await said(401, '')).toMatch(/lets nobody in/);
    const nothing = '{"status":"success","data":{"result":[null]}}';
    expect(await said(200, nothing)).toBe('Prometheus answered without readings.');
    expect(seen).toEqual(Array.from({ length: 4 }, () => 'Bearer hush'));
    const other = openSources(ctx, { secretKey: 'another', allowedPrivate: ['127.0.0.1'] });
    expect((await testSource(ctx, other, 'up')).error).toMatch(/sealed with another key/);
    const closed = openSources(ctx, { secretKey: 'k', allowedPrivate: [] });
    expect((await testSource(ctx, closed, 'up')).error).toMatch(/private network/);
    const inTheClear = await setSource(ctx, open, { url: url.replace('http:', 'https:') });
    expect(inTheClear.tokenBox).toBeNull();
    await setSource(ctx, open, { url, token: 'hush' });
    await setSource(ctx, open, { url: url.replace('127.0.0.1', 'localhost') });
    seen = [];
    await said(200, '{}');
    expect(seen).not.toContain('Bearer hush');
    await ctx.db
      .updateTable('environment')
      .set({ required_approvals: 1 })
      .where('id', '=', ctx.environment.id)
      .execute();
    const judging = { ...open, findAsking: () => Promise.resolve('checkout') };
    const refused = { code: 'conflict', attr: 'url' };
    await expect(setSource(ctx, judging, { url })).rejects.toMatchObject(refused);
    await expect(removeSource(ctx, judging)).rejects.toMatchObject(refused);
    const audited = await ctx.db
      .selectFrom('audit_entry')
      .select(['action', 'before', 'after'])
      .where('resource_kind', '=', 'metric_source')
      .execute();
    expect(audited.map(({ action }) => action)).toEqual(['created', ...Array(3).fill('updated')]);
    expect(JSON.stringify(audited)).not.toContain('hush');
  });
});
