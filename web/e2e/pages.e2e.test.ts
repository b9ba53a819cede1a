// Every page, narrow and wide, light and dark: it fits, has one heading, breaks no rule of accessibility that a
// program can check, stays with its own host and says nothing in the console.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityProblems } from './accessibility.ts';
import { type App, api, appears, openApp, type Visit, visit, WAIT_MS } from './app.ts';
import { fillProject } from './filled.ts';

const WINDOWS = [
  { name: 'narrow and light', width: 390, colorScheme: 'light' },
  { name: 'wide and dark', width: 1440, colorScheme: 'dark' },
] as const;

/** 5 min, on a machine that does much else; a page takes a second on one that does not. */
const WALK_MS = 300_000;

/** A control without an accessible name, as an ARIA snapshot lists it. */
const NAMELESS =
  /^\s*- (button|link|textbox|combobox|switch|checkbox|slider|tab)( \[[^\]]*\])*:?$/m;

let app: App;
let paths: readonly string[];

beforeAll(async () => {
  // What flags were asked for is counted every minute: here every second.
  app = await openApp({ timeScale: 60 });
  paths = await fillProject(app);
});
afterAll(() => app.close());

/** Waits until the page has what it shows. */
async function isFilled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const loading = () => page.getByRole('status', { name: 'Loading' }).count();
  await expect.poll(loading, { timeout: WAIT_MS }).toBe(0);
}

/** What is wrong with the page as it is shown; nothing, if all is well. */
async function wrongWith({ page, problems }: Visit): Promise<string[]> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  const nameless = NAMELESS.exec(await page.locator('body').ariaSnapshot());
  const headings = await page.getByRole('heading', { level: 1 }).count();
  return [
    ...(overflow > 0 ? [`${overflow} pixels wider than the window`] : []),
    ...(headings === 1 ? [] : [`${headings} headings of the first level`]),
    ...(nameless ? [`a control without a name: ${nameless[0]}`] : []),
    ...(await accessibilityProblems(page)),
    ...problems.splice(0),
  ];
}

test(
  'every page is well, in each window',
  async () => {
    const wrong: string[] = [];
    const left = [...paths];
    // Two at a time, each in a window of its own: a browser draws each with a process of its own.
    const walk = async (): Promise<void> => {
      const window = await visit(app);
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        await window.page.goto(path);
        for (const { name, width, colorScheme } of WINDOWS) {
          await window.page.setViewportSize({ width, height: 860 });
          await window.page.emulateMedia({ colorScheme });
          await isFilled(window.page);
          for (const problem of await wrongWith(window)) wrong.push(`${path}, ${name}: ${problem}`);
        }
      }
      await window.context.close();
    };
    await Promise.all([walk(), walk()]);
    expect(wrong).toEqual([]);
  },
  WALK_MS,
);

test('the way in is well too', async () => {
  const window = await visit(app, { isSignedIn: false, isDark: true });
  for (const path of ['/login', '/invite?token=none', '/setup?token=none']) {
    await window.page.goto(path);
    await isFilled(window.page);
    expect({ path, wrong: await wrongWith(window) }).toEqual({ path, wrong: [] });
  }
  await window.context.close();
});

test('a keyboard gets past the navigation in one step', async () => {
  const { page, context } = await visit(app);
  await page.goto('/feature-flags');
  await page.getByRole('heading', { name: 'Flags', level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  const link = page.getByRole('link', { name: 'Skip to content' });
  expect(await link.evaluate((element) => getComputedStyle(element).opacity)).toBe('1');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const focused = await page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    return [element.textContent, getComputedStyle(element).outlineStyle];
  });
  expect(focused).toEqual(['New flag', 'solid']);
  await context.close();
});

/** What the button opens; a page that is still being filled may draw its button again under the key press. */
async function opened(page: Page, button: Locator, what: Locator): Promise<void> {
  await isFilled(page);
  for (const patienceMs of [WAIT_MS / 6, WAIT_MS / 3, WAIT_MS]) {
    await button.press('Enter');
    const isOpen = await what.waitFor({ timeout: patienceMs }).then(
      () => true,
      () => false,
    );
    if (isOpen) return;
  }
  throw new Error(`${String(button)} opens nothing`);
}

/** What opens above a page: where, and the button. */
const DIALOGS = [
  ['/early-access', 'New feature'],
  ['/early-access', 'Remove Night mode'],
  ['/settings?tab=holdouts', 'New holdout'],
  ['/settings?tab=keys', 'New key'],
  ['/settings?tab=notifications', 'Change On call'],
  ['/settings?tab=signals', 'How to send as Alertmanager'],
  ['/feature-flags/new-checkout?tab=changes', 'Plan a change'],
  ['/changes/1', 'Edit'],
] as const;
const MENUS = [
  ['/settings?tab=environments', 'Actions for Production'],
  ['/feature-flags/new-checkout', 'More actions'],
  ['/rollouts/new?flag=banner', 'Use a ladder'],
] as const;

test('dialogs keep the focus, close with Escape and give it back', async () => {
  const window = await visit(app, { isDark: true });
  const { page } = window;
  const isInside = () =>
    page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null);
  await page.addInitScript(() => {
    document.addEventListener('focusin', ({ target }) => {
      const isOpen = document.querySelector('[role="dialog"]') !== null;
      const isOutside = (target as Element).closest('[role="dialog"]') === null;
      if (isOpen && isOutside) document.documentElement.dataset.strayed = 'yes';
    });
  });
  for (const [path, name] of DIALOGS) {
    await page.goto(path);
    const button = page.getByRole('button', { name, exact: true });
    await opened(page, button, page.getByRole('dialog'));
    await expect.poll(isInside).toBe(true);
    expect({ path, wrong: await accessibilityProblems(page) }).toEqual({ path, wrong: [] });
    const controls = await page.getByRole('dialog').locator('button, input, textarea, a').count();
    for (let step = 0; step <= controls; step += 1) await page.keyboard.press('Tab');
    expect(await isInside()).toBe(true);
    expect(await page.locator('[data-strayed]').count()).toBe(0);
    // In a field with an open list, Escape closes the list first.
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).focus();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const hasFocus = () => button.evaluate((element) => element === document.activeElement);
    await expect.poll(hasFocus).toBe(true);
  }
  expect(window.problems).toEqual([]);
  await window.context.close();
});

test('menus are walked with arrows, close with Escape and give the focus back', async () => {
  const { page, context } = await visit(app, { isDark: true });
  for (const [path, name] of MENUS) {
    await page.goto(path);
    const button = page.getByRole('button', { name, exact: true });
    const items = page.getByRole('menuitem');
    await opened(page, button, items.first());
    expect({ path, wrong: await accessibilityProblems(page) }).toEqual({ path, wrong: [] });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    const isLast = () => items.last().evaluate((item) => item === document.activeElement);
    await expect.poll(isLast).toBe(true);
    await page.keyboard.press('Escape');
    await items.first().waitFor({ state: 'detached' });
    const hasFocus = () => button.evaluate((element) => element === document.activeElement);
    await expect.poll(hasFocus).toBe(true);
  }
  await context.close();
});

test('a page is given as it is chosen: dark stays dark', async () => {
  const { page, context } = await visit(app);
  await page.goto('/');
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await page.reload();
  const scheme = await page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
  expect(scheme).toBe('dark');
  await context.close();
});

test('an address that leads nowhere says so', async () => {
  const { page, context } = await visit(app);
  await page.goto('/nowhere');
  expect(await appears(page.getByText('There is nothing at this address'))).toBe(true);
  await context.close();
});

test('a recording is kept as evidence with a reason, and deleted', async () => {
  const { page, context } = await visit(app);
  const path = paths.find((one) => one.startsWith('/replay/')) ?? '';
  const dialog = page.getByRole('dialog');
  const choose = async (item: string): Promise<void> => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await page.goto(path);
  await choose('Keep as evidence…');
  await dialog.getByLabel('Reason').fill('For the report');
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  expect(await appears(page.getByText('Evidence', { exact: true }))).toBe(true);
  await choose('Delete…');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.waitForURL('**/replay');
  const gone = api(app, 'GET', `${path.replace('/replay/', '/session_recordings/')}/`);
  await expect(gone).rejects.toThrow('404');
  await context.close();
});
