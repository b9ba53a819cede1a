// Who gets a flag, written in the browser with everything that conditions can ask for, counted while it is
// written, and checked by what an SDK gets.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, capture, flagValue, openApp, type Visit, visit } from './app.ts';

let app: App;
let window: Visit;
let page: Page;

/** 12 people, every third on the plan pro; one company; a cohort, and a flag to depend on. */
beforeAll(async () => {
  app = await openApp();
  const events = Array.from({ length: 12 }, (_, index) =>
    capture(app, '$identify', `user-${index}`, {
      $set: { email: `u${index}@acme.com`, plan: index % 3 === 0 ? 'pro' : 'free' },
    }),
  );
  await Promise.all(events);
  await capture(app, '$groupidentify', '$company_acme', {
    $group_type: 'company',
    $group_key: 'acme',
    $group_set: { tier: 'gold' },
  });
  const pro = { key: 'plan', type: 'person', operator: 'exact', value: ['pro'] };
  const properties = { type: 'AND', values: [{ type: 'AND', values: [pro] }] };
  await api(app, 'POST', '/cohorts/', { name: 'Paying', filters: { properties } });
  await api(app, 'POST', '/feature_flags/', { key: 'new-ui', filters: { groups: [{}] } });
  await api(app, 'POST', '/feature_flags/', { key: 'checkout' });
  window = await visit(app);
  ({ page } = window);
});
afterAll(() => app.close());

const set = (number: number) => page.getByRole('region', { name: `Condition set ${number}` });
const aside = () => page.getByRole('complementary', { name: 'About this flag' });
const choose = async (name: string, option: string, row = 0) => {
  await page.getByRole('combobox', { name, exact: true }).nth(row).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

test('a cohort is chosen by name, and its people are counted', async () => {
  await expect
    .poll(async () => (await api<{ count: number }>(app, 'GET', '/persons/')).count, {
      timeout: 60_000,
    })
    .toBeGreaterThanOrEqual(12);
  await page.goto('/feature-flags/checkout');
  await set(1).getByRole('button', { name: 'Only people who…' }).click();
  await choose('About', 'cohort');
  await choose('Cohort', 'Paying');
  await page.getByLabel('Share of these people, in percent').fill('100');
  await aside().getByText('All people in the cohort Paying get the flag.').waitFor();
  await set(1).getByText('4 people match, and get it here').waitFor();
  await aside().getByText('With your changes 4 gain it.').waitFor();
});

test('values that are known are there to choose from', async () => {
  await set(1).getByRole('button', { name: 'Add condition' }).click();
  const row = set(1)
    .getByRole('group', { name: /^Condition on/ })
    .nth(1);
  await row.getByRole('combobox', { name: 'Property' }).fill('pla');
  await page.getByRole('option', { name: 'plan', exact: true }).click();
  await row.getByRole('combobox', { name: 'Values' }).click();
  await page.getByRole('option', { name: 'free', exact: true }).click();
  await set(1).getByText('Nobody known matches').waitFor();
  await row.getByRole('button', { name: 'Remove condition' }).click();
});

test('groups and other flags can be asked for', async () => {
  await page.getByRole('button', { name: 'Add condition set' }).click();
  await set(2).getByRole('button', { name: 'Only people who…' }).click();
  await choose('About', 'company', 1);
  await set(2).getByRole('combobox', { name: 'Property' }).fill('tier');
  await set(2).getByRole('combobox', { name: 'Values' }).fill('gold');
  await page.keyboard.press('Enter');
  await set(2).getByRole('button', { name: 'Add condition' }).click();
  await choose('About', 'flag', 2);
  await choose('Flag', 'new-ui');
  await page.getByLabel('Share of these people, in percent').nth(1).fill('100');
  await choose('Share is dealt out by', 'company', 1);
  await aside()
    .getByText(
      'Otherwise, all companies whose tier is gold and for whom the flag new-ui is on get the flag.',
    )
    .waitFor();
  await aside().getByRole('link', { name: 'new-ui' }).waitFor();
});

test('the review tells people, words and JSON before anything is saved', async () => {
  await page.getByRole('button', { name: 'Save' }).first().click();
  const review = page.getByRole('dialog');
  await review.getByText('Of the 12 known people, 4 gain it.').waitFor();
  await review.getByText('all people in the cohort Paying').waitFor();
  await review.getByRole('button', { name: 'As JSON' }).click();
  await review.getByText('"cohort_name": "Paying"').waitFor();
  expect(await flagValue(app, 'checkout', { plan: 'pro' })).toBe(false);
  await review.getByRole('button', { name: 'Save' }).click();
  await page.getByText('checkout is saved.').waitFor();
  expect(await flagValue(app, 'checkout', { plan: 'pro' })).toBe(true);
  expect(await flagValue(app, 'checkout', { plan: 'free' })).toBe(false);
});

test('when people cannot be counted the form still works, and counting can be tried again', async () => {
  await page.route('**/feature_flags/preview/**', (route) => route.abort());
  await page.getByLabel('Share of these people, in percent').first().fill('50');
  await aside().getByText('People cannot be counted right now.').waitFor();
  await page.unroute('**/feature_flags/preview/**');
  await aside().getByRole('button', { name: 'Try again' }).click();
  await aside().getByText('known people').first().waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
});

test('a flag of many sets and variants opens closed, and one set is edited', async () => {
  const groups = Array.from({ length: 50 }, (_, index) => ({
    properties: [
      {
        key: 'email',
        type: 'person',
        operator: 'exact',
        value: [`a-rather-long-name-${index}@acme.com`],
      },
    ],
    rollout_percentage: index,
  }));
  const variants = Array.from({ length: 100 }, (_, index) => ({
    key: `variant-with-a-rather-long-name-${index}`,
    rollout_percentage: 1,
  }));
  const filters = { groups, multivariate: { variants } };
  await api(app, 'POST', '/feature_flags/', { key: 'full', filters });
  await page.goto('/feature-flags/full');
  await set(50).waitFor();
  expect(await page.getByRole('combobox', { name: 'Property' }).count()).toBe(0);
  await set(37).getByRole('button', { name: 'Set 37' }).click();
  await set(37).getByLabel('Share of these people, in percent').fill('1.25');
  await set(37).getByText('1.25 % of people whose email is').waitFor();
  const first = page.getByRole('group', {
    name: 'Variant variant-with-a-rather-long-name-0',
    exact: true,
  });
  await first.getByRole('button', { name: /^Hold the share/ }).click();
  await page.getByRole('button', { name: 'Make the others equal' }).click();
  await page.getByText('Shares sum to 100 %').waitFor();
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByRole('dialog').getByText('Set 37').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('full is saved.').waitFor();
  const stored = await api<{ filters: typeof filters }>(app, 'GET', '/feature_flags/full/');
  expect(stored.filters.groups[36]?.rollout_percentage).toBe(1.25);
});

test('the pages had no errors and asked no other host', () => {
  expect(window.problems).toEqual([]);
});
