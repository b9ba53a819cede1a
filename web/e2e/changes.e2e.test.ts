// Two people and a protected production: what one proposes the other approves; what is planned happens; what
// works in one environment is taken over to another.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, flagValue, openApp, type Visit, visit, WAIT_MS } from './app.ts';

let app: App;
let ada: Visit;
let bob: Visit;

beforeAll(async () => {
  app = await openApp();
  ada = await visit(app);
  bob = await visit(app, { isSignedIn: false });
  await api(app, 'POST', '/feature_flags/', {
    key: 'new-checkout',
    active: false,
    filters: { groups: [{ properties: [], rollout_percentage: 100 }] },
  });
});
afterAll(() => app.close());

const dialog = (page: Page) => page.getByRole('dialog');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

test('somebody is invited by a link and joins with it', async () => {
  await ada.page.goto('/settings?tab=people');
  await press(ada.page, 'Invite');
  await dialog(ada.page).getByLabel('E-mail').fill('bob@acme.test');
  await dialog(ada.page).getByRole('button', { name: 'Make the link' }).click();
  const link = await dialog(ada.page).getByText('/invite?token=').innerText();
  await dialog(ada.page).getByRole('button', { name: 'Done' }).click();

  await bob.page.goto(link.replace(/^https?:\/\/[^/]+/, ''));
  await bob.page.getByText('has invited you to Serin').waitFor();
  await bob.page.getByLabel('Your name').fill('Bob');
  await bob.page.getByRole('textbox', { name: 'Password' }).fill('battery staple');
  await press(bob.page, 'Join');
  await bob.page.getByRole('heading', { name: 'Hello, Bob' }).waitFor();
  await ada.page.reload();
  await ada.page.getByRole('cell', { name: 'bob@acme.test' }).waitFor();
});

test('production is protected: others must approve', async () => {
  const { page } = ada;
  await page.goto('/settings?tab=environments');
  await page.getByRole('button', { name: 'Actions for Production' }).click();
  await page.getByRole('menuitem', { name: 'Protect' }).click();
  await dialog(page).getByLabel('Approvals by other people').fill('1');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByText('1 approval', { exact: true }).waitFor();
});

test('what one proposes, the other approves, and then it is true', async () => {
  const { page } = ada;
  await page.goto('/feature-flags');
  await page.getByRole('switch', { name: 'new-checkout in Production' }).click({ force: true });
  await dialog(page).getByText('Somebody else must approve').waitFor();
  await dialog(page).getByLabel('Why').fill('It held for a week.');
  await dialog(page).getByRole('button', { name: 'Propose' }).click();
  await page.getByRole('heading', { name: 'Switch on new-checkout', level: 1 }).waitFor();
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  expect(await flagValue(app, 'new-checkout')).toBeFalsy();

  await bob.page.getByRole('navigation').getByRole('link', { name: 'Changes' }).click();
  await bob.page.getByRole('link', { name: 'Switch on new-checkout' }).click();
  await bob.page.getByText('It held for a week.').waitFor();
  await press(bob.page, 'Approve');
  // Ada's page hears of it.
  await page.getByText('Ready to apply').waitFor();
  await press(page, 'Apply');
  await dialog(page).getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Applied', { exact: true }).waitFor();
  expect(await flagValue(app, 'new-checkout')).toBe(true);
});

test('a flag that moved meanwhile is brought together, and approved again', async () => {
  const { page } = ada;
  await page.goto('/feature-flags/new-checkout');
  await page.getByLabel('Share of everyone, in percent').fill('40');
  await press(page, 'Save');
  await dialog(page).getByText('Production is protected').waitFor();
  await press(page, 'Propose…');
  await page
    .getByRole('dialog', { name: 'Propose this change' })
    .getByLabel('Title')
    .fill('Narrow');
  await page
    .getByRole('dialog', { name: 'Propose this change' })
    .getByRole('button', { name: 'Propose' })
    .click();
  await page.getByRole('heading', { name: 'Narrow', level: 1 }).waitFor();
  await bob.page.goto(new URL(page.url()).pathname);
  await press(bob.page, 'Approve');
  await page.getByText('Ready to apply').waitFor();
  // Anyone may switch off at once.
  await api(app, 'PATCH', '/feature_flags/new-checkout/', { active: false });
  await page.reload();
  await page.getByText('Others have changed the flag meanwhile').waitFor();
  await press(page, 'Bring it on top of that');
  await page.getByText('0 of 1 approvals').waitFor();
  await bob.page.getByText('brought it on top of what changed meanwhile').waitFor();
  await press(bob.page, 'Approve');
  await press(page, 'Apply');
  await dialog(page).getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Applied', { exact: true }).waitFor();
  const flag = await api<{ active: boolean; filters: object }>(
    app,
    'GET',
    '/feature_flags/new-checkout/',
  );
  expect(flag).toMatchObject({ active: false, filters: { groups: [{ rollout_percentage: 40 }] } });
});

test('what a press or a change of many cannot do alone is proposed, each flag for itself', async () => {
  const { page } = ada;
  const body = { filters: { groups: [{ properties: [], rollout_percentage: 0 }] } };
  await api(app, 'POST', '/feature_flags/?environment=development', {
    key: 'apart',
    active: false,
    ...body,
  });
  await page.goto('/feature-flags/apart');
  await press(page, 'More actions');
  await page.getByRole('menuitem', { name: 'Give it to everyone…' }).click();
  await dialog(page).getByText('Production is protected').waitFor();
  await dialog(page).getByLabel('Reason').fill('It is done.');
  await dialog(page).getByRole('button', { name: 'Propose…' }).click();
  const proposal = page.getByRole('dialog', { name: 'Propose this change' });
  await proposal.getByText('It is done.').waitFor();
  await proposal.getByRole('button', { name: 'Propose' }).click();
  await page.getByRole('heading', { name: 'Give apart to everyone', level: 1 }).waitFor();

  // Nobody has to approve for single people, but they hear why.
  await page.goto('/feature-flags/apart');
  await page.getByLabel('Distinct id').fill('ada');
  await press(page, 'Override');
  await page.getByRole('dialog', { name: 'Why, in Production?' }).getByLabel('Reason').fill('demo');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Take back the override for ada' }).waitFor();
  const forced = await api<{ results: object[] }>(app, 'GET', '/feature_flags/apart/overrides/');
  expect(forced.results).toMatchObject([{ distinct_id: 'ada', value: true }]);

  await page.goto('/feature-flags');
  await page.getByRole('checkbox', { name: 'Choose apart' }).click();
  await page.getByRole('checkbox', { name: 'Choose new-checkout' }).click();
  await press(page, 'Switch on');
  await dialog(page).getByLabel('Reason').fill('Both are tested.');
  await dialog(page).getByRole('button', { name: 'Switch on' }).click();
  const rest = page.getByRole('dialog', { name: '2 flags are left as before' });
  await rest.getByRole('button', { name: 'Propose these changes' }).click();
  await page.getByRole('dialog', { name: 'Nothing is left to do' }).waitFor();
  await dialog(page)
    .getByRole('link', { name: /^Request/ })
    .first()
    .click();
  await page.getByRole('heading', { name: /^Switch on/, level: 1 }).waitFor();
  await page.getByText('Both are tested.').first().waitFor();
  await page.getByText('0 of 1 approvals').waitFor();
});

test('what is planned happens at its time', async () => {
  const { page } = ada;
  await page.goto('/feature-flags/new-checkout?environment=development&tab=changes');
  await press(page, 'Plan a change');
  await dialog(page).getByLabel('When').fill('2035-03-25T02:30');
  await dialog(page).getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
  await page.getByRole('option', { name: 'Europe/Berlin' }).click();
  await dialog(page).getByRole('button', { name: 'Plan', exact: true }).click();
  await dialog(page)
    .getByText('At most five years from now.')
    .or(dialog(page).getByText('clocks go from 02:00 to 03:00'))
    .waitFor();
  await dialog(page).getByLabel('When').fill(tomorrow());
  await dialog(page).getByRole('button', { name: 'Plan', exact: true }).click();
  const table = page.getByRole('table', { name: 'Scheduled changes' }).first();
  await table.getByText('Switch on').waitFor();

  const { results } = await api<{ results: { id: string; version: number }[] }>(
    app,
    'GET',
    '/scheduled_changes/?environment=development',
  );
  const [planned] = results;
  if (!planned) throw new Error('nothing is planned');
  const due = { at: new Date(Date.now() + 2_000).toISOString() };
  await api(app, 'PATCH', `/scheduled_changes/${planned.id}/`, { version: planned.version, due });
  await page.getByText('Made', { exact: true }).waitFor({ timeout: WAIT_MS });
  const flag = await api<{ active: boolean }>(
    app,
    'GET',
    '/feature_flags/new-checkout/?environment=development',
  );
  expect(flag.active).toBe(true);
});

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);

test('an environment is made, compared, and a flag taken over to it', async () => {
  const { page } = ada;
  await page.goto('/settings?tab=environments');
  await press(page, 'New environment');
  await dialog(page).getByLabel('Name').fill('Staging');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await page.getByRole('cell', { name: 'Staging staging' }).waitFor();

  await page.goto('/environments/compare?from=development&to=staging');
  await page.getByText('1 flag differs').waitFor();
  await press(page, 'Show new-checkout in Development and Staging');
  await page.getByRole('heading', { name: 'Staging Off' }).waitFor();
  await page.getByText('As JSON').click();
  await page.getByLabel('Difference as JSON').waitFor();
  await page.getByRole('checkbox', { name: 'Take new-checkout over' }).click();
  await press(page, 'Take over to Staging…');
  await dialog(page).getByText('Switch').waitFor();
  await dialog(page).getByRole('button', { name: 'Take over' }).click();
  await page.getByText('No difference').waitFor();

  await page.goto('/settings?tab=environments');
  await page.getByRole('button', { name: 'Actions for Staging' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog(page).getByLabel('Type staging to confirm').fill('staging');
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('cell', { name: 'Staging staging' }).waitFor({ state: 'detached' });
});

test('the pages had no errors and asked no other host', () => {
  expect([...ada.problems, ...bob.problems]).toEqual([]);
});
