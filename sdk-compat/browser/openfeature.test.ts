// OpenFeature's web and React SDKs with the OFREP web provider in a real Chromium, on a page of another origin, through
// a relay that can refuse and cut. Numbers are those of the requirements in open-feature/spec, section 1.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { changeFlag, createFlag, everyone, peopleWith, unique } from '../management.ts';
import { type FlagKeys, createFlags } from '../openfeature/flags.ts';
import { type Relay, openRelay } from '../openfeature/relay.ts';
import { type Site, openSite } from './site.ts';
import { openBrowser, openVisitor } from './visitor.ts';

const serin = inject('serin');
let keys: FlagKeys;
let browser: Browser;
let site: Site;
let relay: Relay;

beforeAll(async () => {
  keys = await createFlags(serin, 'web');
  browser = await openBrowser();
  site = await openSite();
  relay = await openRelay(serin.url);
});

afterAll(async () => {
  await browser.close();
  await site.close();
  await relay.close();
});

type Value = boolean | string | number | object;
type OpenFeatureWindow = {
  readonly started: Promise<string>;
  readonly changes: (string[] | undefined)[];
  readonly setContext: (context: object) => Promise<void>;
  readonly client: Record<string, (key: string, fallback: Value) => object> & {
    readonly providerStatus: string;
  };
};

const KINDS = { boolean: 'Boolean', string: 'String', number: 'Number', object: 'Object' } as const;

/** Details as the page's client has them. */
function detailsOf(page: Page, key: string, fallback: Value): Promise<Record<string, unknown>> {
  const method = `get${KINDS[typeof fallback as keyof typeof KINDS]}Details`;
  return page.evaluate(
    ([name, flag, value]) => {
      const { client } = globalThis as unknown as OpenFeatureWindow;
      return client[name as string]?.(flag as string, value as Value) as never;
    },
    [method, key, fallback] as const,
  );
}

const valueOf = async (page: Page, key: string, fallback: Value): Promise<unknown> =>
  (await detailsOf(page, key, fallback))['value'];

const setContext = (page: Page, context: object): Promise<void> =>
  page.evaluate((next) => (globalThis as unknown as OpenFeatureWindow).setContext(next), context);

const statusOf = (page: Page): Promise<string> =>
  page.evaluate(() => (globalThis as unknown as OpenFeatureWindow).client.providerStatus);

const changesIn = (page: Page): Promise<(string[] | undefined)[]> =>
  page.evaluate(() => (globalThis as unknown as OpenFeatureWindow).changes);

function addressOf(context: object, token = serin.projectToken): string {
  return site.page('openfeature-web', { serinUrl: relay.url, token, options: { context } });
}

async function open(context: object, token = serin.projectToken) {
  const visitor = await openVisitor(browser, relay.url);
  await visitor.page.goto(addressOf(context, token));
  const started = await startedIn(visitor.page);
  return { ...visitor, started };
}

async function startedIn(page: Page): Promise<string> {
  await page.waitForFunction(() => 'started' in globalThis);
  return page.evaluate(() => (globalThis as unknown as OpenFeatureWindow).started);
}

test('1.3.2.1, 1.3.4, 1.4.2.1, 1.4.5 to 1.4.10, 1.4.14: values and details without asking again', async () => {
  const { page, context, started, problems } = await open({ targetingKey: 'web-1', plan: 'pro' });
  expect(started).toBe('ready');
  expect(await statusOf(page)).toBe('READY');
  expect(await detailsOf(page, keys.boolean, false)).toMatchObject({
    flagKey: keys.boolean,
    value: true,
    reason: 'STATIC',
    flagMetadata: { flagSetId: expect.stringMatching(/\/production$/), version: 1 },
  });
  expect(await detailsOf(page, keys.text, 'x')).toMatchObject({ value: 'green', variant: 'green' });
  expect(await valueOf(page, keys.number, 1)).toBe(2.5);
  expect(await valueOf(page, keys.object, {})).toEqual({ bg: { r: 0 } });
  expect(await detailsOf(page, keys.off, false)).toMatchObject({ reason: 'DISABLED' });
  expect(await detailsOf(page, keys.text, 5)).toMatchObject({
    value: 5,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
  });
  expect(await detailsOf(page, 'nowhere', true)).toMatchObject({
    value: true,
    errorCode: 'FLAG_NOT_FOUND',
    flagMetadata: { flagSetId: expect.stringMatching(/\/production$/) },
  });
  await setContext(page, {});
  expect(await detailsOf(page, keys.half, true)).toMatchObject({
    value: true,
    errorCode: 'TARGETING_KEY_MISSING',
  });
  // A text flag that is not for this person has no value of its own.
  expect(await detailsOf(page, keys.number, 9)).toMatchObject({ value: 9, reason: 'DEFAULT' });
  expect(problems).toEqual([]);
  await context.close();
});

test('another context with the same targeting key gets its own values, also after a reload', async () => {
  const { page, context } = await open({ targetingKey: 'web-2', plan: 'free' });
  expect(await valueOf(page, keys.pro, true)).toBe(false);
  // The provider sends the ETag of the answer for the other plan.
  await setContext(page, { targetingKey: 'web-2', plan: 'pro' });
  await expect.poll(() => valueOf(page, keys.pro, false)).toBe(true);

  await page.goto(addressOf({ targetingKey: 'web-2', plan: 'free' }));
  await startedIn(page);
  await expect.poll(() => valueOf(page, keys.pro, true)).toBe(false);
  await context.close();
});

test('a change reaches the page by itself, once per change, with what changed', async () => {
  const flag = await createFlag(serin, { key: unique('web-push'), filters: peopleWith('a', 'b') });
  const { page, context } = await open({ targetingKey: 'web-3' });
  expect(await valueOf(page, flag.key, true)).toBe(false);
  await changeFlag(serin, flag, { filters: everyone() });
  await expect.poll(() => valueOf(page, flag.key, false)).toBe(true);
  expect(await changesIn(page)).toContainEqual([flag.key]);
  await context.close();
});

test('a broken stream comes back, and what changed meanwhile arrives', async () => {
  const flag = await createFlag(serin, { key: unique('web-cut'), active: false });
  const { page, context } = await open({ targetingKey: 'web-4' });
  expect(await valueOf(page, flag.key, true)).toBe(false);
  relay.cut();
  await changeFlag(serin, flag, { active: true });
  await expect.poll(() => valueOf(page, flag.key, false)).toBe(true);
  await context.close();
});

test('an unchanged answer is 304, and a limit on the way is kept to', async () => {
  const { page, context } = await open({ targetingKey: 'web-5' });
  const before = relay.evaluations.length;
  const becomeVisible = () =>
    page.evaluate(() => {
      const { document } = globalThis as unknown as { document: EventTarget };
      document.dispatchEvent(new Event('visibilitychange'));
    });
  await becomeVisible();
  await expect.poll(() => relay.evaluations.length).toBeGreaterThan(before);
  expect(relay.evaluations.at(-1)).toBe('POST /ofrep/v1/evaluate/flags 304');

  /** How often the page asks when it might. */
  const asked = async () => {
    const earlier = relay.evaluations.length;
    await becomeVisible();
    await setContext(page, { targetingKey: 'web-5', plan: 'pro' });
    return relay.evaluations.length - earlier;
  };
  relay.refuse(429, { 'retry-after': '3600' });
  await becomeVisible();
  await expect.poll(() => relay.evaluations.at(-1)).toMatch(/ 429$/);
  // The page may not have read the refusal yet.
  await expect.poll(asked).toBe(0);
  relay.refuse();
  expect(await asked()).toBe(0);
  expect(await valueOf(page, keys.boolean, false)).toBe(true);
  await context.close();
});

test('1.7.5, 1.7.7: a wrong key is fatal, and defaults count', async () => {
  const { page, context, started } = await open({ targetingKey: 'web-6' }, 'phc_nobody');
  expect(started).not.toBe('ready');
  expect(await statusOf(page)).toBe('FATAL');
  expect(await detailsOf(page, keys.boolean, false)).toMatchObject({
    value: false,
    errorCode: 'PROVIDER_FATAL',
  });
  await context.close();
});

test('React: hooks have the values, and new ones after a change', async () => {
  const flag = await createFlag(serin, { key: unique('web-react') });
  const { page, context, problems } = await openVisitor(browser, relay.url);
  await page.goto(
    site.page('openfeature-react', {
      serinUrl: relay.url,
      token: serin.projectToken,
      options: { context: { targetingKey: 'web-7', plan: 'pro' } },
      flags: { ...keys, boolean: flag.key },
    }),
  );
  const shown = () =>
    Promise.all(['boolean', 'text', 'details'].map((id) => page.textContent(`#${id}`)));
  await expect.poll(shown).toEqual(['true', 'green', 'TARGETING_MATCH true']);
  await changeFlag(serin, flag, { active: false });
  await expect.poll(shown).toEqual(['false', 'green', 'TARGETING_MATCH true']);
  expect(problems).toEqual([]);
  await context.close();
});
