// A guarded rollout, planned, watched and commanded in the web app, with people passing meanwhile.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, appears, flagValue, openApp, type Visit, visit, WAIT_MS } from './app.ts';
import { letPass } from './traffic.ts';

/** A minute of a plan passes in a second. */
const TIME_SCALE = 60;
const STEPS = 60;

let app: App;
let window: Visit;
let page: Page;

beforeAll(async () => {
  app = await openApp({ timeScale: TIME_SCALE });
  await api(app, 'POST', '/feature_flags/', {
    key: 'new-checkout',
    filters: { groups: [{ properties: [], rollout_percentage: 0 }] },
  });
  // No such host exists: what is written to users waits there.
  const token = { kind: 'intercom', token: 'dG9r', admin_id: '1' };
  await api(app, 'POST', '/notification_channels/', {
    name: 'Users',
    config: { ...token, api_url: 'https://intercom.invalid' },
  });
  window = await visit(app);
  ({ page } = window);
});
afterAll(() => app.close());

const stage = (number: number) => page.getByRole('group', { name: `Stage ${number}` });
const guardrail = (number: number) => page.getByRole('group', { name: `Guardrail ${number}` });
const confirm = (name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

/** Plans two stages of some seconds each, up to the button that starts them. */
async function fillPlan(): Promise<void> {
  await page.goto('/rollouts/new?flag=new-checkout');
  await page.getByRole('button', { name: 'Use a ladder' }).click();
  await page.getByRole('menuitem', { name: /^Short/ }).click();
  await stage(4).getByRole('button', { name: 'Remove stage' }).click();
  await stage(3).getByRole('button', { name: 'Remove stage' }).click();
  await stage(1).getByLabel('Share in percent').fill('50');
  await stage(1).getByLabel('Watch at least').fill('20 s');
  await stage(2).getByLabel('Share in percent').fill('100');
  await stage(2).getByLabel('Watch at least').fill('5 s');
  await page.getByText('50 % and 100 %, in at least 25 s.').waitFor();
  await guardrail(1).getByRole('button', { name: 'Change' }).click();
  await page.getByLabel('Start without a baseline').check();
  await page.getByText('Advanced: how it decides').click();
  await page.getByLabel('Settle').fill('1 s');
  await page.getByLabel('Look every').fill('1 s');
}

/** Saves until the text comes: again when the rollout has just moved by itself. */
async function savePlan(text: string): Promise<void> {
  const seen = page.getByText(text).first();
  const save = page.getByRole('button', { name: 'Save plan' });
  const isSaved = async (): Promise<boolean> => {
    if (await seen.isVisible()) return true;
    await save.click({ timeout: 1000 }).catch(() => undefined);
    await seen.waitFor({ timeout: 2000 }).catch(() => undefined);
    return seen.isVisible();
  };
  await expect.poll(isSaved).toBe(true);
}

test('a template makes the plan in one press, a check says what to expect, and it becomes a template', async () => {
  await page.goto('/rollouts/new?flag=new-checkout');
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await stage(1).getByText('owner@serin.test').waitFor();
  await page.getByText(/^Beta users\. No cohort is called/).waitFor();
  const check = page.getByRole('complementary', { name: 'Check of the plan' });
  await check.getByRole('row', { name: /^Internal team/ }).waitFor();
  // What the check finds wanting is mended in one press.
  await check.getByRole('button', { name: 'Use named people' }).click();
  await expect
    .poll(() => stage(3).getByLabel('Name').inputValue(), { timeout: WAIT_MS })
    .toBe('Everyone');
  await stage(2).getByText('More').click();
  await stage(2).getByLabel('Watch at most').fill('3 d');
  await page.getByRole('button', { name: 'Save as template…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Ours');
  await confirm('Save');
  await page.getByText('The template is saved.').waitFor();
  await page.getByRole('link', { name: 'All templates' }).click();
  await page.getByRole('button', { name: 'Edit Ours' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('More: time limit').first().waitFor();
  await dialog.getByLabel('When to use it').fill('For shops');
  await confirm('Save');
  await page.getByText('For shops').waitFor();
  await page.getByRole('button', { name: 'Delete Ours' }).click();
  await confirm('Delete');
  await page.getByText('Deleted.').waitFor();
});

test('a plan that cannot work is refused at its field', async () => {
  await fillPlan();
  await stage(2).getByLabel('Share in percent').fill('40');
  await page.getByRole('button', { name: 'Start rollout' }).click();
  expect(await appears(stage(2).getByText('More than the 50 % before.'))).toBe(true);
});

test('other kinds ask for what they need, and say what they do', async () => {
  await fillPlan();
  await page.getByRole('button', { name: 'Watch something else' }).click();
  await page.getByRole('menuitem', { name: 'Duration' }).click();
  const second = guardrail(2);
  await second.getByPlaceholder('$web_vitals', { exact: true }).fill('request');
  await second.getByText(/the duration of request is proven above \+100 ms against/).waitFor();
  await page.getByRole('button', { name: 'Start rollout' }).click();
  expect(await appears(second.getByText('Name the property that holds the number.'))).toBe(true);
});

test('what only the server knows is refused at its field too', async () => {
  await fillPlan();
  await page.getByLabel('Settle').fill('0.1 s');
  await page.getByRole('button', { name: 'Start rollout' }).click();
  expect(await appears(page.getByText(/Must be at least 0.5 seconds/).first())).toBe(true);
});

test('a guardrail that has never counted anything asks to be allowed', async () => {
  await fillPlan();
  await page.getByLabel('Start without a baseline').uncheck();
  await page.getByRole('button', { name: 'Start rollout' }).click();
  expect(
    await appears(
      guardrail(1)
        .getByText(/has arrived in the last seven days\./)
        .last(),
    ),
  ).toBe(true);
});

test('a rollout starts and its page follows it without a reload', async () => {
  await fillPlan();
  await page.getByRole('button', { name: 'Start rollout' }).click();
  await page.getByRole('heading', { name: 'new-checkout', level: 1 }).waitFor();
  await page.getByText('50 % of everyone have it.').waitFor();
  await page.getByText('Watching', { exact: true }).waitFor();
  await letPass(app, 'new-checkout', 40, () => false);
  await page.getByRole('heading', { name: 'People with an exception' }).waitFor();
  expect(await appears(page.getByText(/of the people seen have it; 50 % were planned/))).toBe(true);
});

test('harm is seen, undone and explained while one watches', async () => {
  const rolledBack = page.getByText('Rolled back', { exact: true }).first();
  for (let step = 0; step < STEPS && !(await rolledBack.isVisible()); step += 1) {
    await letPass(app, 'new-checkout', 20, (index) => index % 2 === 0);
  }
  await rolledBack.waitFor();
  await page.getByText('Red: harm is proven').first().waitFor();
  await page.getByText('Rollback confirmed').waitFor();
  await page
    .getByText(/people with the change had \$exception/)
    .first()
    .waitFor();
  expect(await flagValue(app, 'new-checkout')).toBe(false);
  await page.getByRole('img', { name: /^Times as often as without the flag, over/ }).waitFor();
  await page.getByRole('img', { name: /^Evidence over .* for harm$/ }).waitFor();
  // One look's whole evidence, and the people behind a number.
  await page.getByRole('button', { name: 'What it was made from' }).nth(1).click();
  await page.getByText(/^All guardrails together: .* rolls back at/).waitFor();
  await page.getByRole('button', { name: /^People with \$exception/ }).click();
  await page.getByRole('dialog').getByRole('list', { name: 'People' }).waitFor();
  await page.keyboard.press('Escape');
});

test('the incident says what happened, takes a post-mortem, and is acknowledged', async () => {
  await page.getByRole('link', { name: 'Incident report' }).click();
  await page.getByText('Rolled back, unacknowledged').waitFor();
  await page.getByText(/the first person with the change had/).waitFor();
  await page.getByRole('heading', { name: 'People who had the change' }).waitFor();
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  const text = page.getByLabel('Post-mortem in Markdown');
  await text.fill('## Why\n\nAn **old** browser. <img src=x onerror=alert(1)>');
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('heading', { name: 'Why', exact: true }).waitFor();
  expect(await page.locator('img').count()).toBe(0);
  await page.getByLabel('What is to be done').fill('Test on old browsers');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Test on old browsers' }).click();
  await page.getByRole('checkbox', { name: 'Test on old browsers', checked: true }).waitFor();
  // Those who had it are written to once somebody has seen how many they are.
  const onTheWay = page
    .getByRole('table', { name: 'Sent' })
    .getByText(/on the way|not reached/)
    .first();
  const write = async () => {
    await page.getByRole('button', { name: /^Write to \d+ people…$/ }).click();
    await page.getByRole('dialog', { name: /^Write to \d+ people\?$/ }).waitFor();
    await confirm('Send');
  };
  await write();
  // Late events have made them more: they are counted anew.
  const isMore = page.getByText('look at them before confirming').first();
  await onTheWay.or(isMore).first().waitFor();
  if (await isMore.isVisible()) await write();
  await onTheWay.waitFor();
  // Until somebody has looked at it the flag takes no other rollout.
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await confirm('Acknowledge');
  await page.getByText('Rolled back, acknowledged').waitFor();
  await page.getByRole('link', { name: 'its rollout' }).click();
  await page.getByRole('button', { name: 'Try again…' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Stage' }).waitFor();
  await page.keyboard.press('Escape');
});

test('a person accepts what it costs, pauses, resumes, promotes with a reason, and takes it back', async () => {
  await fillPlan();
  await page.getByRole('radio', { name: 'New entities' }).check();
  await page.getByLabel('What is lost').fill('Orders of the new kind.');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await page.getByText('Draft', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Edit plan' }).click();
  await stage(1).getByLabel('Share in percent').fill('40');
  await page.getByRole('button', { name: 'Save plan' }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByText(/^Going back loses what was written .* Orders of the new kind\.$/)
    .waitFor();
  const start = dialog.getByRole('button', { name: 'Start', exact: true });
  await dialog.getByLabel(/to confirm$/).fill('new-check');
  expect(await start.isDisabled()).toBe(true);
  await dialog.getByLabel(/to confirm$/).fill('new-checkout');
  await start.click();
  await page.getByText('40 % of everyone have it.').waitFor();

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('Looking at the logs');
  await confirm('Pause');
  await page.getByText('Paused', { exact: true }).first().waitFor();
  await page.getByText('Looking at the logs').first().waitFor();

  // Who has it in a stage that was reached stays as it is; what is to come may change.
  await page.getByRole('link', { name: 'Edit plan' }).click();
  await stage(1).getByLabel('Share in percent').fill('45');
  await savePlan('The rollout has reached this stage');
  await stage(1).getByLabel('Share in percent').fill('40');
  await stage(2).getByLabel('Watch at least').fill('6 s');
  await page.getByLabel('Why').fill('A second more');
  await savePlan('A second more');

  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await confirm('Resume');
  await page.getByText('Watching', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Run a drill' }).click();
  const steps = page.getByRole('table', { name: 'Steps of the last drill' });
  await steps.getByRole('row', { name: /^Rollback rehearsed \d+ ms Of 1000 ids/ }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Promote now' }).click();
  const promote = page.getByRole('dialog').getByRole('button', { name: 'Promote now' });
  expect(await promote.isDisabled()).toBe(true);
  await page.getByRole('dialog').getByLabel('Reason').fill('Needed for the launch');
  await promote.click();
  await page.getByText('Everyone has it.').waitFor();
  await expect.poll(() => flagValue(app, 'new-checkout'), { timeout: WAIT_MS }).toBe(true);

  await page.getByRole('button', { name: 'Roll back', exact: true }).click();
  await dialog.getByLabel(/to confirm$/).fill('new-checkout');
  await confirm('Roll back');
  await page.getByText('Over: the change was taken back.').waitFor();
  expect(await flagValue(app, 'new-checkout')).toBe(false);
});

test('the list and the flag show their rollouts', async () => {
  await page.goto('/rollouts');
  await page
    .getByRole('row', { name: /new-checkout Rolled back/ })
    .first()
    .waitFor();
  await page.goto('/feature-flags/new-checkout?tab=rollout');
  const rows = page.getByRole('row', { name: /new-checkout Rolled back/ });
  await rows.first().waitFor();
  expect(await rows.count()).toBe(2);
});

test('the pages had no errors and asked no other host', () => {
  expect(window.problems).toEqual([]);
});
