// Early access in the demo shop, as shoppers use it: the shop and its posthog-js as they are, a real Serin.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Analytics, QUICK_BASKET, openAnalytics } from '../../examples/shop/analytics.ts';
import { createShop } from '../../examples/shop/shop.ts';
import { launchBrowser, openPage } from '../../examples/shop/traffic/browsers.ts';
import { ensureChromium } from '../../scripts/chromium.ts';
import { callApi } from '../management.ts';

const serin = inject('serin');
const OFFERED = '**/api/early_access_features/**';
type Feature = {
  readonly id: string;
  readonly opted_in_count: number;
  readonly opted_out_count: number;
};
let analytics: Analytics;
let shop: Server;
let browser: Browser;
let page: Page;
const requests = new Set<string>();
const problems: string[] = [];

beforeAll(async () => {
  analytics = openAnalytics(serin.url, serin.projectToken);
  shop = createShop({
    analytics,
    serinUrl: serin.url,
    projectToken: serin.projectToken,
    release: 1,
  });
  await new Promise<void>((resolve) => {
    shop.listen(0, 'localhost', resolve);
  });
  browser = await launchBrowser(ensureChromium());
  page = await openPage(browser);
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    requests.add(`${response.request().method()} ${pathname} ${response.status()}`);
  });
  page.on('pageerror', (error) => problems.push(error.message));
});

afterAll(async () => {
  await browser.close();
  shop.close();
  shop.closeAllConnections();
  await analytics.close();
});

const open = (path: string) =>
  page.goto(`http://localhost:${(shop.address() as AddressInfo).port}${path}`);
const choice = (name: string) => page.getByRole('switch', { name });
const quickButton = () => page.getByRole('button', { name: 'Add Oak feeder to the basket' });

function offer(feature: Readonly<Record<string, string>>): Promise<Feature> {
  return callApi(serin, 'POST', 'early_access_feature/', feature);
}
const counts = async ({ id }: Feature) => {
  const feature = await callApi<Feature>(serin, 'GET', `early_access_feature/${id}/`);
  return [feature.opted_in_count, feature.opted_out_count];
};

test('nothing offered, a refusal, no answer: each is said, and trying again helps', async () => {
  await page.clock.install();
  await open('/');
  await page.getByRole('link', { name: 'Early access' }).click();
  await page.getByRole('heading', { name: 'Nothing to try right now' }).waitFor();

  const failure = page.getByRole('alert').getByText('The list did not arrive');
  const headers = { 'access-control-allow-origin': '*' };
  await page.route(OFFERED, (route) => route.fulfill({ status: 401, headers, json: {} }));
  const refusal = page.waitForResponse(OFFERED);
  await page.reload();
  await refusal;
  await page.clock.fastForward(10_000);
  await failure.waitFor();
  await page.unroute(OFFERED);

  let answer: (() => Promise<void>) | undefined;
  await page.route(OFFERED, (route) => {
    answer = () => route.continue();
  });
  await page.getByRole('button', { name: 'Try again' }).press('Enter');
  await page.getByText('Looking for what is new…').waitFor();
  await expect.poll(() => answer).toBeDefined();
  await page.clock.fastForward(10_000);
  await failure.waitFor();
  await answer?.();
  await page.getByRole('heading', { name: 'Nothing to try right now' }).waitFor();
  await page.unroute(OFFERED);
  await page.clock.resume();
});

test('opting in switches the flag on without a reload and for good; opting out off again', async () => {
  const feature = await offer({
    name: 'Quick basket',
    description: 'Put things into the basket where you see them.',
    documentation_url: 'https://shop.example.com/quick-basket',
  });
  await page.reload();
  await page.getByText('Put things into the basket where you see them.').waitFor();
  await page.getByText('Beta', { exact: true }).waitFor();
  const link = page.getByRole('link', { name: 'Read more about Quick basket' });
  expect(await link.getAttribute('href')).toBe('https://shop.example.com/quick-basket');
  expect(await choice('Quick basket').isChecked()).toBe(false);
  const isOn = () =>
    page.evaluate(
      (key) =>
        (
          globalThis as unknown as { posthog: { isFeatureEnabled(flag: string): unknown } }
        ).posthog.isFeatureEnabled(key),
      QUICK_BASKET,
    );
  expect(await isOn()).toBe(false);

  // With the keyboard: from the link the next stop is the switch.
  await link.focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByText('Quick basket is on.').waitFor();
  expect(await isOn()).toBe(true);

  await page.reload();
  await expect.poll(() => counts(feature)).toEqual([1, 0]);
  await expect.poll(() => choice('Quick basket').isChecked()).toBe(true);
  await page.getByRole('link', { name: 'Goods', exact: true }).click();
  await quickButton().click();
  await page.getByText('1 in the basket', { exact: true }).waitFor();
  expect(new URL(page.url()).hash).toBe('#oak-feeder');

  await page.getByRole('link', { name: 'Early access' }).click();
  await choice('Quick basket').click();
  await page.getByText('Quick basket is off.').waitFor();
  expect(await isOn()).toBe(false);
  await page.getByRole('link', { name: 'Goods', exact: true }).click();
  await page.getByRole('heading', { name: 'Oak feeder' }).waitFor();
  await expect.poll(() => counts(feature)).toEqual([0, 1]);
  expect(await quickButton().count()).toBe(0);
});

test('an idea is wished for: the wish is kept, its flag stays off', async () => {
  const idea = await offer({ name: 'Night delivery', description: '', stage: 'concept' });
  await open('/early-access');
  const wish = choice('I want this: Night delivery');
  await wish.click();
  await page.getByText('Night delivery is noted.').waitFor();
  await page.reload();
  await expect.poll(() => counts(idea)).toEqual([1, 0]);
  await expect.poll(() => wish.isChecked()).toBe(true);
  expect(
    await page.evaluate(() =>
      (
        globalThis as unknown as { posthog: { getFeatureFlag(flag: string): unknown } }
      ).posthog.getFeatureFlag('night-delivery'),
    ),
  ).toBe(false);
  await wish.click();
  await open('/');
  await expect.poll(() => counts(idea)).toEqual([0, 1]);
});

test('the shop asked Serin only for what every posthog-js asks for', () => {
  expect(requests).toContain(`GET /array/${serin.projectToken}/config.js 200`);
  expect(requests).toContain('POST /flags/ 200');
  expect(requests).toContain('GET /api/early_access_features/ 200');
  expect(problems).toEqual([]);
});
