// Keeping flags in order: who owns them, what was done to them, what uses them, many at once.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type App,
  api,
  appears,
  capture,
  flagValue,
  openApp,
  type Visit,
  visit,
  WAIT_MS,
} from './app.ts';

let app: App;
let window: Visit;
let page: Page;

beforeAll(async () => {
  app = await openApp({ timeScale: 60 });
  window = await visit(app);
  ({ page } = window);
  const filters = { groups: [{ properties: [], rollout_percentage: 10 }] };
  for (let i = 0; i < 60; i += 1) {
    const key = `flag-${String(i).padStart(2, '0')}`;
    const tags = i % 2 === 0 ? ['even'] : ['odd'];
    await api(app, 'POST', '/feature_flags/', { key, filters, tags, name: `Number ${i}` });
  }
});
afterAll(() => app.close());

const confirm = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

test('a flag is found among many, by text and filter, and the address shows the same', async () => {
  await page.goto('/feature-flags');
  await page.getByText('1–50 of 60').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('51–60 of 60').waitFor();
  await page.getByRole('searchbox', { name: 'Search flags' }).fill('number 1');
  await page.getByRole('link', { name: 'flag-19' }).waitFor();
  await page.getByRole('link', { name: 'flag-20' }).waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Tag' }).click();
  await page.getByRole('option', { name: 'odd' }).click();
  await page.getByRole('link', { name: 'flag-18' }).waitFor({ state: 'detached' });
  await expect.poll(() => page.url(), { timeout: WAIT_MS }).toContain('tag=odd');
  await page.reload();
  await page.getByRole('link', { name: 'flag-19' }).waitFor();
  expect(await page.getByRole('link', { name: 'flag-18' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Flag', exact: true }).click();
  await expect
    .poll(() => page.locator('tbody tr').first().innerText(), { timeout: WAIT_MS })
    .toContain('flag-01');
});

test('many flags are changed at once, by keyboard, and refusals are named', async () => {
  await api(app, 'POST', '/feature_flags/', {
    key: 'needs-01',
    filters: {
      groups: [
        {
          properties: [
            { key: 'flag-01', type: 'flag', operator: 'flag_evaluates_to', value: true },
          ],
        },
      ],
    },
  });
  const first = page.getByRole('checkbox', { name: 'Choose flag-01' });
  await first.focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: 'Choose flag-11' }).check();
  await page.getByText('2 flags chosen').waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Archive', exact: true }).click();
  await confirm('Archive');
  const refusals = page.getByRole('dialog', { name: '1 flag is left as before' });
  await refusals.getByText('needs-01').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'flag-11' }).waitFor({ state: 'detached' });
  expect(await page.getByRole('link', { name: 'flag-01' }).count()).toBe(1);
});

test('owner and tags are set beside the editor', async () => {
  await page.goto('/feature-flags/flag-02');
  await page.getByRole('combobox', { name: 'Owner' }).click();
  await page.getByRole('option').first().click();
  await page.getByText('The owner is saved.').waitFor();
  await page.getByRole('combobox', { name: 'Tags' }).fill('checkout');
  await page.keyboard.press('Enter');
  await page.getByText('The tags are saved.').waitFor();
  const flag = await api<{ owner: unknown; tags: string[] }>(app, 'GET', '/feature_flags/flag-02/');
  expect(flag).toMatchObject({ owner: { email: app.serin.email }, tags: ['even', 'checkout'] });
});

test('a payload schema that does not fit is refused at its place', async () => {
  const card = page.getByRole('region', { name: 'Payload schema' });
  await card.getByRole('button', { name: 'Add' }).click();
  await card.getByRole('textbox', { name: 'Payload schema' }).fill('{"type":"strng"}');
  await card.getByRole('button', { name: 'Save schema' }).click();
  await card.getByText(/At type: Must be one of array/).waitFor();
  await card.getByRole('textbox', { name: 'Payload schema' }).fill('{"type":"object"}');
  await card.getByRole('button', { name: 'Save schema' }).click();
  expect(await appears(page.getByText('The schema is saved.'))).toBe(true);
});

test('one press gives the flag to everyone, another brings the old targeting back', async () => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Give it to everyone…' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('it works');
  await confirm('Give it to everyone');
  await page.getByText('Everyone gets flag-02.').waitFor();
  expect(await flagValue(app, 'flag-02')).toBe(true);
  await page.getByRole('tab', { name: 'History' }).click();
  const versions = page.getByRole('list', { name: 'Versions' });
  await versions.getByText('Given to everyone').waitFor();
  await versions.getByText('it works').waitFor();
  await page.getByRole('checkbox', { name: 'Compare version 1' }).check();
  await page.getByRole('checkbox', { name: 'Compare version 5' }).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const compared = page.getByRole('dialog', { name: 'From version 1 to version 5' });
  await compared.getByText('Set 1').waitFor();
  await page.keyboard.press('Escape');
  await compared.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await page.getByRole('dialog').getByText('10 % of everyone').waitFor();
  await confirm('Restore');
  await page.getByText('Version 1 of flag-02 is restored.').waitFor();
  const flag = await api<{ filters: unknown; tags: string[] }>(
    app,
    'GET',
    '/feature_flags/flag-02/',
  );
  expect(flag).toMatchObject({
    filters: { groups: [{ rollout_percentage: 10 }] },
    tags: ['even', 'checkout'],
  });
});

test('people comment on a flag; addresses become links, nothing else does', async () => {
  await page.getByRole('tab', { name: 'Comments' }).click();
  await page
    .getByRole('textbox', { name: 'Comment' })
    .fill('See https://example.com/plan. <b>javascript:alert(1)</b>');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  const list = page.getByRole('list', { name: 'Comments' });
  const link = list.getByRole('link', { name: 'https://example.com/plan' });
  await link.waitFor();
  expect(await link.getAttribute('rel')).toContain('noopener');
  await list.getByText('<b>javascript:alert(1)</b>').waitFor();
  expect(await list.getByRole('link').count()).toBe(1);
  await list.getByRole('button', { name: 'Delete your comment' }).click();
  await confirm('Delete');
  expect(await appears(page.getByText('Nothing said yet'))).toBe(true);
});

test('usage shows what code asked for, and by which SDK', async () => {
  await capture(app, '$feature_flag_called', 'ada', {
    $feature_flag: 'flag-02',
    $feature_flag_response: true,
    $lib: 'posthog-node',
  });
  await capture(app, '$feature_flag_called', 'ada', {
    $feature_flag: 'flag-twenty',
    $lib: 'posthog-node',
  });
  await expect
    .poll(
      async () =>
        (await api<{ reports: { series: unknown[] } }>(app, 'GET', '/feature_flags/flag-02/usage/'))
          .reports.series.length,
      { timeout: WAIT_MS },
    )
    .toBe(1);
  await page.getByRole('tab', { name: 'Usage' }).click();
  const chart = page.getByRole('img', { name: /Counts by value. true: 1/ });
  await chart.waitFor();
  await page.getByRole('list', { name: 'By SDK' }).getByText('posthog-node').waitFor();
  await page.getByText('Answered', { exact: true }).click();
  expect(await appears(page.getByRole('list', { name: 'By value' }).getByText('true'))).toBe(true);
});

test('a flag that code asks for in vain is created from there', async () => {
  await expect
    .poll(async () => (await api<{ count: number }>(app, 'GET', '/unknown_flags/')).count, {
      timeout: WAIT_MS,
    })
    .toBe(1);
  await page.goto('/feature-flags');
  await page.getByRole('link', { name: '1 flag that does not exist' }).click();
  await page.getByRole('link', { name: 'Create this flag: flag-twenty' }).click();
  expect(await page.getByLabel('Key', { exact: true }).inputValue()).toBe('flag-twenty');
});

test('a required owner is asked for when a flag is made', async () => {
  await page.goto('/settings?tab=flags');
  await page.getByRole('switch', { name: /Every flag needs an owner/ }).press('Space');
  await page.getByText('Flags need an owner from now on.').waitFor();
  await page.goto('/feature-flags/new?key=flag-twenty');
  await page.getByRole('combobox', { name: 'Owner' }).waitFor();
  await page.getByRole('button', { name: 'Create flag' }).click();
  await page.getByRole('heading', { name: 'flag-twenty', level: 1 }).waitFor();
  const flag = await api<{ owner: unknown }>(app, 'GET', '/feature_flags/flag-twenty/');
  expect(flag.owner).toMatchObject({ email: app.serin.email });
});

test('the audit log tells who did what, and where from', async () => {
  await page.goto('/audit-log');
  await page.getByRole('searchbox', { name: 'Search the audit log' }).fill('flag-02');
  await page.getByRole('combobox', { name: 'Did what' }).click();
  await page.getByRole('option', { name: 'Rolled out' }).click();
  const entry = page.getByRole('list', { name: 'Entries' }).getByRole('listitem').first();
  await entry.getByText('it works').waitFor();
  await entry.getByRole('button', { name: /fields?/ }).click();
  await entry.getByText(/In session [0-9a-f]{12}, from 127.0.0.1/).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await page.getByRole('button', { name: 'Download' }).click();
      await page.getByRole('menuitem', { name: 'CSV' }).click();
    })(),
  ]);
  expect(file.suggestedFilename()).toBe('audit-log.csv');
});

test('the pages had no errors and asked no other host', () => {
  expect(window.problems).toEqual([]);
});
