// Dashboards in the browser: made from a flag in one press, arranged by hand and by the keyboard, filtered, and shown
// to strangers by a link until it is revoked.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, appears, openApp, type Visit, visit, WAIT_MS } from './app.ts';

let app: App;
let window: Visit;
let page: Page;

beforeAll(async () => {
  app = await openApp();
  window = await visit(app);
  ({ page } = window);
});
afterAll(() => app.close());

/** Three people see a page, two of them with the flag on; one of these meets an error. */
async function letPeopleCome(): Promise<void> {
  await api(app, 'POST', '/feature_flags/', { key: 'new-checkout' });
  const batch = ['ada', 'bob', 'eve'].flatMap((id, index) => {
    const properties = { distinct_id: id, '$feature/new-checkout': index > 0 };
    const timestamp = new Date(Date.now() - 86_400_000).toISOString();
    const names = ['$pageview', ...(index > 1 ? ['$exception'] : [])];
    return names.map((event) => ({ event, properties, timestamp }));
  });
  const body = JSON.stringify({ api_key: app.serin.projectToken, batch });
  await fetch(`${app.serin.url}/batch/`, { method: 'POST', body });
  const names = () => api<{ results: { count: number }[] }>(app, 'GET', '/event_definitions/');
  const stored = async () => (await names()).results.reduce((sum, { count }) => sum + count, 0);
  await expect.poll(stored, { timeout: WAIT_MS }).toBe(batch.length);
}

type Stored = {
  readonly version: number;
  readonly filters: object;
  readonly tiles: readonly { readonly id: number; readonly layouts: { readonly sm: object } }[];
};
const stored = () => api<Stored>(app, 'GET', '/dashboards/1/');
const placeOf = async (id: number) =>
  (await stored()).tiles.find((tile) => tile.id === id)?.layouts.sm;
const tile = (name: string) => page.getByRole('region', { name, exact: true });

test('a flag leads to its dashboard in one press', async () => {
  await letPeopleCome();
  await page.goto('/feature-flags/new-checkout');
  await page.getByRole('button', { name: 'Watch on a dashboard' }).click();
  await appears(page.getByRole('heading', { name: 'Rollout monitoring: new-checkout', level: 1 }));
  // Only what is in sight is asked.
  await tile('Error rate by variant').scrollIntoViewIfNeeded();
  await appears(tile('Error rate by variant').getByRole('img', { name: /Error rate by variant/ }));
  await appears(page.getByText('compare those who get the change', { exact: false }));
  expect(await page.getByRole('combobox', { name: 'Refresh' }).inputValue()).toBe(
    'Every 5 minutes',
  );
});

test('tiles are moved and resized by the keyboard, and dragged', async () => {
  const menu = tile('Exceptions by variant').getByRole('button', { name: /^Actions of/ });
  const before = await placeOf(5);
  expect(before).toMatchObject({ x: 6, w: 6 });
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Narrower' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Move right' }).press('Enter');
  await page.keyboard.press('Escape');
  await expect.poll(() => placeOf(5), { timeout: WAIT_MS }).toMatchObject({ x: 7, w: 5 });
  const handle = tile('Progress: share of people with the flag on')
    .locator('[aria-hidden]')
    .first();
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  if (!box) throw new Error('no handle');
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 605, box.y + 5, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => placeOf(2), { timeout: WAIT_MS }).toMatchObject({ x: 6 });
});

test('filters override what tiles ask, and a screen shows the dashboard alone', async () => {
  await page.getByRole('combobox', { name: 'Range of all tiles' }).click();
  await page.getByRole('option', { name: 'Last 24 hours', exact: true }).click();
  await appears(page.getByText('overridden by the dashboard').first());
  await expect
    .poll(async () => (await stored()).filters, { timeout: WAIT_MS })
    .toEqual({ date_from: '-24h' });
  await page.getByRole('combobox', { name: 'Range of all tiles' }).click();
  await page.getByRole('option', { name: 'Own days…' }).click();
  await page.getByRole('textbox', { name: 'First day' }).fill('2026-01-05');
  await expect
    .poll(async () => (await stored()).filters, { timeout: WAIT_MS })
    .toMatchObject({ date_from: '2026-01-05' });
  await page.getByRole('textbox', { name: 'Last day' }).fill('2026-01-07');
  await expect
    .poll(async () => (await stored()).filters, { timeout: WAIT_MS })
    .toEqual({ date_from: '2026-01-05', date_to: '2026-01-07' });
  await page.getByRole('combobox', { name: 'Range of all tiles' }).click();
  await page.getByRole('option', { name: 'Each its own range' }).click();
  await expect.poll(async () => (await stored()).filters, { timeout: WAIT_MS }).toEqual({});
  await page.getByRole('button', { name: 'Full screen' }).click();
  await appears(page.getByRole('button', { name: 'Leave full screen' }));
  expect(await page.getByRole('navigation', { name: 'Main' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Leave full screen' }).click();
});

test('it is renamed where it is shown', async () => {
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Checkout watch');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  expect(await appears(page.getByRole('heading', { name: 'Checkout watch', level: 1 }))).toBe(true);
});

/** A number that leads to people, at the end of the dashboard. */
async function addNumber(): Promise<void> {
  const query = {
    kind: 'TrendsQuery',
    series: [{ kind: 'EventsNode', event: '$pageview', math: 'dau' }],
    trendsFilter: { display: 'BoldNumber' },
  };
  const { id } = await api<{ id: number }>(app, 'POST', '/insights/', { name: 'Visitors', query });
  await api(app, 'POST', '/dashboards/1/tiles/', { insight: { id } });
  await page.reload();
}

test('a public link shows it without signing in, until it is revoked', async () => {
  await addNumber();
  await tile('Visitors').scrollIntoViewIfNeeded();
  await appears(tile('Visitors').getByRole('button', { name: '3', exact: true }));
  await page.getByRole('button', { name: 'Public links' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const address = await page.getByText(/\/shared\//).innerText();
  const stranger = await visit(app, { isSignedIn: false });
  await stranger.page.goto(address.trim());
  const chart = stranger.page.getByRole('img', { name: /Error rate by variant/ });
  await stranger.page
    .getByRole('region', { name: 'Error rate by variant', exact: true })
    .scrollIntoViewIfNeeded();
  await appears(chart);
  expect(await stranger.page.getByRole('button', { name: /^Actions of/ }).count()).toBe(0);
  const number = stranger.page.getByRole('region', { name: 'Visitors', exact: true });
  await number.scrollIntoViewIfNeeded();
  await appears(number.getByText('3', { exact: true }));
  expect(await number.getByRole('button').count()).toBe(0);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Public links' }).click();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await appears(page.getByText('No public link'));
  await stranger.page.reload();
  await appears(stranger.page.getByText('This link has been revoked', { exact: false }));
  expect([window.problems, stranger.problems]).toEqual([[], []]);
});
