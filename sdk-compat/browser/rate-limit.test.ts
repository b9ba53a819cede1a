// SDKs that send more events than an environment may: what is refused comes again, and every event arrives once.
import { PostHog } from 'posthog-node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { callApi, eventsArrived, eventually, unique } from '../management.ts';
import { type Site, openSite } from './site.ts';
import { call, openBrowser, openVisitor } from './visitor.ts';

const serin = inject('serin');
/** Ten seconds of it may come at once. */
const EVENTS_PER_SECOND = 1;
let browser: Browser;
let site: Site;

beforeAll(async () => {
  browser = await openBrowser();
  site = await openSite();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

async function limitedEnvironment() {
  const key = unique('limited');
  await callApi(serin, 'POST', 'environments/', { key, name: key });
  const limit = { events_per_second: EVENTS_PER_SECOND };
  const { token } = await callApi<{ token: string }>(serin, 'PATCH', `environments/${key}/`, limit);
  return { key, token };
}

type Numbered = { readonly properties: Readonly<Record<string, unknown>> };

const numbersOf = (events: readonly Numbered[]) =>
  events.map(({ properties }) => Number(properties['i'])).toSorted((a, b) => a - b);

const firstNumbers = (count: number) => Array.from({ length: count }, (_, i) => i);

test.concurrent('posthog-js: what is refused comes again, and a page that is left loses nothing', async () => {
  const { key, token } = await limitedEnvironment();
  const { page, context, requests } = await openVisitor(browser, serin.url);
  const options = { autocapture: false, capture_pageview: false };
  await page.goto(site.page('npm', { serinUrl: serin.url, token, options }));
  const visitor = await call<string>(page, 'get_distinct_id');
  let sent = 0;
  const capture = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1, sent += 1) {
      await call(page, 'capture', 'js burst', { i: sent });
    }
  };
  const answered = (status: number) =>
    eventually(async () => {
      const last = requests.filter((one) => /^POST .*\/e\/ /.test(one)).at(-1);
      if (!last?.endsWith(` ${status}`)) throw new Error(`the last answer is ${last}`);
    });
  const filter = { distinct_id: visitor, event: 'js burst', environment: key };
  await capture(40);
  await answered(200);
  await capture(10);
  await answered(503);
  await eventsArrived(serin, filter, sent);
  await capture(5);
  await page.goto('about:blank');
  expect(numbersOf(await eventsArrived(serin, filter, sent))).toEqual(firstNumbers(55));
  await context.close();
});

test.concurrent('posthog-node: more batches than are taken', async () => {
  const { key, token } = await limitedEnvironment();
  const statuses: number[] = [];
  const client = new PostHog(token, {
    host: serin.url,
    maxBatchSize: 10,
    fetch: async (url, options) => {
      const answer = await fetch(url, options as RequestInit);
      statuses.push(answer.status);
      return answer;
    },
  });
  const distinctId = unique('burst');
  for (const i of firstNumbers(30)) {
    client.capture({ distinctId, event: 'node burst', properties: { i } });
  }
  await client.shutdown(60_000);
  expect(statuses).toContain(503);
  const filter = { distinct_id: distinctId, event: 'node burst', environment: key };
  expect(numbersOf(await eventsArrived(serin, filter, 30))).toEqual(firstNumbers(30));
});
