// A shop is recorded by the real SDK in two tabs, and watched: the picture is right at the start, in the middle, at the
// end and after going back. Then a recording that attacks whoever watches it.
import { readFileSync } from 'node:fs';
import type { Frame, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, appears, flagValue, openApp, visit, type Visit } from './app.ts';
import { rollout, stagesOf } from './filled-rollouts.ts';
import { openRecordedSite, type RecordedSite } from './recorded-site.ts';
import { add, type Marks, openShop, type Recorded, shop, stored } from './recorded-visit.ts';
import {
  A_VISIT,
  A_VISIT_TEXT_ID,
  BLOCK_DATA,
  BLOCK_INDEX,
  type Rrweb,
  sayOngoing,
  sendRecording,
  sendSnapshots,
  sendTraffic,
  snapshotOf,
} from './recordings.ts';

let app: App;
let site: RecordedSite;
let viewer: Visit;
let marks: Marks;
let recorded: Recorded;

beforeAll(async () => {
  app = await openApp();
  await api(app, 'PATCH', '/recording_settings/', { enabled: true });
  site = await openRecordedSite(app.serin.url, app.serin.projectToken);
  viewer = await visit(app);
  marks = await shop(app, site);
  recorded = await stored(app, marks);
});

afterAll(async () => {
  await app.close();
  await site.close();
});

/** The recorded document that is in view. */
const picture = (page: Page) =>
  page
    .frameLocator('iframe[title="Recording"]')
    .locator('.window:not([hidden])')
    .frameLocator('iframe');

const items = (page: Page): Promise<readonly string[]> =>
  picture(page).locator('#list li').allTextContents();
const heading = (page: Page): Promise<string | null> => picture(page).locator('h1').textContent();

/** Opens the player and stops it. */
async function open(page: Page): Promise<void> {
  await page.goto(`/replay/${recorded.id}`);
  await pause(page);
}

async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
}

/** Presses the time line where a moment is. */
async function seek(page: Page, atMs: number): Promise<void> {
  const slider = page.getByRole('slider', { name: 'Time' });
  const { width = 0 } = (await slider.boundingBox()) ?? {};
  const share = (atMs - recorded.startMs) / recorded.lengthMs;
  await slider.click({ position: { x: Math.min(width - 1, width * share), y: 20 } });
}

test('the picture is as it was, wherever one looks, forwards and backwards', async () => {
  const { page } = viewer;
  await page.goto('/replay');
  await page.getByRole('table', { name: 'Recordings' }).getByRole('link').first().click();
  await page.getByRole('slider', { name: 'Time' }).waitFor();
  expect(page.url()).toContain(recorded.id);

  await pause(page);
  await seek(page, recorded.startMs);
  await expect.poll(() => items(page)).toEqual([]);
  await seek(page, marks.second);
  await expect.poll(() => items(page)).toEqual(['Item 1', 'Item 2']);
  expect(await picture(page).locator('.ph-mask').textContent()).toBe('*** ********');
  expect(await picture(page).locator('#card').inputValue()).toMatch(/^\*+$/);
  await seek(page, marks.first);
  await expect.poll(() => items(page)).toEqual(['Item 1']);
  await page.getByRole('button', { name: 'Tab 2' }).click();
  await seek(page, marks.elsewhere);
  await expect.poll(() => items(page)).toEqual(['Item 1']);
  await page.getByRole('button', { name: 'Follow' }).click();
  await seek(page, recorded.startMs + recorded.lengthMs);
  await expect.poll(() => heading(page)).toBe('Checkout');
});

test('played through it ends as it does after a jump to the end', async () => {
  const { page } = viewer;
  // As it is once nothing has come for a minute: until then the player waits for more.
  await sayOngoing(page, false);
  await page.goto(`/replay/${recorded.id}`);
  await page.getByRole('button', { name: 'Full screen' }).click();
  await page.getByRole('button', { name: /^Speed/ }).click();
  await page.getByRole('menuitem', { name: '16 ×' }).click();
  await page.getByRole('button', { name: 'Play again' }).waitFor();
  expect(await heading(page)).toBe('Checkout');
  expect(await items(page)).toEqual(['Item 1', 'Item 2']);
  await page.getByRole('button', { name: 'Leave full screen' }).click();
  await page.unroute(BLOCK_INDEX);
});

test('beside it: events, console, network, searched and followed to their moment', async () => {
  const { page } = viewer;
  await open(page);
  await page.getByLabel('Search what happened').fill('payment');
  await page.getByRole('button', { name: /Console error/ }).click();
  await page.getByRole('region', { name: 'Details' }).getByText('The payment failed').waitFor();
  await expect.poll(() => items(page)).toEqual(['Item 1', 'Item 2']);
  await page.getByRole('tab', { name: 'Network' }).click();
  await page.getByRole('button', { name: /500 fetch \/api\/pay/ }).click();
  expect(await appears(page.getByRole('region', { name: 'Details' }))).toBe(true);
});

test('what is recorded meanwhile is shown as it comes, also when it comes late', async () => {
  const { page } = viewer;
  const { id, events } = await sendRecording(app, A_VISIT);
  await sayOngoing(page, true);
  await page.goto(`/replay/${id}?t=${FAR_MS}`);
  await page.getByText('Live: waiting for what happens next').waitFor();
  expect(await heading(page)).toBe('Shop');
  const texts = [{ id: A_VISIT_TEXT_ID, value: 'Sold out' }];
  const timestamp = (events.at(-1)?.timestamp ?? 0) + 1000;
  const data = { source: 0, texts, attributes: [], removes: [], adds: [] };
  const { promise: isLate, resolve: deliver } = Promise.withResolvers<void>();
  await page.route(BLOCK_DATA, (route) => isLate.then(() => route.continue()));
  await sendSnapshots(app, id, [snapshotOf([{ type: 3, timestamp, data } as Rrweb])]);
  // The time has come to the end before what is to be shown there.
  await page.getByRole('status', { name: 'Loading the recording' }).waitFor();
  deliver();
  await expect.poll(() => heading(page)).toBe('Sold out');
  await page.unroute(BLOCK_DATA);
  await page.unroute(BLOCK_INDEX);
});

/** Beyond the end of every recording: the end is shown. */
const FAR_MS = 3_600_000;

test.each<[string, string, readonly string[]]>([
  ['of posthog-js 1.130', 'old-1.130.0-own', ['Shop', 'Item 1']],
  ['with a pause of the recorder', 'f-idle', ['bg change 2', 'Item 1', 'Item 2']],
  [
    'that the SDK had to send again',
    'n-s-503-then-ok',
    ['Shop', 'Item 1', 'Item 2', 'Item 3', 'Item 4'],
  ],
])(
  'a recording %s, come twice and out of order, ends as the page did',
  async (_, scenario, end) => {
    const { context, page } = await watchEnd(await sendTraffic(app, scenario));
    const seen = picture(page).locator('h1, #list li');
    await expect.poll(() => seen.allTextContents()).toEqual(end);
    await context.close();
  },
);

/** In a window of its own: recorded pages name pictures of other hosts, which the policy refuses. */
async function watchEnd(id: string): Promise<Visit> {
  const own = await visit(app);
  await own.page.goto(`/replay/${id}?t=${FAR_MS}`);
  return own;
}

test('canvases are shown as pictures, since no script may draw them', async () => {
  const { context, page } = await watchEnd(await sendTraffic(app, 'h-canvas'));
  const image = picture(page).locator('canvas img');
  await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(120);
  await context.close();
});

test('where few sessions are recorded, those with the flag of a running rollout all are', async () => {
  const { version } = await api<{ version: number }>(app, 'GET', '/recording_settings/');
  const few = { version, sample_rate: 0, follow_rollouts: true };
  await api(app, 'PATCH', '/recording_settings/', few);
  await rollout(app, 'half', { stages: stagesOf(50, 100) }, ['start']);
  const people = Array.from({ length: 30 }, (_, i) => `shopper-${i}`);
  const values = await Promise.all(people.map((who) => flagValue(app, 'half', {}, who)));
  const { context } = await visit(app, { isSignedIn: false });
  for (const isIn of [true, false]) {
    const page = await context.newPage();
    const sent: Request[] = [];
    const isSnapshots = (request: Request) => new URL(request.url()).pathname === '/s/';
    page.on('request', (request) => {
      if (isSnapshots(request)) sent.push(request);
    });
    await openShop(page, site, people[values.indexOf(isIn)]);
    await add(page, 1);
    await (isIn ? page.waitForEvent('request', isSnapshots) : page.waitForFunction(isHeldBack));
    await page.close({ runBeforeUnload: true });
    await context.clearCookies();
    expect(sent.length > 0).toBe(isIn);
  }
  await context.close();
});

/** The flags are known, and no group of triggers takes the session. */
function isHeldBack(): boolean {
  const { posthog } = globalThis as unknown as {
    posthog: { getFeatureFlag(key: string): unknown; sessionRecording: { status: string } };
  };
  return (
    posthog.getFeatureFlag('half') === false && posthog.sessionRecording.status === 'buffering'
  );
}

test('links as the SDK makes them lead to the recording, at seconds', async () => {
  const { page } = viewer;
  await page.goto(`/project/${app.serin.projectToken}/replay/${recorded.id}?t=2`);
  await page.getByRole('slider', { name: 'Time' }).waitFor();
  const url = new URL(page.url());
  expect([url.pathname, url.searchParams.get('t')]).toEqual([`/replay/${recorded.id}`, '2000']);
});

/** rrweb events that try everything: scripts, handlers, frames, navigation, requests, canvas arguments. */
const HOSTILE = JSON.parse(
  readFileSync(new URL('../../server/src/replay/fixtures/hostile.json', import.meta.url), 'utf8'),
) as readonly Rrweb[];

type Hostile = Awaited<ReturnType<typeof sendRecording>>;

type Guards = { readonly hasScrubber: boolean; readonly hasPolicy: boolean };

const linesOf = ({ id, events }: Hostile): string =>
  events.map((event) => JSON.stringify([id, event])).join('\n');

/** Watches it to its end; resolves with all that it got done. */
async function watchHostile(guards: Guards, hostile: Hostile) {
  const { context, page } = await visit(app);
  const done: string[] = [];
  const isOurs = (url: URL) => url.origin === app.serin.url || !url.protocol.startsWith('http');
  // What a policy refuses does not come this far.
  await context.route(
    (url) => !isOurs(url),
    async (route) => {
      done.push(`asked for ${route.request().resourceType()}`);
      await route.abort();
    },
  );
  if (!guards.hasPolicy) {
    await context.route('**/replay-player', async (route) => {
      const response = await route.fetch();
      const { 'content-security-policy': _policy, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
  }
  if (!guards.hasScrubber) {
    await context.route(BLOCK_DATA, (route) =>
      route.fulfill({ contentType: 'application/x-ndjson', body: linesOf(hostile) }),
    );
  }
  page.on('dialog', (dialog) => {
    done.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (popup) => done.push(`window ${popup.url()}`));
  await page.goto(`/replay/${hostile.id}`);
  // Recordings that have just come are thought to go on.
  await page.getByText(/^(Play again|Live: waiting for what happens next)$/).waitFor();
  expect(await heading(page)).toBe('Hostile page');
  const isAlive = (frame: Frame) => /^(http:\/\/127|about:blank)/.test(frame.url());
  for (const frame of page.frames().filter(isAlive)) {
    const pwned = await frame.evaluate(() => 'pwned' in globalThis);
    if (pwned) done.push(`ran in ${frame.url()}`);
  }
  expect(new URL(page.url()).pathname).toBe(`/replay/${hostile.id}`);
  await context.close();
  return done;
}

/** What pages consist of, and recordings may name: the policy keeps it in, the scrubber leaves it to be seen. */
const PASSIVE = ['image', 'media', 'font', 'stylesheet'].map((type) => `asked for ${type}`);

test('a recording that attacks does nothing, by the scrubber alone, by the policy alone, by both', async () => {
  const hostile = await sendRecording(app, HOSTILE);
  const watch = (hasScrubber: boolean, hasPolicy: boolean) =>
    watchHostile({ hasScrubber, hasPolicy }, hostile);
  const active = (done: readonly string[]) => done.filter((what) => !PASSIVE.includes(what));
  expect(active(await watch(true, false))).toEqual([]);
  expect(await watch(false, true)).toEqual([]);
  expect(await watch(true, true)).toEqual([]);
  // Without either it gets frames and more: this is what the two are for.
  expect(active(await watch(false, false))).not.toEqual([]);
});

test('the pages had no errors and asked no other host', () => {
  // What drives the browser tries to run in every frame it looks into; in the recorded page nothing may.
  const ofLooking = `Blocked script execution in '${app.serin.url}/replay-player' because the document's frame is sandboxed and the 'allow-scripts' permission is not set.`;
  expect(viewer.problems.filter((text) => text !== ofLooking)).toEqual([]);
});
