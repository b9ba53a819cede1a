// Experience continuity with posthog-js in a real Chromium: who browses anonymously and then logs in keeps what
// they had, on this device and on the next, although the flag's share would decide otherwise for their id.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createFlag, eventsArrived, unique } from '../management.ts';
import { type Site, openSite } from './site.ts';
import { call, flagsLoaded, openBrowser, openVisitor, reloadFlags } from './visitor.ts';

const serin = inject('serin');
const settings = { serinUrl: serin.url, token: serin.projectToken };
const filters = { groups: [{ properties: [], rollout_percentage: 50 }] };
const keys = { kept: unique('js-kept'), plain: unique('js-plain') };
type Values = { readonly kept: boolean; readonly plain: boolean };
let browser: Browser;
let site: Site;

beforeAll(async () => {
  await createFlag(serin, { key: keys.kept, filters, ensure_experience_continuity: true });
  await createFlag(serin, { key: keys.plain, filters });
  browser = await openBrowser();
  site = await openSite();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

async function valuesIn(page: Page): Promise<Values> {
  const [kept, plain] = await Promise.all(
    [keys.kept, keys.plain].map((key) => call<boolean>(page, 'isFeatureEnabled', key)),
  );
  return { kept: kept === true, plain: plain === true };
}

/** What the server says of an id that it has never heard of. */
async function valuesOf(distinctId: string): Promise<Values> {
  const answer = await fetch(`${serin.url}/flags/?v=2`, {
    method: 'POST',
    body: JSON.stringify({ api_key: serin.projectToken, distinct_id: distinctId }),
  });
  const { flags } = (await answer.json()) as { flags: Record<string, { enabled: boolean }> };
  return { kept: flags[keys.kept]?.enabled === true, plain: flags[keys.plain]?.enabled === true };
}

/** An id whose own bucket is the other one, for both flags. */
async function loginUnlike({ kept, plain }: Values): Promise<string> {
  for (;;) {
    const id = unique('js-login');
    const own = await valuesOf(id);
    if (own.kept !== kept && own.plain !== plain) return id;
  }
}

test.each(['snippet', 'npm'] as const)('%s: a login changes nothing', async (name) => {
  const { page, context, requests, problems } = await openVisitor(browser, serin.url);
  await page.goto(site.page(name, settings));
  await flagsLoaded(page);
  const anonymous = await valuesIn(page);
  const person = await loginUnlike(anonymous);
  const afterLogin = { kept: anonymous.kept, plain: !anonymous.plain };

  await call(page, 'identify', person, { plan: 'pro' });
  await expect.poll(() => valuesIn(page)).toEqual(afterLogin);
  await eventsArrived(serin, { distinct_id: person, event: '$identify' });
  expect(problems).toEqual([]);

  // From now on no request names the anonymous id.
  await page.reload();
  await flagsLoaded(page);
  expect(await call(page, 'get_distinct_id')).toBe(person);
  expect(await valuesIn(page)).toEqual(afterLogin);

  const phone = await openVisitor(browser, serin.url);
  await phone.page.goto(site.page(name, settings));
  await flagsLoaded(phone.page);
  await call(phone.page, 'identify', person);
  await reloadFlags(phone.page);
  expect(await valuesIn(phone.page)).toEqual(afterLogin);

  expect(requests).toContain(`GET /array/${serin.projectToken}/config.js 200`);
  expect(phone.problems).toEqual([]);
  await context.close();
  await phone.context.close();
});
