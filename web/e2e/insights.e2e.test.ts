// Questions about events, asked in the browser: each kind, by the variant of a flag, with the people behind
// the numbers, what was done to flags meanwhile, and saved.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, appears, openApp, type Visit, visit } from './app.ts';
import { letPeopleShop } from './shoppers.ts';

let app: App;
let window: Visit;
let page: Page;

beforeAll(async () => {
  app = await openApp();
  window = await visit(app);
  ({ page } = window);
});
afterAll(() => app.close());

const choose = async (name: string, option: string) => {
  await page.getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};
const cell = (row: string, text: string) =>
  page.getByRole('row').filter({ hasText: row }).getByRole('button', { name: text, exact: true });

test('without events there is nothing to ask, and the way to some', async () => {
  await page.goto('/insights');
  await page.getByRole('link', { name: 'Ask a question' }).click();
  expect(await appears(page.getByRole('link', { name: 'How to install an SDK' }))).toBe(true);
});

test('a trend is put together, and the way back takes it apart', async () => {
  await api(app, 'POST', '/feature_flags/', { key: 'new-checkout', active: true });
  await letPeopleShop(app);
  await page.goto('/insights/new');
  await choose('Event of series A', 'shop_seen');
  await choose('Display', 'Table');
  await cell('shop_seen', '12').waitFor();
  await page.getByRole('button', { name: 'Break down by the flag new-checkout' }).click();
  await cell('true', '6').waitFor();
  await cell('false', '6').waitFor();
  await page.goBack();
  await cell('shop_seen', '12').waitFor();
  await page.goForward();
  await cell('true', '6').waitFor();
  await page.reload();
  expect(await appears(cell('false', '6'))).toBe(true);
});

test('conditions narrow it once they are whole', async () => {
  await page.getByRole('button', { name: 'Add a condition for all events' }).click();
  await page.getByRole('combobox', { name: 'Property' }).fill('city');
  await page.getByRole('option', { name: 'city', exact: true }).click();
  await page.getByRole('combobox', { name: 'Values' }).click();
  await page.getByRole('option', { name: 'Paris' }).click();
  await cell('true', '3').waitFor();
  await page.getByRole('button', { name: 'Remove condition' }).click();
  expect(await appears(cell('true', '6'))).toBe(true);
});

test('the people behind a number lead to their pages', async () => {
  await cell('true', '6').click();
  const drawer = page.getByRole('dialog', { name: 'true' });
  await drawer.getByText('6 people', { exact: true }).waitFor();
  expect(await drawer.getByRole('listitem').count()).toBe(6);
  expect(await drawer.getByRole('link', { name: 'ada@acme.com' }).getAttribute('href')).toMatch(
    /^\/people\//,
  );
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
});

test('a chart has legend, tooltip and what was done to flags', async () => {
  await choose('Display', 'Lines');
  const on = page.getByRole('button', { name: 'true', exact: true });
  await on.click();
  expect(await on.getAttribute('aria-pressed')).toBe('false');
  await on.click();
  const surface = page.getByRole('button', { name: /^Values by interval/ });
  await surface.focus();
  await page.keyboard.press('ArrowLeft');
  const tip = page.getByRole('status').filter({ hasText: 'this will still change' });
  await tip.waitFor();
  await page.getByRole('button', { name: /new-checkout Created/ }).click();
  const link = page.getByRole('link', { name: 'new-checkout' });
  expect(await link.getAttribute('href')).toMatch(/^\/feature-flags\/\d+\?.*tab=history/);
  await page.keyboard.press('Escape');
});

test('what cannot be computed is said at the field', async () => {
  await page.getByRole('button', { name: 'Add formula' }).click();
  const formula = page.getByRole('textbox', { name: 'Formula' });
  await formula.fill('A / Z');
  await formula.press('Enter');
  await page.getByText('Give a formula of').first().waitFor();
  expect(await formula.getAttribute('aria-invalid')).toBe('true');
  await choose('Display', 'Added up');
  await formula.fill('A - A');
  await formula.press('Enter');
  // Until then the chart shows the answer before.
  await page
    .getByRole('button', { name: /^Formula \(A - A\)/ })
    .first()
    .waitFor();
  const surface = page.getByRole('button', { name: /^Values by interval/ });
  await surface.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: /^Formula/ });
  await drawer.getByText(/^(6|12) people$/).waitFor();
  await page.keyboard.press('Escape');
  await formula.fill('');
  await formula.press('Enter');
  expect(await appears(page.getByRole('button', { name: 'CSV' }))).toBe(true);
});

test('a file has all rows, and none that a spreadsheet would run', async () => {
  await choose('Display', 'Table');
  await page.getByRole('combobox', { name: 'Break down by' }).fill('city');
  await page.getByRole('option', { name: 'city', exact: true }).click();
  await cell('=Berlin', '6').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  expect(text).toBe("\uFEFFName,Value\r\n'=Berlin,6\r\nParis,6\r\n");
});

test('a funnel tells who was lost, by the flag', async () => {
  await page.getByText('Funnel', { exact: true }).click();
  await choose('Event of step 2', 'order_completed');
  await page.getByRole('combobox', { name: 'Break down by' }).fill('new-checkout');
  await page.getByRole('option', { name: 'Flag new-checkout' }).click();
  await page.getByRole('button', { name: 'true, step 2: 4 people, 66.7 %' }).waitFor();
  await page.getByRole('button', { name: 'false, step 2: 1 person, 16.7 %' }).waitFor();
  await page.getByRole('button', { name: '5 lost' }).click();
  const drawer = page.getByRole('dialog', { name: 'false: did not reach order_completed' });
  await drawer.getByText('5 people', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await choose('What is shown', 'Change over time');
  await cell('false', '16.7 %').first().click();
  const entry = page.getByRole('dialog', { name: /^false, entered / });
  await entry.getByText('1 person', { exact: true }).waitFor();
  await entry.getByText('Did not', { exact: true }).click();
  await entry.getByText('5 people', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await choose('What is shown', 'Time to convert');
  expect(await appears(page.getByText('1 min on average'))).toBe(true);
});

test('retention, stickiness, lifecycle and paths lead to people too', async () => {
  await page.getByText('Retention', { exact: true }).click();
  await page.getByRole('button', { name: /Day 0: 12 people, 100 %/ }).click();
  const drawer = page.getByRole('dialog', { name: /^shop_seen, / });
  await drawer.getByText('12 people', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Stickiness', { exact: true }).click();
  await cell('shop_seen', '12').waitFor();
  await page.getByText('Lifecycle', { exact: true }).click();
  await cell('New', '12').click();
  await page
    .getByRole('dialog', { name: /^New, / })
    .getByText('12 people')
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Paths', { exact: true }).click();
  await cell('order_completed', '5').click();
  const way = page.getByRole('dialog', { name: 'shop_seen → order_completed' });
  await way.getByText('5 people', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.goBack();
  await cell('New', '12').waitFor();
});

test('an insight is saved, changed, doubled, renamed and deleted', async () => {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Life of the shop');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Life of the shop' }).waitFor();
  await choose('Interval', 'by week');
  await page.getByText('Unsaved changes').waitFor();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
  expect(await page.getByRole('combobox', { name: 'Interval' }).inputValue()).toBe('by week');

  await page.getByRole('link', { name: 'Insights', exact: true }).first().click();
  await page.getByText('Lifecycle: shop_seen').waitFor();
  await page.getByRole('button', { name: 'Duplicate Life of the shop' }).click();
  await page.getByRole('button', { name: 'Rename Life of the shop (copy)' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Another');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('button', { name: 'Delete Another' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Another' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Make a favourite: Life of the shop' }).click();
  await page.getByRole('button', { name: 'Favourites', exact: true }).click();
  await page.getByRole('button', { name: 'No favourite any more: Life of the shop' }).waitFor();
  await page.getByRole('searchbox', { name: 'Search insights' }).fill('life of');
  expect(await appears(page.getByRole('link', { name: 'Life of the shop' }))).toBe(true);
});

test('a question that is not saved goes to a dashboard under a name', async () => {
  await page.goto('/insights/new');
  await page.getByRole('button', { name: 'Add to dashboard' }).click();
  await page.getByRole('menuitem', { name: 'A new dashboard' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Straight there');
  await page.getByRole('dialog').getByRole('button', { name: 'Save and add' }).click();
  await page.getByText('It is on Straight there.').waitFor();
  await page.getByRole('heading', { name: 'Straight there' }).waitFor();
  type Made = { tiles: { insight: { name: string } }[] };
  const { tiles } = await api<Made>(app, 'GET', '/dashboards/1/');
  expect(tiles.map(({ insight }) => insight.name)).toEqual(['Straight there']);
});

test('a statement is written, run, mended, ended and put on a dashboard', async () => {
  await page.goto('/insights/new');
  await choose('Event of series A', 'shop_seen');
  await page.getByText('SQL', { exact: true }).click();
  await page.getByRole('row', { name: /12 12$/ }).waitFor();
  await choose('Display', 'Bars');
  await page.getByRole('img', { name: /2 lines over 1 interval/ }).waitFor();

  const text = page.getByRole('textbox', { name: 'SQL', exact: true });
  await text.fill('SELECT event,\n  count(');
  await text.press('Control+Enter');
  await page.getByText(/^Line 2, column/).waitFor();
  await text.fill(
    'SELECT , count() AS n FROM events\nWHERE city = {city} GROUP BY 1 ORDER BY 1 DESC',
  );
  await text.press('Control+Home');
  for (let at = 0; at < 'SELECT '.length; at += 1) await text.press('ArrowRight');
  await page.getByRole('button', { name: 'distinct_id String' }).first().click();
  expect(await text.inputValue()).toMatch(/^SELECT distinct_id, count/);
  await text.fill((await text.inputValue()).replace('city =', 'properties.city ='));
  await page.getByRole('textbox', { name: '{city}' }).fill('Paris');
  await page.getByRole('textbox', { name: '{city}' }).press('Enter');
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByText('6 rows', { exact: true }).waitFor();
  const names = page.getByRole('rowheader');
  expect(await names.first().innerText()).toBe('shopper-9');
  await page.getByRole('button', { name: 'distinct_id', exact: true }).click();
  expect(await names.first().innerText()).toBe('shopper-1');

  await page.route('**/query/**', () => {});
  await text.press('End');
  await page.keyboard.type(' ');
  await text.press('Control+Enter');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Ended before it had an answer').waitFor();
  await page.unroute('**/query/**');
  await page.getByRole('button', { name: 'Run it again' }).click();
  await page.getByText('6 rows', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Add to dashboard' }).click();
  await page.getByRole('menuitem', { name: 'Straight there' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('From Paris');
  await page.getByRole('dialog').getByRole('button', { name: 'Save and add' }).click();
  await page.getByRole('heading', { name: 'From Paris' }).waitFor();
  await page.goto('/dashboards/1');
  const tile = page.getByRole('region', { name: 'From Paris', exact: true });
  expect(await appears(tile.getByRole('row', { name: /^shopper-11 \d$/ }))).toBe(true);
});

test('a flag’s page leads to what its variants do', async () => {
  await page.goto('/feature-flags');
  await page.getByRole('link', { name: 'new-checkout' }).click();
  await page.getByRole('link', { name: 'See in insights' }).click();
  await page.waitForURL(/\/insights\/new/);
  expect(await page.getByRole('combobox', { name: 'Break down by' }).inputValue()).toBe(
    'Flag new-checkout',
  );
});

test('the pages had no errors and asked no other host', () => {
  expect(window.problems).toEqual([]);
});
