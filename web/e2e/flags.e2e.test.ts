// A flag's life in the web app, each step checked by what an SDK gets.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, appears, capture, flagValue, openApp, type Visit, visit } from './app.ts';

let app: App;
let window: Visit;
let page: Page;

beforeAll(async () => {
  app = await openApp();
  window = await visit(app);
  ({ page } = window);
});
afterAll(() => app.close());

const save = () => page.getByRole('button', { name: 'Save' }).first();
/** Production asks before it is changed. */
const confirm = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

test('a flag is created for nobody', async () => {
  await page.goto('/feature-flags');
  await page.getByText('No flags yet').waitFor();
  await page.getByRole('link', { name: 'Create the first flag' }).click();
  await page.getByLabel('Key', { exact: true }).fill('new checkout');
  await page.getByRole('button', { name: 'Create flag' }).click();
  await page.getByText('Only letters, digits, hyphens and underscores.').first().waitFor();
  await page.getByLabel('Key', { exact: true }).fill('new-checkout');
  await page.getByLabel('Description').fill('One-page checkout');
  await page.getByRole('button', { name: 'Create flag' }).click();
  await page.getByRole('heading', { name: 'new-checkout', level: 1 }).waitFor();
  expect(await flagValue(app, 'new-checkout')).toBe(false);
});

test('a taken key is refused at its field', async () => {
  await page.goto('/feature-flags/new');
  await page.getByLabel('Key', { exact: true }).fill('new-checkout');
  await page.getByRole('button', { name: 'Create flag' }).click();
  const key = page.getByLabel('Key', { exact: true });
  await page.locator('[aria-invalid="true"]').waitFor();
  expect(await key.getAttribute('aria-invalid')).toBe('true');
});

test('conditions decide who gets it', async () => {
  await page.goto('/feature-flags/new-checkout');
  await page.getByRole('button', { name: 'Only people who…' }).click();
  await page.getByRole('combobox', { name: 'Property' }).fill('email');
  await page.getByRole('combobox', { name: 'Comparison' }).click();
  await page.getByRole('option', { name: 'contains', exact: true }).click();
  await page.getByRole('combobox', { name: 'Value' }).fill('@acme.com');
  await page.getByLabel('Share of these people, in percent').fill('100');
  await page.getByText('All people whose email contains @acme.com get the flag.').waitFor();
  await save().click();
  await confirm('Save');
  await page.getByText('new-checkout is saved.').waitFor();
  expect(await flagValue(app, 'new-checkout', { email: 'ada@acme.com' })).toBe(true);
  expect(await flagValue(app, 'new-checkout', { email: 'eve@other.com' })).toBe(false);
});

test('sets are reordered by keyboard, and duplicated', async () => {
  await page.getByRole('button', { name: 'Add condition set' }).click();
  const second = page.getByRole('region', { name: 'Condition set 2' });
  await second.getByRole('button', { name: 'Move up' }).focus();
  await page.keyboard.press('Enter');
  const first = page.getByRole('region', { name: 'Condition set 1' });
  await first.getByText('nobody').waitFor();
  await first.getByRole('button', { name: 'Duplicate' }).click();
  await page.getByRole('region', { name: 'Condition set 3' }).waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('region', { name: 'Condition set 2' }).waitFor({ state: 'detached' });
  expect(await page.getByRole('region', { name: /^Condition set/ }).count()).toBe(1);
});

test('variants must sum to 100, then are served with their payload', async () => {
  await page.getByText('Several variants').click();
  await page.getByLabel('Share of test, in percent').fill('40');
  await page.getByText('Shares sum to 90 %, not 100 %').waitFor();
  await save().click();
  await page
    .getByRole('region', { name: 'Unsaved changes' })
    .getByText('must sum to 100')
    .waitFor();
  await page.getByLabel('Share of control, in percent').fill('0');
  await page.getByLabel('Share of test, in percent').fill('100');
  await page.getByRole('button', { name: 'Add a payload to test' }).click();
  await page.getByLabel('Payload of test', { exact: true }).fill('{"steps":1}');
  await page.getByRole('button', { name: 'Format Payload of test' }).click();
  await save().click();
  await confirm('Save');
  await page.getByText('Shares sum to 100 %').waitFor();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect(await flagValue(app, 'new-checkout', { email: 'ada@acme.com' })).toBe('test');
});

test('unsaved edits are not lost without a question', async () => {
  await page.getByLabel('Description').fill('Changed');
  await page.getByRole('navigation').getByRole('link', { name: 'Events' }).click();
  await page.getByRole('dialog').getByText('Leave without saving?').waitFor();
  await confirm('Cancel');
  expect(await page.getByLabel('Description').inputValue()).toBe('Changed');
  await page.getByRole('button', { name: 'Discard' }).click();
});

test('what a colleague saved meanwhile is not overwritten', async () => {
  await page.getByLabel('Description').fill('Mine');
  await api(app, 'PATCH', '/feature_flags/new-checkout/', { name: 'Theirs' });
  await save().click();
  await confirm('Save');
  const notice = page.getByRole('alert').filter({ hasText: 'Someone else saved this flag' });
  await notice.getByText('Theirs', { exact: true }).waitFor();
  const description = () => page.getByLabel('Description').inputValue();
  await page.getByRole('button', { name: 'Keep mine on top of it' }).click();
  expect(await description()).toBe('Mine');
  await save().click();
  // The review now tells the difference to what the colleague saved.
  await page.getByRole('dialog').getByText('Theirs', { exact: true }).waitFor();
  await page.getByRole('dialog').getByLabel('Reason').fill('Agreed with them');
  await confirm('Save');
  await page.getByText('new-checkout is saved.').last().waitFor();
  expect(await description()).toBe('Mine');
});

test('trying it out explains it property by property, with edits that are not saved', async () => {
  await capture(app, '$identify', 'ada', { $set: { email: 'ada@acme.com' } });
  await page.getByRole('tab', { name: 'Try it' }).click();
  await page.getByRole('combobox', { name: 'Person' }).fill('ada@acme');
  await page.getByRole('option', { name: /ada@acme.com/ }).click();
  await page.getByText('Set 1 takes this person in.').waitFor();
  await page.getByText('ada@acme.com (stored)').waitFor();
  await page.getByText(/of 100 by distinct id; the first 100 are in/).waitFor();
  await page.getByRole('button', { name: 'What the request brings' }).click();
  await page.getByLabel('Person properties').fill('{"email":"eve@other.com"}');
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('eve@other.com (given here)').waitFor();
  await page.getByText('No set takes this person in. Set 1 does not match.').waitFor();
  await page.getByRole('tab', { name: 'Targeting' }).click();
  await page.getByRole('combobox', { name: 'Value' }).fill('@other.com');
  await page.getByRole('tab', { name: 'Try it' }).click();
  await page.getByText('Set 1 takes this person in.').waitFor();
  await page.getByText('As saved').click();
  await page.getByText('No set takes this person in. Set 1 does not match.').waitFor();
  await page.getByRole('tab', { name: 'Targeting' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  expect(await flagValue(app, 'new-checkout', { email: 'ada@acme.com' })).toBe('test');
});

test('history tells who changed what', async () => {
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('Created').waitFor();
  await page.getByText('Agreed with them').waitFor();
  const versions = page.getByRole('list', { name: 'Versions' });
  const change = versions.getByText('all people whose email contains @acme.com').first();
  expect(await appears(change)).toBe(true);
  // As recordings and charts link to one of them.
  await page.goto('/feature-flags/new-checkout?tab=history&version=1');
  const named = versions.locator('[aria-current="true"]');
  await named.getByText('Created').waitFor();
  const isFocused = () => named.evaluate((entry) => entry === document.activeElement);
  await expect.poll(isFocused).toBe(true);
});

test('switching off in production asks, then nobody gets it', async () => {
  await page.goto('/feature-flags');
  const toggle = page.getByRole('switch', { name: 'new-checkout in Production' });
  await toggle.focus();
  await page.keyboard.press('Space');
  await confirm('Switch off');
  await page.getByText('Nobody, it is off').waitFor();
  expect(await flagValue(app, 'new-checkout', { email: 'ada@acme.com' })).toBeFalsy();
});

test('development has a switch of its own, and is remembered', async () => {
  await page.getByRole('button', { name: /^Environment: Production/ }).click();
  await page.getByRole('menuitem', { name: 'Development' }).click();
  const toggle = page.getByRole('switch', { name: 'new-checkout in Development' });
  await toggle.focus();
  await page.keyboard.press('Space');
  await page.getByText('new-checkout is on.').waitFor();
  await page.goto('/feature-flags');
  await page.getByRole('switch', { name: 'new-checkout in Development' }).waitFor();
  expect(await flagValue(app, 'new-checkout', { email: 'ada@acme.com' })).toBeFalsy();
});

test('what needs a flag is shown, and asked about before the flag goes', async () => {
  const property = {
    key: 'new-checkout',
    type: 'flag',
    operator: 'flag_evaluates_to',
    value: true,
  };
  const filters = { groups: [{ properties: [property] }] };
  const dependent = await api<{ id: number }>(app, 'POST', '/feature_flags/', {
    key: 'express-lane',
    filters,
  });
  await page.goto('/feature-flags/express-lane');
  const aside = page.getByRole('complementary', { name: 'About this flag' });
  await aside.getByRole('link', { name: 'new-checkout' }).click();
  await page.getByRole('heading', { name: 'new-checkout', level: 1 }).waitFor();
  await aside.getByRole('link', { name: 'express-lane' }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await confirm('Archive');
  await page.getByRole('dialog').getByText('express-lane').waitFor();
  await confirm('Cancel');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).waitFor();
  await page.keyboard.press('Escape');
  await api(app, 'PATCH', `/feature_flags/${dependent.id}/`, { archived: true });
});

test('an archived flag leaves the list and comes back', async () => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await confirm('Archive');
  await page.getByText('new-checkout is archived.').waitFor();
  await page.goto('/feature-flags');
  await page.getByText('Archived', { exact: true }).click();
  expect(await appears(page.getByRole('link', { name: 'new-checkout' }))).toBe(true);
});

test('the pages had no errors and asked no other host', () => {
  expect(window.problems).toEqual([]);
});
