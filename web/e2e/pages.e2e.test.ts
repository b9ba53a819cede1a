// Every page, narrow and wide, light and dark: it fits, has one heading, breaks no rule of accessibility that a
// program can check, stays with its own host and says nothing in the console.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityProblems } from './accessibility.ts';
import { type App, appears, openApp, type Visit, visit, WAIT_MS } from './app.ts';
import { fillProject } from './filled.ts';

const WINDOWS = [
  { name: 'narrow and light', width: 390, colorScheme: 'light' },
  { name: 'wide and dark', width: 1440, colorScheme: 'dark' },
] as const;

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

test('every page is well, in each window', async () => {
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
});

test('a keyboard gets past the navigation in one step', async () => {
  const { page, context } = await visit(app);
  await page.goto('/feature-flags');
  await page.getByRole('heading', { name: 'Flags', level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('New flag');
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
