// What wins over condition sets, in the browser: overrides for single people, early access, holdouts and kill
// switches; each checked by what an SDK gets.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, capture, flagValue, openApp, type Visit, visit } from './app.ts';

let app: App;
let window: Visit;
let page: Page;
const share = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});
/** Whom `flagValue` asks for. */
const PERSON = 'e2e-person';

beforeAll(async () => {
  app = await openApp();
  await capture(app, '$identify', PERSON, { $set: { email: 'ada@acme.com' } });
  await api(app, 'POST', '/feature_flags/', { key: 'checkout', filters: share(0) });
  const variants = [
    { key: 'light', rollout_percentage: 100 },
    { key: 'dark', rollout_percentage: 0 },
  ];
  const filters = { ...share(100), multivariate: { variants } };
  await api(app, 'POST', '/feature_flags/', { key: 'theme', filters });
  const stop = { key: 'stop', kind: 'kill_switch', filters: share(0) };
  await api(app, 'POST', '/feature_flags/', stop);
  window = await visit(app);
  ({ page } = window);
});
afterAll(() => app.close());

const dialog = () => page.getByRole('dialog');
const choose = async (select: string, option: string | RegExp) => {
  await page.getByRole('combobox', { name: select, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
};
const offered = async () => {
  const { url, projectToken } = app.serin;
  const answer = await fetch(`${url}/api/early_access_features/?token=${projectToken}`);
  return ((await answer.json()) as { earlyAccessFeatures: unknown[] }).earlyAccessFeatures;
};

test('from its page a flag is forced for one person, and taken back', async () => {
  await page.goto('/feature-flags/theme');
  const card = page.getByRole('region', { name: 'For single people' });
  const overrides = card.getByRole('list', { name: 'Overrides' });
  await card.getByLabel('Distinct id').fill(PERSON);
  await choose('Gets', 'dark');
  await card.getByRole('button', { name: 'Override', exact: true }).click();
  await overrides.getByText('dark').waitFor();
  expect(await flagValue(app, 'theme')).toBe('dark');
  expect(await flagValue(app, 'theme', {}, 'somebody-else')).toBe('light');

  await card.getByLabel('Distinct id').fill(PERSON);
  await choose('Gets', 'Off');
  await card.getByRole('button', { name: 'Override', exact: true }).click();
  await overrides.getByText('Off').waitFor();
  expect(await flagValue(app, 'theme')).toBe(false);
  await card.getByRole('button', { name: `Take back the override for ${PERSON}` }).click();
  await overrides.waitFor({ state: 'detached' });
  expect(await flagValue(app, 'theme')).toBe('light');
});

test('a person’s page tells what each flag is for them and why, and forces it in one press', async () => {
  const found = () => api<{ count: number }>(app, 'GET', '/persons/?search=ada');
  await expect.poll(async () => (await found()).count).toBe(1);
  await page.goto('/people?search=ada');
  await page.getByRole('link', { name: 'ada@acme.com' }).click();
  const row = page.getByRole('row', { name: /^checkout/ });
  await row.getByText('its share does not reach them').waitFor();
  await row.getByRole('button', { name: 'Override checkout', exact: true }).click();
  await page.getByRole('menuitem', { name: 'On', exact: true }).click();
  await row.getByText('Overridden for this person').waitFor();
  expect(await flagValue(app, 'checkout')).toBe(true);
  await page.getByRole('link', { name: 'checkout', exact: true }).click();
  const overrides = page.getByRole('list', { name: 'Overrides' });
  await overrides.getByText(PERSON).waitFor();
  await page.goBack();
  await row.getByRole('button', { name: 'Take back the override of checkout' }).click();
  await row.getByText('its share does not reach them').waitFor();
  expect(await flagValue(app, 'checkout')).toBe(false);
});

test('early access: a feature with a flag of its own is offered, chosen, counted, and ended', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'Early access' }).click();
  await page.getByText('Nothing to opt in to').waitFor();
  await page.getByRole('button', { name: 'New feature' }).click();
  await dialog().getByLabel('Name').fill('Night mode');
  await dialog().getByLabel('Link to its documentation').fill('javascript:alert(1)');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().locator('[aria-invalid="true"]').waitFor();
  await dialog().getByLabel('Link to its documentation').fill('https://acme.com/night');
  await dialog().getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /^Night mode/ });
  await row.getByText('Beta').waitFor();
  expect(await offered()).toMatchObject([{ name: 'Night mode', flagKey: 'night-mode' }]);

  // As posthog-js does: the event tells Serin, and the person's flag turns.
  for (const [id, isIn] of [
    [PERSON, true],
    ['grace', true],
    ['bob', false],
  ] as const) {
    const chosen = { $set: { '$feature_enrollment/night-mode': isIn } };
    await capture(app, '$feature_enrollment_update', id, chosen);
  }
  await expect.poll(() => flagValue(app, 'night-mode')).toBe(true);
  await expect.poll(() => flagValue(app, 'night-mode', {}, 'grace')).toBe(true);
  type Features = { results: { opted_in_count: number; opted_out_count: number }[] };
  const features = async () => (await api<Features>(app, 'GET', '/early_access_feature/')).results;
  await expect.poll(features).toMatchObject([{ opted_in_count: 2, opted_out_count: 1 }]);
  await page.reload();
  await row.getByText('night-mode', { exact: true }).waitFor();
  expect((await row.getByRole('cell').allInnerTexts()).slice(3, 5)).toEqual(['2', '1']);

  await row.getByRole('button', { name: 'Change Night mode' }).click();
  await choose('Stage', 'Archived');
  await dialog().getByText('It is over').waitFor();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await row.getByText('Archived').waitFor();
  expect(await offered()).toEqual([]);
  expect(await flagValue(app, 'night-mode')).toBe(false);
});

test('early access for a flag that exists: stages decide whether opting in counts', async () => {
  await page.getByRole('button', { name: 'New feature' }).click();
  await dialog().getByLabel('Name').fill('Short checkout');
  await choose('Flag', 'theme');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().getByText('The flag has variants').waitFor();
  await choose('Flag', 'checkout');
  await choose('Stage', 'Concept');
  await dialog().getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /^Short checkout/ });
  await row.getByText('Concept').waitFor();
  const wants = { '$feature_enrollment/checkout': true };
  expect(await flagValue(app, 'checkout', wants)).toBe(false);

  await row.getByRole('button', { name: 'Change Short checkout' }).click();
  await choose('Stage', 'Alpha');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await row.getByText('Alpha').waitFor();
  expect(await flagValue(app, 'checkout', wants)).toBe(true);
  await row.getByRole('button', { name: 'Remove Short checkout' }).click();
  await dialog().getByRole('button', { name: 'Remove' }).click();
  await row.waitFor({ state: 'detached' });
  expect(await flagValue(app, 'checkout', wants)).toBe(false);
});

test('a holdout and a kill switch are chosen on a flag; a used holdout is not deleted', async () => {
  await page.goto('/settings?tab=holdouts');
  await page.getByRole('button', { name: 'New holdout' }).click();
  await dialog().getByLabel('Name').fill('Quarter 4');
  await dialog().getByLabel('Share of people').fill('0');
  await dialog().getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /^Quarter 4/ });
  await row.getByText('none').waitFor();

  await page.goto('/feature-flags/theme');
  await page.getByRole('button', { name: /^Advanced/ }).click();
  await choose('Holdout', 'Quarter 4 (0 %)');
  await choose('Kill switch', 'stop');
  await page.getByRole('button', { name: 'Save' }).first().click();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('theme is saved.').waitFor();
  expect(await flagValue(app, 'theme')).toBe('light');
  await api(app, 'PATCH', '/feature_flags/stop/', { filters: share(100) });
  expect(await flagValue(app, 'theme')).toBe(false);
  await api(app, 'PATCH', '/feature_flags/stop/', { filters: share(0) });

  await page.goto('/settings?tab=holdouts');
  await row.getByText('theme').waitFor();
  await row.getByRole('button', { name: 'Change Quarter 4' }).click();
  await dialog().getByLabel('Share of people').fill('100');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await row.getByText('100 %').waitFor();
  expect(String(await flagValue(app, 'theme'))).toMatch(/^holdout-/);
  await row.getByRole('button', { name: 'Delete Quarter 4' }).click();
  await dialog().getByRole('button', { name: 'Delete' }).click();
  await page.getByText('These flags name it in some environment: theme.').waitFor();
  await page.reload();
  await row.getByText('theme').waitFor();
});

test('the pages had no errors and asked no other host', () => {
  expect(window.problems).toEqual([]);
});
