// Cohorts in the browser: one by conditions and one that lists people are made, a flag asks for them, and an
// SDK gets what they mean.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, WAIT_MS, api, capture, flagValue, openApp, visit } from './app.ts';

let app: App;
let page: Page;

beforeAll(async () => {
  app = await openApp();
  await capture(app, '$identify', 'ada', { $set: { email: 'ada@acme.com', plan: 'pro' } });
  await capture(app, '$identify', 'bob', { $set: { email: 'bob@acme.com', plan: 'free' } });
  ({ page } = await visit(app));
});
afterAll(() => app.close());

/** Creates a flag for people in the cohort that the page shows. */
async function flagForShownCohort(key: string): Promise<void> {
  const value = Number(/\/cohorts\/(\d+)/.exec(page.url())?.[1]);
  const properties = [{ key: 'id', type: 'cohort', operator: 'in', value }];
  await api(app, 'POST', '/feature_flags/', { key, filters: { groups: [{ properties }] } });
}

test('a cohort by conditions is made, and a flag asks for it', async () => {
  await expect
    .poll(async () => (await api<{ count: number }>(app, 'GET', '/persons/')).count, {
      timeout: 60_000,
    })
    .toBe(2);
  await page.goto('/');
  await page.getByRole('link', { name: 'Cohorts' }).click();
  await page.getByText('No cohorts yet').waitFor();
  await page.getByRole('link', { name: 'New cohort' }).first().click();
  await page.getByRole('button', { name: 'Create cohort' }).click();
  await page.getByText('A cohort needs a name.').first().waitFor();
  await page.getByLabel('Name').fill('Paying');
  await page.getByRole('button', { name: 'Add condition' }).click();
  await page.getByRole('combobox', { name: 'Property' }).fill('plan');
  await page.getByRole('combobox', { name: 'Values' }).fill('pro');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Create cohort' }).click();
  await page.getByRole('heading', { name: 'Paying' }).waitFor();
  await page.getByText('1 in Production').waitFor();
  await page.getByRole('link', { name: 'ada@acme.com' }).waitFor();

  await flagForShownCohort('paid-feature');
  expect(await flagValue(app, 'paid-feature', {}, 'ada')).toBe(true);
  expect(await flagValue(app, 'paid-feature', {}, 'bob')).toBe(false);
  await page.reload();
  await page.getByRole('link', { name: 'paid-feature' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('still asked for by the flag paid-feature').waitFor();
});

test('people are listed by hand and from a file, and taken off again', async () => {
  await page.goto('/cohorts/new');
  await page.getByText('A list of people').click();
  await page.getByLabel('Name').fill('Testers');
  await page.getByRole('button', { name: 'Create cohort' }).click();
  await page.getByText('Nobody is in it yet').waitFor();
  await page.getByLabel('Distinct ids').fill('bob\nsomebody-new');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('2 added. 1 known, 1 not seen yet.').waitFor();
  await page.locator('input[type=file]').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('email,distinct_id\nada@acme.com,ada\n,from-file\n,ada\n'),
  });
  await page.getByText('2 added. 1 known, 1 not seen yet. 1 left out').waitFor();
  await page.getByText('4 in Production').waitFor();

  await flagForShownCohort('for-testers');
  expect(await flagValue(app, 'for-testers', {}, 'ada')).toBe(true);
  expect(await flagValue(app, 'for-testers', {}, 'from-file')).toBe(true);
  expect(await flagValue(app, 'for-testers', {}, 'stranger')).toBe(false);
  await page.getByRole('button', { name: 'Take ada off the list' }).click();
  await page.getByText('3 in Production').waitFor();
  expect(await flagValue(app, 'for-testers', {}, 'ada')).toBe(false);
  await page.getByLabel('Search people in the cohort').fill('bob');
  await page.getByText('1–1 of 1').waitFor();
});

test('people are told by what they did, counted, and copied for flags', async () => {
  await capture(app, 'order_completed', 'ada');
  const names = () => api<{ count: number }>(app, 'GET', '/event_definitions/?search=order');
  await expect.poll(async () => (await names()).count, { timeout: WAIT_MS }).toBe(1);
  await page.goto('/cohorts/new');
  await page.getByLabel('Name').fill('Buyers');
  await page.getByRole('button', { name: 'Add something they did' }).click();
  await page.getByRole('combobox', { name: 'Event', exact: true }).fill('order_completed');
  await page.getByRole('option', { name: 'order_completed' }).first().click();
  await page.getByRole('button', { name: 'Create cohort' }).click();
  await page.getByRole('heading', { name: 'Buyers' }).waitFor();
  await page.getByText('1 in Production').waitFor();
  await page.getByRole('link', { name: 'ada@acme.com' }).waitFor();

  await page.getByRole('button', { name: 'Save static copy' }).click();
  await page.getByRole('heading', { name: 'Buyers (static copy)' }).waitFor();
  await page.getByRole('link', { name: 'ada@acme.com' }).waitFor();
  await flagForShownCohort('for-buyers');
  expect(await flagValue(app, 'for-buyers', {}, 'ada')).toBe(true);
  expect(await flagValue(app, 'for-buyers', {}, 'bob')).toBe(false);
});
