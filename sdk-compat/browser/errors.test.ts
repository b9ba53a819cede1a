// Exceptions of posthog-js in a page that is built as shops build theirs, and the source map uploaded by command.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createFlag, errorArrived, twoVariants, unique } from '../management.ts';
import { type Site, openSite } from './site.ts';
import { call, flagsLoaded, openBrowser, openVisitor } from './visitor.ts';

const serin = inject('serin');
const flag = unique('js-broken-basket');
let browser: Browser;
let site: Site;

beforeAll(async () => {
  await createFlag(serin, { key: flag, filters: twoVariants(100) });
  browser = await openBrowser();
  site = await openSite();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

test('what a built page throws becomes an issue that says where in the source, by maps of `serin sourcemaps`', async () => {
  const release = unique('shop');
  await uploadMap(release);
  const { context, page } = await openVisitor(browser, serin.url);
  await page.goto(
    site.page('crash', { serinUrl: serin.url, token: serin.projectToken, flags: { release } }),
  );
  await flagsLoaded(page);
  await call(page, 'getFeatureFlag', flag);
  const visitor = await call<string>(page, 'get_distinct_id');
  const press = (name: string) => page.evaluate(`${name}()`);
  await press('checkOut');
  const message = 'The basket of the small shop broke';
  const thrown = await errorArrived(serin, message, flag);
  expect(thrown.issue).toMatchObject({
    name: 'RangeError',
    description: message,
    place: 'checkOut in crash.js',
    library: 'web',
    first_release: release,
    aggregations: { occurrences: 1, users: 1, sessions: 1 },
  });
  expect(thrown.event).toMatchObject({ distinct_id: visitor, release, browser: 'Chrome' });
  expect(thrown.exceptions).toMatchObject([
    { type: 'RangeError', message, handled: false },
    { type: 'TypeError', message: expect.stringContaining('price') },
  ]);
  expect(thrown.exceptions.map(({ frames }) => frames[0])).toMatchObject([
    {
      function: 'checkOut',
      file: 'crash.js',
      in_app: true,
      source: { line: expect.stringContaining('throw new RangeError(') },
    },
    { function: 'priceOf', source: { line: '  return basket[item].price;' } },
  ]);
  expect(thrown.people).toMatchObject([{ variant: 'test', affected: 1 }]);

  await press('checkOutCarefully');
  const caught = await errorArrived(serin, 'Cannot read properties of undefined', flag);
  expect(caught.issue).toMatchObject({ name: 'TypeError', place: 'priceOf in crash.js' });
  expect(caught.exceptions).toMatchObject([{ type: 'TypeError', handled: true }]);
  await context.close();
});

/** Uploads the map of the small page as a build does, from the folder that is served. */
async function uploadMap(release: string): Promise<void> {
  const { code, map } = await site.script('crash');
  const folder = await mkdtemp(join(tmpdir(), 'serin-maps-'));
  try {
    await writeFile(join(folder, 'crash.bundle.js'), code);
    await writeFile(join(folder, 'crash.bundle.js.map'), map);
    const program = fileURLToPath(new URL('../../server/bin/serin.js', import.meta.url));
    const env = { ...process.env, SERIN_URL: serin.url, SERIN_API_KEY: serin.personalApiKey };
    const args = [program, 'sourcemaps', 'upload', '--release', release, folder];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toBe(`Uploaded 1 source maps of ${release}.\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
