// posthog-js in a real Chromium, on a page of another origin: from the script tag and from npm.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  callApi,
  changeFlag,
  createFlag,
  eventsArrived,
  everyone,
  listEvents,
  namedEventsArrived,
  peopleWith,
  twoVariants,
  unique,
} from '../management.ts';
import { type Site, openSite } from './site.ts';
import { call, flagsLoaded, openBrowser, openVisitor, reloadFlags } from './visitor.ts';

const serin = inject('serin');
const settings = { serinUrl: serin.url, token: serin.projectToken };
const keys = {
  everyone: unique('js-everyone'),
  pro: unique('js-pro'),
  variant: unique('js-variant'),
  serverOnly: unique('js-server-only'),
};
let browser: Browser;
let site: Site;

beforeAll(async () => {
  await createFlag(serin, { key: keys.everyone });
  await createFlag(serin, { key: keys.pro, filters: peopleWith('plan', 'pro') });
  await createFlag(serin, { key: keys.variant, filters: twoVariants(100) });
  await createFlag(serin, { key: keys.serverOnly, evaluation_runtime: 'server' });
  browser = await openBrowser();
  site = await openSite();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

test.each(['snippet', 'npm'] as const)('%s: the whole tour', async (name) => {
  const { page, context, requests, problems } = await openVisitor(browser, serin.url);
  await page.goto(site.page(name, settings));
  await flagsLoaded(page);
  const visitor = await call<string>(page, 'get_distinct_id');

  expect(await call(page, 'getFeatureFlag', keys.everyone)).toBe(true);
  expect(await call(page, 'isFeatureEnabled', keys.pro)).toBe(false);
  expect(await call(page, 'getFeatureFlag', keys.variant)).toBe('test');
  expect(await call(page, 'getFeatureFlagPayload', keys.variant)).toEqual({ hex: '#00ff00' });
  expect(await call(page, 'getFeatureFlag', keys.serverOnly)).toBeUndefined();

  await page.click('#buy');
  await call(page, 'capture', 'js purchase', { amount: 3 });
  const person = unique('js-person');
  await call(page, 'identify', person, { plan: 'pro' });
  await expect.poll(() => call(page, 'isFeatureEnabled', keys.pro)).toBe(true);
  await call(page, 'group', 'company', 'acme', { tier: 'gold' });
  await reloadFlags(page);

  expect(problems).toEqual([]);
  // The page's own script throws; that is the one error the console may show.
  await page.click('#fail');
  const exceptions = await eventsArrived(serin, { distinct_id: person, event: '$exception' });
  expect(exceptions[0]?.properties).toMatchObject({
    $exception_list: [{ type: 'TypeError', value: expect.stringContaining('no price') }],
    [`$feature/${keys.variant}`]: 'test',
  });

  const before = await namedEventsArrived(serin, visitor, [
    '$pageview',
    '$autocapture',
    '$feature_flag_called',
    'js purchase',
  ]);
  expect('queued before the library' in before).toBe(name === 'snippet');
  expect(await listEvents(serin, { distinct_id: person, event: '$identify' })).toHaveLength(1);
  expect(await listEvents(serin, { distinct_id: person, event: '$groupidentify' })).toHaveLength(1);

  // Leaving the page sends what is queued by beacon.
  await call(page, 'capture', 'js last word');
  await page.goto('about:blank');
  await eventsArrived(serin, { distinct_id: person, event: 'js last word' });
  await eventsArrived(serin, { distinct_id: person, event: '$pageleave' });

  expect(requests.filter((request) => !/ (200|204)$/.test(request))).toEqual([]);
  expect(requests.some((request) => request.includes('surveys'))).toBe(false);
  expect(requests.some((request) => request.includes('recorder'))).toBe(false);
  await context.close();
});

test('a visitor who comes back keeps the variant, also when the share grows', async () => {
  const flag = await createFlag(serin, { key: unique('js-sticky'), filters: twoVariants(50) });
  const groups = (share: number) => ({
    ...twoVariants(50),
    groups: [{ properties: [], rollout_percentage: share }],
  });
  await changeFlag(serin, flag, { filters: groups(60) });
  const visitors = await Promise.all(
    Array.from({ length: 4 }, () => openVisitor(browser, serin.url)),
  );
  const values = async () =>
    Promise.all(
      visitors.map(async ({ context }) => {
        const page = await context.newPage();
        await page.goto(site.page('npm', settings));
        await flagsLoaded(page);
        const value = await call<boolean | string>(page, 'getFeatureFlag', flag.key);
        await page.close();
        return value;
      }),
    );
  const first = await values();
  await changeFlag(serin, flag, { filters: groups(90) });
  const later = await values();
  const kept = first.map((value, i) => (value === false ? value : later[i]));
  expect(kept).toEqual(first);
  await Promise.all(visitors.map(({ context }) => context.close()));
});

test('the first flags asked for after a switch-off was answered have it', async () => {
  const flag = await createFlag(serin, { key: unique('js-kill') });
  const { context, page } = await openVisitor(browser, serin.url);
  await page.goto(site.page('npm', settings));
  await flagsLoaded(page);
  for (let round = 0; round < 5; round += 1) {
    await changeFlag(serin, flag, { active: true, filters: everyone() });
    await reloadFlags(page);
    expect(await call(page, 'isFeatureEnabled', flag.key)).toBe(true);
    await changeFlag(serin, flag, { active: false });
    await reloadFlags(page);
    expect(await call(page, 'isFeatureEnabled', flag.key)).toBeFalsy();
  }
  await context.close();
});

test('without compression, browsers ask for permission first and get it', async () => {
  const { context, page, requests, problems } = await openVisitor(browser, serin.url);
  await page.goto(site.page('npm', { ...settings, options: { disable_compression: true } }));
  await flagsLoaded(page);
  expect(await call(page, 'getFeatureFlag', keys.variant)).toBe('test');
  const visitor = await call<string>(page, 'get_distinct_id');
  await call(page, 'capture', 'js plain');
  await namedEventsArrived(serin, visitor, ['$pageview', 'js plain']);
  expect(problems).toEqual([]);
  expect(requests).toContain('POST /flags/ 200');
  // The last words leave as base64 in a form, which needs no permission.
  await call(page, 'capture', 'js plain last word');
  await page.goto('about:blank');
  await namedEventsArrived(serin, visitor, ['js plain last word']);
  await context.close();
});

test('the React hooks render flags and follow a change', async () => {
  const boolean = await createFlag(serin, { key: unique('react-boolean') });
  const flags = { boolean: boolean.key, variant: keys.variant };
  const { context, page, problems } = await openVisitor(browser, serin.url);
  await page.goto(site.page('react', { ...settings, flags }));
  const text = (id: string) => page.textContent(`#${id}`);
  await expect.poll(() => text('boolean')).toBe('true');
  expect(await text('variant')).toBe('test');
  expect(await text('payload')).toBe('{"hex":"#00ff00"}');
  expect(await text('active')).toBe('true');
  expect(await text('feature')).toBe('new checkout');

  const visitor = await call<string>(page, 'get_distinct_id');
  await page.click('main button');
  await eventsArrived(serin, { distinct_id: visitor, event: 'react purchase' });
  await changeFlag(serin, boolean, { active: false });
  await reloadFlags(page);
  await expect.poll(() => text('feature')).toBe('old checkout');
  expect(problems).toEqual([]);
  await context.close();
});

test.each([
  ['npm-1-130', 'POST /decide/'],
  ['npm-1-250', 'POST /decide/'],
] as const)('%s: an older posthog-js gets flags and its events arrive', async (name, asks) => {
  const { context, page, requests, problems } = await openVisitor(browser, serin.url);
  await page.goto(site.page(name, settings));
  await expect.poll(() => call(page, 'getFeatureFlag', keys.variant)).toBe('test');
  expect(await call(page, 'getFeatureFlagPayload', keys.variant)).toEqual({ hex: '#00ff00' });
  expect(await call(page, 'getFeatureFlag', keys.everyone)).toBe(true);
  const visitor = await call<string>(page, 'get_distinct_id');
  await page.click('#buy');
  const person = unique('js-old');
  await call(page, 'identify', person, { plan: 'pro' });
  await expect.poll(() => call(page, 'isFeatureEnabled', keys.pro)).toBe(true);
  await call(page, 'capture', 'js old purchase');
  expect(problems).toEqual([]);
  await page.goto('about:blank');

  await namedEventsArrived(serin, visitor, ['$pageview', '$autocapture']);
  await eventsArrived(serin, { distinct_id: person, event: 'js old purchase' });
  expect(requests.some((request) => request.startsWith(asks))).toBe(true);
  expect(requests.filter((request) => !/ (200|204)$/.test(request))).toEqual([]);
  await context.close();
});

test('the question of a rollout’s stage is asked of those who have the change, and answered', async () => {
  // An environment of its own: nobody else is asked.
  const { results: environments } = await callApi<{ results: { key: string; token: string }[] }>(
    serin,
    'GET',
    'environments/',
  );
  const token = environments.find(({ key }) => key === 'development')?.token ?? '';
  const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
  const flag = await createFlag(serin, { key: unique('js-asked'), filters: nobody });
  const rollouts = (path: string) => `rollouts/${path}?environment=development`;
  const { id } = await callApi<{ id: string }>(serin, 'POST', rollouts(''), {
    flag_key: flag.key,
    stages: [
      {
        name: 'everyone',
        percent: 100,
        min_bake_seconds: 0,
        feedback: { question: 'How is the new one?' },
      },
    ],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  await callApi(serin, 'POST', rollouts(`${id}/start/`), {});
  const config = () => fetch(`${serin.url}/array/${token}/config`).then((answer) => answer.json());
  await expect.poll(config).toMatchObject({ surveys: true });
  const { context, page, problems } = await openVisitor(browser, serin.url);
  await page.goto(site.page('npm', { ...settings, token }));
  const question = page.getByText('How is the new one?');
  await question.waitFor();
  await page.locator('textarea').fill('Much faster.');
  await page.getByText('Send', { exact: true }).click();
  const visitor = await call<string>(page, 'get_distinct_id');
  type Answers = { results: { text: string; distinct_id: string }[] };
  const answers = () => callApi<Answers>(serin, 'GET', rollouts(`${id}/feedback/`));
  await expect
    .poll(async () => (await answers()).results)
    .toMatchObject([{ text: 'Much faster.', distinct_id: visitor }]);
  // To be asked is no use of the flag.
  await callApi(serin, 'POST', rollouts(`${id}/cancel/`), { flag: 'keep' });
  const events = await listEvents(serin, {
    event: '$feature_flag_called',
    environment: 'development',
  });
  expect(events.filter(({ distinct_id }) => distinct_id === visitor)).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});
