// Every page, narrow and wide, light and dark: it fits, has one heading, names its controls, stays with
// its own host and says nothing in the console.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, api, appears, capture, openApp, visit, WAIT_MS } from './app.ts';

const VIEWS = { kind: 'EventsNode', event: '$pageview' };
const question = (kind: string, parts: object) =>
  encodeURIComponent(JSON.stringify({ kind, ...parts }));

const PAGES = [
  '/',
  '/feature-flags',
  '/feature-flags/new',
  '/feature-flags/new-checkout',
  '/feature-flags/new-checkout?tab=try',
  '/feature-flags/new-checkout?tab=rollout',
  '/feature-flags/new-checkout?tab=use',
  '/feature-flags/new-checkout?tab=history',
  '/feature-flags/new-checkout?tab=usage',
  '/feature-flags/new-checkout?tab=comments',
  '/feature-flags/unknown',
  '/audit-log',
  '/feature-flags/new-checkout?tab=changes',
  '/changes',
  '/changes?tab=scheduled',
  '/environments/compare?from=development&to=production',
  '/rollouts',
  '/rollouts/new?flag=new-checkout',
  '/insights',
  '/insights/new?flag=new-checkout',
  `/insights/new?q=${question('FunnelsQuery', { series: [VIEWS, VIEWS] })}`,
  `/insights/new?q=${question('RetentionQuery', { retentionFilter: {} })}`,
  '/events',
  '/people',
  '/settings',
  '/settings?tab=flags',
  '/settings?tab=environments',
  '/settings?tab=people',
  '/settings?tab=keys',
  '/settings?tab=install',
];
const WINDOWS = [
  { width: 390, isDark: false },
  { width: 1440, isDark: true },
];
/** A control without an accessible name, as an ARIA snapshot lists it. */
const NAMELESS =
  /^\s*- (button|link|textbox|combobox|switch|checkbox|slider|tab)( \[[^\]]*\])*:?$/m;

let app: App;

beforeAll(async () => {
  app = await openApp();
  const groups = [
    {
      properties: [
        { key: 'email', type: 'person', operator: 'icontains', value: '@acme.com' },
        { key: 'joined', type: 'person', operator: 'is_date_after', value: '-30d' },
        { key: 'seats', type: 'person', operator: 'between', value: [5, 50] },
      ],
      rollout_percentage: 25,
    },
  ];
  await api(app, 'POST', '/feature_flags/', { key: 'new-checkout', filters: { groups } });
  await capture(app, '$pageview', 'a-visitor-with-a-rather-long-distinct-id-0193a7c2-77aa-7d10');
});
afterAll(() => app.close());

describe.each(WINDOWS)('$width pixels wide, dark: $isDark', ({ width, isDark }) => {
  test.each(PAGES)('%s', async (path) => {
    const { page, context, problems } = await visit(app, { width, isDark });
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const loading = () => page.getByRole('status', { name: 'Loading' }).count();
    await expect.poll(loading, { timeout: WAIT_MS }).toBe(0);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    const snapshot = await page.locator('body').ariaSnapshot();
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(NAMELESS.exec(snapshot)?.[0]).toBeUndefined();
    expect(problems).toEqual([]);
    await context.close();
  });
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
