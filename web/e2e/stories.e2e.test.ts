// Eight rollouts at once on a scale of time on which a minute is a second, with people who come through an
// unmodified posthog-node (one through posthog-js): each comes to the end that it should, and some are watched
// on their pages meanwhile.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Site, openSite } from '../../sdk-compat/browser/site.ts';
import { call, flagsLoaded, openVisitor, type Visitor } from '../../sdk-compat/browser/visitor.ts';
import { callApi, createFlag, eventually } from '../../sdk-compat/management.ts';
import { Crowd, type Deed, type Habits } from '../../sdk-compat/node/crowd.ts';
import type { Rollout } from '../src/api/rollouts.ts';
import { type App, appears, flagValue, openApp, type Visit, visit } from './app.ts';

const TIME_SCALE = 60;
/** On a quiet machine each story is over within half a minute. */
const STORY = { patienceMs: 240_000, everyMs: 500 };

const POLICY = {
  settle_seconds: 1,
  tick_seconds: 1,
  bucket_seconds: 1,
  calm_seconds: 2,
  // A busy machine may keep people out for some seconds; that is no lack of data.
  no_data_after_seconds: 120,
};
/** Far enough from what everybody runs into for some fifty people to prove a stage safe. */
const ERRORS = {
  id: 'errors',
  kind: 'exception_users',
  allow_no_baseline: true,
  yellow: 2,
  red: 4,
  absolute: { yellow: 0.15, red: 0.3 },
};
const stage = (percent: number, seconds: number) => ({
  name: percent === 100 ? 'Everyone' : `${percent} %`,
  percent,
  min_bake_seconds: percent === 100 ? 0 : seconds,
  min_exposures: 20,
});
const LADDER = [stage(25, 4), stage(50, 4), stage(100, 0)];
/** Stays at half until something happens. */
const HALF = [stage(50, 3600), stage(100, 0)];

const PEOPLE = { newcomers: 12 };
const FAILS: Deed = { event: '$exception', properties: { $exception_list: [{ type: 'Error' }] } };
const every = (nth: number, visit: number, deed: Deed): Deed[] => (visit % nth === 0 ? [deed] : []);
/** Now and then somebody runs into an error, whatever they get; more often would make chance decide. */
const usual = (_: boolean, visit: number): Deed[] => every(199, visit, FAILS);
const loaded = (ms: number): Deed => ({ event: 'page loaded', properties: { ms } });
const ORDERED: Deed = { event: 'order completed' };

let app: App;
let crowd: Crowd;
let site: Site;
const windows: Visit[] = [];
const visitors: Visitor[] = [];

beforeAll(async () => {
  [app, site] = await Promise.all([openApp({ timeScale: TIME_SCALE }), openSite()]);
  crowd = new Crowd(app.serin);
});
afterAll(async () => {
  await crowd.stop();
  await Promise.all([app.close(), site.close()]);
});

const api = <T>(method: string, path: string, body?: unknown) =>
  callApi<T>(app.serin, method, path, body);

/** A rollout under way, with the people of its flag. */
class Story {
  readonly #flag: string;
  readonly #id: string;

  private constructor(flag: string, id: string) {
    this.#flag = flag;
    this.#id = id;
  }

  static async begin(flag: string, plan: object, habits: Omit<Habits, 'flag'>): Promise<Story> {
    const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
    await createFlag(app.serin, { key: flag, filters: nobody });
    const whole = { flag_key: flag, stages: LADDER, guardrails: [ERRORS], policy: POLICY, ...plan };
    const { id } = await api<Rollout>('POST', 'rollouts/', whole);
    await api('POST', `rollouts/${id}/start/`, {});
    const story = new Story(flag, id);
    story.let(habits);
    return story;
  }

  let(habits: Omit<Habits, 'flag'>): void {
    crowd.let({ flag: this.#flag, ...habits });
  }

  /** Waits for a state, or a reason to hold; whatever comes to another end has failed. */
  async comesTo(wanted: string): Promise<Rollout> {
    const isThere = ({ state, hold_reason: reason }: Rollout) =>
      state === wanted || (state === 'holding' && reason === wanted);
    const rollout = await eventually(async () => {
      const now = await api<Rollout>('GET', `rollouts/${this.#id}/`);
      if (isThere(now) || now.finished_at !== null) return now;
      throw new Error(`${this.#flag} is ${now.state} ${now.hold_detail ?? ''}, not ${wanted}`);
    }, STORY);
    if (isThere(rollout)) return rollout;
    throw new Error(`${this.#flag} is ${rollout.state}: ${rollout.outcome_reason ?? ''}`);
  }

  /** Its decisions, oldest first. */
  async decisions(): Promise<string[]> {
    const line = await api<{ results: { type: string }[] }>('GET', `rollouts/${this.#id}/events/`);
    return line.results.map(({ type }) => type).toReversed();
  }

  /** Its page, live from now on. */
  async watch(): Promise<Visit['page']> {
    const window = await visit(app);
    windows.push(window);
    await window.page.goto(`/rollouts/${this.#id}`);
    await window.page.getByRole('heading', { name: this.#flag, level: 1 }).waitFor();
    return window.page;
  }

  flag(): Promise<unknown> {
    return flagValue(app, this.#flag);
  }

  /** Somebody who has the change and looks at a page with posthog-js in it. */
  async visitor(): Promise<Visitor> {
    const settings = { serinUrl: app.serin.url, token: app.serin.projectToken };
    const distinctID = await eventually(async () => {
      const candidate = crypto.randomUUID();
      if ((await flagValue(app, this.#flag, {}, candidate)) === true) return candidate;
      throw new Error('Not among those who have it.');
    });
    const options = { bootstrap: { distinctID }, capture_exceptions: true };
    const visitor = await openVisitor(app.browser, app.serin.url);
    visitors.push(visitor);
    await visitor.page.goto(site.page('snippet', { ...settings, options }));
    await flagsLoaded(visitor.page);
    return visitor;
  }
}

test.concurrent('harmless, most people were here before: reaches everyone', async () => {
  const story = await Story.begin('harmless', {}, { newcomers: 15, does: usual });
  await eventually(async () => {
    if ((await story.comesTo('baking')).stage_index === 0) throw new Error('In its first stage.');
  }, STORY);
  story.let({ newcomers: 2, returning: 18, does: usual });
  await story.comesTo('completed');
  expect(await story.decisions()).not.toContain('held');
  expect(await story.flag()).toBe(true);
});

test.concurrent('errors: taken back, its page says why, and an open page loses the change', async () => {
  const story = await Story.begin('errors', { stages: HALF }, { ...PEOPLE, does: usual });
  const [page, { page: shop }] = await Promise.all([story.watch(), story.visitor()]);
  const value = () => call(shop, 'getFeatureFlag', 'errors');
  expect(await value()).toBe(true);
  const fails = (isOn: boolean, n: number) => (isOn ? [FAILS] : usual(isOn, n));
  story.let({ ...PEOPLE, does: fails });
  await shop.getByRole('button', { name: 'Fail' }).click();
  const { outcome_reason: why } = await story.comesTo('rolled_back');
  expect(why).toMatch(/people with the change had \$exception/);
  expect(await story.flag()).toBe(false);
  await expect.poll(value).toBe(false);
  await page.getByRole('status').getByText('Rolled back', { exact: true }).waitFor();
  expect(await appears(page.getByText('Red: harm is proven').first())).toBe(true);
});

test.concurrent('latency: slower by more than the plan allows is taken back', async () => {
  const yesterday = Date.now() - 86_400_000;
  for (let n = 0; n < 200; n += 1) {
    crowd.recall(`past-${n}`, loaded(100 + n), new Date(yesterday + n * 1000));
  }
  await eventually(async () => {
    const { results } = await api<{ results: unknown[] }>(
      'GET',
      'events/?event=page%20loaded&limit=200',
    );
    if (results.length < 200) throw new Error(`${results.length} durations have arrived.`);
  });
  const speed = { id: 'speed', kind: 'latency', event: 'page loaded', property: 'ms' };
  const does = (isOn: boolean, n: number) => [loaded(100 + (n % 200) + (isOn ? 400 : 0))];
  const plan = { stages: HALF, guardrails: [speed] };
  const story = await Story.begin('latency', plan, { ...PEOPLE, does });
  expect((await story.comesTo('rolled_back')).outcome_reason).toMatch(/p95 is .* ms/);
});

test.concurrent('conversion: fewer who buy is taken back', async () => {
  const orders = {
    id: 'orders',
    kind: 'conversion',
    event: 'order completed',
    allow_no_baseline: true,
  };
  const does = (isOn: boolean, n: number) => (isOn ? [] : every(5, n, ORDERED));
  const plan = { stages: HALF, guardrails: [orders] };
  const story = await Story.begin('conversion', plan, { newcomers: 30, does });
  const { evaluation } = await story.comesTo('rolled_back');
  expect(evaluation?.guardrails[0]).toMatchObject({ id: 'orders', band: 'red', direction: 'down' });
});

test.concurrent('people are missing from an arm: holds, for nothing can be compared', async () => {
  const does = (isOn: boolean, n: number) => (isOn && n % 4 !== 0 ? null : usual(isOn, n));
  const story = await Story.begin('missing', { stages: HALF }, { ...PEOPLE, does });
  const { hold_detail: why, commands } = await story.comesTo('srm');
  expect(why).toMatch(/people/);
  expect(commands).toContain('rollback');
});

test.concurrent('no data: holds, and goes on by itself when people are back', async () => {
  const plan = { stages: HALF, policy: { ...POLICY, no_data_after_seconds: 8 } };
  // Enough that twenty of an arm are missed within that time, on a machine that lets in a fifth of them too.
  const many = { newcomers: 40, does: usual };
  const story = await Story.begin('silent', plan, many);
  const page = await story.watch();
  await eventually(async () => {
    const { evaluation } = await story.comesTo('baking');
    if ((evaluation?.people.treatment ?? 0) < 80) throw new Error('Too few to be missed.');
  });
  story.let({ newcomers: 0, does: usual });
  await story.comesTo('no_data');
  await page.getByRole('status').getByText('Paused: no data arrives').waitFor();
  story.let(many);
  await story.comesTo('baking');
  expect(await appears(page.getByRole('status').getByText('Watching', { exact: true }))).toBe(true);
});

test.concurrent('yellow that recovers: holds, calms down and reaches everyone', async () => {
  const watched = { ...ERRORS, absolute: null, on_red: 'hold', require: 'no_harm' };
  const stages = [stage(50, 6), stage(100, 0)];
  const harm = (isOn: boolean, n: number) => (isOn ? every(2, n, FAILS) : every(40, n, FAILS));
  const story = await Story.begin(
    'yellow',
    { stages, guardrails: [watched] },
    { ...PEOPLE, does: harm },
  );
  const page = await story.watch();
  await story.comesTo('yellow');
  await page.getByRole('status').getByText('Paused: a guardrail is yellow').waitFor();
  const calm = (isOn: boolean, n: number) => (isOn ? [] : every(3, n, FAILS));
  story.let({ newcomers: 30, does: calm });
  await story.comesTo('completed');
  expect(await appears(page.getByRole('status').getByText('Completed', { exact: true }))).toBe(
    true,
  );
  expect(await story.decisions()).toEqual(expect.arrayContaining(['held', 'resumed', 'completed']));
});

test.concurrent('switched off by hand: over at once, and nothing switches it on again', async () => {
  const story = await Story.begin('killed', { stages: HALF }, { ...PEOPLE, does: usual });
  await story.comesTo('baking');
  await api('PATCH', 'feature_flags/killed/', { active: false });
  const { commands } = await story.comesTo('rolled_back');
  expect(commands).toEqual(['ack']);
  // Flags that are switched off are not among those that SDKs get.
  expect(await story.flag()).toBeUndefined();
  expect(await api('GET', 'feature_flags/killed/')).toMatchObject({ active: false });
});

test('the pages had no errors and asked no other host', () => {
  expect([...windows, ...visitors].flatMap(({ problems }) => problems)).toEqual([]);
});
