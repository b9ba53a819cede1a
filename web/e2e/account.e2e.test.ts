// The way in: first set-up, sign in, sign out.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, appears, openApp, visit } from './app.ts';

let app: App;
const account = { email: 'ada@acme.test', password: 'correct horse battery' };

beforeAll(async () => {
  // No first account from settings: the server prints a one-time link instead.
  const none = {
    SERIN_BOOTSTRAP_EMAIL: '',
    SERIN_BOOTSTRAP_PASSWORD: '',
    SERIN_BOOTSTRAP_PROJECT_TOKEN: '',
    SERIN_BOOTSTRAP_PERSONAL_API_KEY: '',
  };
  app = await openApp({ env: none });
});
afterAll(() => app.close());

function setupPath(): string {
  const path = /\/setup\?token=\S+/.exec(app.serin.output())?.[0];
  if (path === undefined) throw new Error(`No set-up link in: ${app.serin.output()}`);
  return path;
}

test('a new server leads to set-up, which needs the link', async () => {
  const { page, context } = await visit(app, { isSignedIn: false });
  await page.goto('/feature-flags');
  await page.getByRole('heading', { name: 'Open the set-up link' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/setup');
  await context.close();
});

test('a wrong link is refused in words', async () => {
  const { page, context } = await visit(app, { isSignedIn: false });
  await page.goto('/setup?token=wrong');
  await page.getByLabel('Your name').fill('Mallory');
  await page.getByLabel('E-mail').fill('mallory@acme.test');
  await page.getByLabel('Organisation').fill('Acme');
  await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  expect(await appears(page.getByRole('alert'))).toBe(true);
  await context.close();
});

test('the link makes the first account and opens the guide', async () => {
  const { page, context, problems } = await visit(app, { isSignedIn: false });
  await page.goto(setupPath());
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Organisation').fill('Acme');
  await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor();
  await page.getByText('Three steps to your first served flag').waitFor();

  await page.getByRole('button', { name: 'Account: Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Serin' }).waitFor();
  expect(problems).toEqual([]);
  await context.close();
});

test('a wrong password is said; the right one leads to where one wanted to go', async () => {
  const { page, context } = await visit(app, { isSignedIn: false });
  await page.goto('/settings?tab=keys');
  await page.getByRole('heading', { name: 'Sign in to Serin' }).waitFor();
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
  await page.keyboard.press('Enter');
  expect(await appears(page.getByRole('heading', { name: 'Personal API keys' }))).toBe(true);
  await context.close();
});

test('after login an address of another host is not followed', async () => {
  const { page, context, problems } = await visit(app, { isSignedIn: false });
  await page.goto('/login?next=//elsewhere.test/');
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor();
  expect(problems).toEqual([]);
  await context.close();
});
