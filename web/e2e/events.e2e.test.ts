// Events and people as they arrive, the first steps, and keys that are shown once.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, appears, capture, openApp, type Visit, visit, WAIT_MS } from './app.ts';
import { A_VISIT, sendRecording } from './recordings.ts';

let app: App;
let window: Visit;
let page: Page;

beforeAll(async () => {
  app = await openApp();
  window = await visit(app);
  ({ page } = window);
});
afterAll(() => app.close());

test('the first steps tick themselves', async () => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Create a flag' }).waitFor();
  await api(app, 'POST', '/feature_flags/', { key: 'new-checkout' });
  await page.getByText(app.serin.projectToken).first().waitFor();
  await capture(app, '$pageview', 'visitor-1');
  await page.getByText("posthog.isFeatureEnabled('new-checkout')").waitFor();
  await capture(app, '$feature_flag_called', 'visitor-1', {
    $feature_flag: 'new-checkout',
    $feature_flag_response: false,
  });
  expect(await appears(page.getByText('Nothing is being rolled out'))).toBe(true);
});

test('events appear as they arrive, wait while paused, and open', async () => {
  await page.goto('/events');
  await page.getByText('Live', { exact: true }).waitFor();
  await capture(app, 'order_completed', 'ada', { price: 12.5 });
  await page.getByRole('button', { name: /^order_completed/ }).click();
  await page.getByRole('row', { name: 'price 12.5' }).waitFor();

  await page.getByRole('button', { name: 'Pause' }).click();
  await capture(app, 'refund_asked', 'ada');
  await page.getByRole('button', { name: 'Show 1 new event' }).click();
  expect(await appears(page.getByRole('button', { name: /^refund_asked/ }))).toBe(true);
});

test('events are narrowed by name, in the address too', async () => {
  await page.getByLabel('Event name').fill('order_completed');
  await page.getByRole('button', { name: /^refund_asked/ }).waitFor({ state: 'detached' });
  expect(page.url()).toContain('event=order_completed');
  await page.reload();
  await page.getByRole('button', { name: /^order_completed/ }).waitFor();
});

test('an error is found, said to be of a flag alone, watched, and resolved', async () => {
  await api(app, 'PATCH', '/recording_settings/', { enabled: true });
  const { id } = await sendRecording(app, A_VISIT);
  const told = Array.from({ length: 40 }, (_, i) => ({ who: `shopper-${i}`, isIn: i % 2 === 0 }));
  await Promise.all(
    told.map(({ who, isIn }) =>
      capture(app, '$feature_flag_called', who, {
        $feature_flag: 'new-checkout',
        $feature_flag_response: isIn,
        '$feature/new-checkout': isIn,
      }),
    ),
  );
  const $exception_list = [
    { type: 'TypeError', value: 'No price in the basket', mechanism: { handled: false } },
  ];
  const met = told.filter(({ isIn }) => isIn).slice(0, 12);
  await Promise.all(
    met.map(({ who }) =>
      capture(app, '$exception', who, {
        $exception_list,
        '$feature/new-checkout': true,
        $session_id: id,
      }),
    ),
  );
  const counted = async () => {
    type Found = { results: { aggregations: { users: number } }[] };
    return (await api<Found>(app, 'GET', '/error_tracking/issues/')).results[0]?.aggregations.users;
  };
  await expect.poll(counted, { timeout: WAIT_MS }).toBe(met.length);

  await page.goto('/feature-flags/new-checkout?tab=usage');
  const panel = page.getByRole('region', { name: 'Errors that come with it' });
  await panel.getByText('Only new-checkout').waitFor();
  await page.goto('/errors?flag=new-checkout');
  const row = page.getByRole('row').filter({ hasText: 'No price in the basket' });
  await row.getByText('Only new-checkout').waitFor();
  await row.getByRole('link', { name: 'TypeError' }).click();
  await page.getByText('Only people with new-checkout see this.').first().waitFor();
  const issue = page.url();
  await page.getByRole('link', { name: 'Watch how it came to this' }).click();
  await page.waitForURL(`**/replay/${id}?**`);
  await joinAndSplit(page, issue);
  await page.getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('Resolved. It opens again when it happens in another release.').waitFor();
  await page.getByRole('button', { name: 'Open again' }).waitFor();
  await page.getByRole('link', { name: 'Errors' }).last().click();
  await page.getByRole('checkbox', { name: /No more seats/ }).check();
  await page.getByRole('button', { name: 'Ignore' }).click();
  expect(await appears(page.getByText('No open errors in the last seven days'))).toBe(true);
  await page.goto('/errors?status=suppressed');
  await page.getByRole('checkbox', { name: /No more seats/ }).check();
  await page.getByRole('button', { name: 'Open again' }).click();
  await page.getByText('1 error opened again.').waitFor();
});

/** Another error becomes part of the one at an address, and is taken out again; resolves on its page. */
async function joinAndSplit(page: Page, issue: string): Promise<void> {
  await capture(app, '$exception', 'ada', {
    $exception_list: [{ type: 'RangeError', value: 'No more seats', mechanism: { handled: true } }],
  });
  const found = async () =>
    (await api<{ count: number }>(app, 'GET', '/error_tracking/issues/')).count;
  await expect.poll(found, { timeout: WAIT_MS }).toBe(2);
  const chosen = (name: RegExp) => page.getByRole('checkbox', { name });
  await page.goto('/errors');
  await chosen(/No more seats/).check();
  await chosen(/No price in the basket/).check();
  await page.getByRole('button', { name: 'Join…' }).click();
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await chosen(/No more seats/).waitFor({ state: 'detached' });
  await page.goto(issue);
  await page.getByText('Yes, the app handled it').waitFor();
  await page.getByRole('button', { name: 'Split off RangeError: No more seats' }).click();
  await page.getByText('It is an error of its own again.').waitFor();
  await page.getByRole('region', { name: 'Joined in it' }).waitFor({ state: 'detached' });
}

test('what is wrong with an event is told, with what to do', async () => {
  await capture(app, '$identify', 'undefined', { $anon_distinct_id: 'visitor-9' });
  const warned = () => api<{ results: unknown[] }>(app, 'GET', '/ingestion_warnings/');
  await expect.poll(async () => (await warned()).results.length, { timeout: WAIT_MS }).toBe(1);
  await page.goto('/events');
  await page.getByRole('link', { name: 'Ingestion warnings' }).click();
  const card = page.getByRole('region', { name: 'An id that stands for nobody' });
  await card.getByText('Call identify only once the id is known.').waitFor();
  expect(await card.getByRole('link', { name: 'undefined' }).count()).toBe(1);
  await page.getByText('24 hours').click();
  expect(await appears(card)).toBe(true);
  expect(page.url()).toContain('days=1');
});

test('what an event means is written down, and found by it', async () => {
  await capture(app, 'order_completed', 'grace', { total: 12 });
  const names = () => api<{ count: number }>(app, 'GET', '/event_definitions/?search=order');
  await expect.poll(async () => (await names()).count, { timeout: WAIT_MS }).toBe(1);
  await page.goto('/events');
  await page.getByRole('link', { name: 'Definitions' }).click();
  const table = page.getByRole('table');
  await table.getByRole('button', { name: 'order_completed', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Description').fill('The customer has paid.');
  await dialog.getByLabel('Verified').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByLabel('Search events').fill('has paid');
  await page.getByText('The customer has paid.').waitFor();
  await page.getByLabel('Verified only').check();
  await page.getByRole('img', { name: 'Verified' }).waitFor();

  await page.getByRole('link', { name: 'Properties of order_completed' }).click();
  await page.getByRole('row', { name: /total Number/ }).waitFor();
  await table.getByRole('button', { name: 'total', exact: true }).click();
  await dialog.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Text' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  expect(await appears(page.getByRole('row', { name: /total Text/ }))).toBe(true);
});

test('a person is found by address and shows their properties', async () => {
  await capture(app, '$identify', 'grace', {
    $anon_distinct_id: 'anon-7',
    $set: { email: 'grace@acme.com', plan: 'growth' },
  });
  const found = () => api<{ count: number }>(app, 'GET', '/persons/?search=grace@');
  await expect.poll(async () => (await found()).count, { timeout: WAIT_MS }).toBe(1);
  await page.goto('/people');
  await page.getByLabel('Search people').fill('grace@');
  await page.getByRole('link', { name: 'grace@acme.com' }).click();
  await page.getByRole('row', { name: 'plan growth' }).waitFor();
  await page.getByText('anon-7').first().waitFor();

  await page.getByRole('button', { name: 'Split off anon-7' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Split off' }).click();
  await page.getByText('anon-7 is a person of its own.').waitFor();

  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete person and events' }).click();
  const done = page.getByRole('row').filter({ hasText: 'Done, 0 rows left' });
  expect(await appears(done)).toBe(true);
  expect(page.url()).toContain('/people/deletions');
  expect((await found()).count).toBe(0);
});

test('an API key is shown once, works, and can be revoked', async () => {
  await page.goto('/settings?tab=keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Label').fill('deployment');
  await page.getByRole('button', { name: 'Create key' }).click();
  const value = await page.getByText(/^phx_\w+/).innerText();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('cell', { name: 'deployment', exact: true }).waitFor();
  expect(await page.content()).not.toContain(value);

  const ask = () =>
    fetch(`${app.serin.url}/api/projects/@current/feature_flags/`, {
      headers: { authorization: `Bearer ${value}` },
    });
  expect((await ask()).status).toBe(200);
  await page.getByRole('button', { name: 'Revoke deployment' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('deployment is revoked.').waitFor();
  expect((await ask()).status).toBe(401);
});

test('the project is renamed everywhere', async () => {
  await page.goto('/settings');
  await page.getByLabel('Name').fill('Acme shop');
  await page.getByRole('button', { name: 'Rename' }).click();
  expect(await appears(page.getByRole('button', { name: /project Acme shop$/ }))).toBe(true);
});

test('the pages had no errors and asked no other host', () => {
  expect(window.problems).toEqual([]);
});
