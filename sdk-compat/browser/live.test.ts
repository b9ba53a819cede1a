// A switch reaches a page that is open, with posthog-js as it is and nothing done in the page.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { changeFlag, createFlag, unique } from '../management.ts';
import { type Site, openSite } from './site.ts';
import { type Visitor, call, flagsLoaded, openBrowser, openVisitor } from './visitor.ts';

const serin = inject('serin');
const settings = { serinUrl: serin.url, token: serin.projectToken };
const STREAM = 'GET /flags/stream 200';
let browser: Browser;
let site: Site;

beforeAll(async () => {
  browser = await openBrowser();
  site = await openSite();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

const count = ({ requests }: Visitor, request: string): number =>
  requests.filter((one) => one === request).length;

const streamOpened = (visitor: Visitor, times = 1) =>
  expect.poll(() => count(visitor, STREAM)).toBe(times);

/** As if the visitor had gone to another tab, or come back. */
async function show(page: Page, state: 'visible' | 'hidden'): Promise<void> {
  await page.evaluate(
    `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));`,
  );
}

test.each(['snippet', 'npm'] as const)('%s: a switch arrives by itself', async (name) => {
  const flag = await createFlag(serin, { key: unique(`live-${name}`) });
  const visitor = await openVisitor(browser, serin.url);
  const { page, context, problems } = visitor;
  await page.goto(site.page(name, settings));
  await flagsLoaded(page);
  await streamOpened(visitor);
  // A flag that is switched off is no longer among the page's flags: undefined.
  const value = async () => (await call(page, 'isFeatureEnabled', flag.key)) === true;
  expect(await value()).toBe(true);
  for (const active of [false, true]) {
    const asked = count(visitor, 'POST /flags/ 200');
    await changeFlag(serin, flag, { active });
    await expect.poll(value, { interval: 10 }).toBe(active);
    expect(count(visitor, 'POST /flags/ 200')).toBe(asked + 1);
  }
  expect(problems).toEqual([]);
  await context.close();
});

test('npm without a global: as a site app, which the application opts in to', async () => {
  const flag = await createFlag(serin, { key: unique('live-site-app') });
  const visitor = await openVisitor(browser, serin.url);
  const { page, context, problems } = visitor;
  const options = { opt_in_site_apps: true };
  await page.goto(
    site.page('npm-no-global', { ...settings, options, flags: { boolean: flag.key } }),
  );
  const shown = () => page.textContent('#app');
  await expect.poll(shown).toBe('true');
  await streamOpened(visitor);
  await changeFlag(serin, flag, { active: false });
  await expect.poll(shown, { interval: 10 }).not.toBe('true');
  expect(problems).toEqual([]);
  await context.close();
});

test('npm without a global and without opting in: no stream, and nothing breaks', async () => {
  const flag = await createFlag(serin, { key: unique('live-none') });
  const visitor = await openVisitor(browser, serin.url);
  const { page, context, problems } = visitor;
  await page.goto(site.page('npm-no-global', { ...settings, flags: { boolean: flag.key } }));
  await expect.poll(() => page.textContent('#app')).toBe('true');
  expect(count(visitor, STREAM)).toBe(0);
  expect(problems).toEqual([]);
  await context.close();
});

test('a hidden page holds no connection, and catches up when it is shown again', async () => {
  const flag = await createFlag(serin, { key: unique('live-hidden') });
  const visitor = await openVisitor(browser, serin.url);
  const { page, context } = visitor;
  await page.goto(site.page('snippet', settings));
  await flagsLoaded(page);
  await streamOpened(visitor);
  await show(page, 'hidden');
  await changeFlag(serin, flag, { active: false });
  const asked = count(visitor, 'POST /flags/ 200');
  expect(await call(page, 'isFeatureEnabled', flag.key)).toBe(true);
  await show(page, 'visible');
  await streamOpened(visitor, 2);
  await expect.poll(() => call(page, 'isFeatureEnabled', flag.key), { interval: 10 }).toBeFalsy();
  expect(count(visitor, 'POST /flags/ 200')).toBe(asked + 1);
  await context.close();
});
