// A shop is recorded by the real SDK in two tabs, and watched: the picture is right at the start, in the middle, at the
// end and after going back. Then a recording that attacks whoever watches it.
import { isDeepStrictEqual } from 'node:util';
import type { Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, appears, flagValue, openApp, visit, type Visit } from './app.ts';
import { rollout, stagesOf } from './filled-rollouts.ts';
import { openFaultyProxy } from './faulty-proxy.ts';
import { AWAY_MS, draw, goAway, shopThroughFaults } from './hard-visits.ts';
import { HOSTILE, watchHostile } from './hostile-recording.ts';
import {
  colorsOf,
  FAR_MS,
  heading,
  items,
  openPaused,
  pause,
  picture,
  saidIn,
  seek,
  timeLine,
  watchEnd,
  watchOngoing,
} from './player-page.ts';
import { openRecordedSite, type RecordedSite } from './recorded-site.ts';
import {
  add,
  isHeldBack,
  type Marks,
  openShop,
  QUIET_MS,
  type Recorded,
  shop,
  stored,
} from './recorded-visit.ts';
import {
  A_VISIT,
  A_VISIT_TEXT_ID,
  BLOCK_DATA,
  BLOCK_INDEX,
  factsOf,
  listBlocks,
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
  await api(app, 'PATCH', '/recording_settings/', { enabled: true, capture_canvas: true });
  site = await openRecordedSite(app.serin.url, app.serin.projectToken);
  viewer = await visit(app);
  await sayOngoing(viewer.page, true);
  marks = await shop(app, site);
  recorded = await stored(app, marks);
});

afterAll(async () => {
  await viewer.page.unrouteAll({ behavior: 'ignoreErrors' });
  await app.close();
  await site.close();
});

test('the picture is as it was, wherever one looks, forwards and backwards', async () => {
  const { page } = viewer;
  await page.goto('/replay');
  await page.getByRole('table', { name: 'Recordings' }).getByRole('link').first().click();
  await timeLine(page).waitFor();
  expect(page.url()).toContain(recorded.id);

  await pause(page);
  await seek(page, recorded, recorded.startMs);
  await expect.poll(() => items(page)).toEqual([]);
  await seek(page, recorded, marks.second);
  await expect.poll(() => items(page)).toEqual(['Item 1', 'Item 2']);
  expect(await picture(page).locator('.ph-mask').textContent()).toBe('*** ********');
  expect(await picture(page).locator('#card').inputValue()).toMatch(/^\*+$/);
  await seek(page, recorded, marks.first);
  await expect.poll(() => items(page)).toEqual(['Item 1']);
  await page.getByRole('button', { name: 'Tab 2' }).click();
  await seek(page, recorded, marks.elsewhere);
  await expect.poll(() => items(page)).toEqual(['Item 1']);
  await page.getByRole('button', { name: 'Follow' }).click();
  await seek(page, recorded, recorded.startMs + recorded.lengthMs);
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
  await openPaused(page, recorded);
  await page.getByLabel('Search what happened').fill('payment');
  await page.getByRole('button', { name: /Console error/ }).click();
  await page.getByRole('region', { name: 'Details' }).getByText('The payment failed').waitFor();
  await expect.poll(() => items(page)).toEqual(['Item 1', 'Item 2']);
  await page.getByRole('tab', { name: 'Network' }).click();
  await page.getByRole('button', { name: /500 fetch \/api\/pay/ }).click();
  expect(await appears(page.getByRole('region', { name: 'Details' }))).toBe(true);
});

test('by key and by button one jumps five seconds; all that is loaded is marked', async () => {
  const { page } = viewer;
  await openPaused(page, recorded);
  const atSecond = (seconds: number) =>
    expect.poll(() => timeLine(page).getAttribute('aria-valuenow')).toBe(String(seconds));
  await timeLine(page).press('Home');
  await atSecond(0);
  await page.keyboard.press('ArrowRight');
  await atSecond(5);
  await page.keyboard.press('ArrowLeft');
  await atSecond(0);
  await page.getByRole('button', { name: 'Forward 5 seconds' }).click();
  await atSecond(5);
  await page.keyboard.press('j');
  await atSecond(0);
  const loaded = page.locator('[data-loaded]');
  const percent = (bars: (HTMLElement | SVGElement)[]) =>
    bars.reduce((sum, { style }) => sum + Number.parseFloat(style.width), 0);
  await expect.poll(() => loaded.evaluateAll(percent)).toBeCloseTo(100);
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

test.each<[string, string, readonly string[]]>([
  ['of posthog-js 1.130', 'old-1.130.0-own', ['Shop', 'Item 1']],
  [
    'that the SDK had to send again',
    'n-s-503-then-ok',
    ['Shop', 'Item 1', 'Item 2', 'Item 3', 'Item 4'],
  ],
])(
  'a recording %s, come twice and out of order, ends as the page did',
  async (_, scenario, end) => {
    const { context, page } = await watchEnd(app, await sendTraffic(app, scenario));
    const seen = picture(page).locator('h1, #list li');
    await expect.poll(() => seen.allTextContents()).toEqual(end);
    await context.close();
  },
);

test('a canvas is shown as it was, as a picture, since no script may draw it', async () => {
  const [drawn, whileRedMs] = await draw(app, site);
  await watchOngoing(app, `/replay/${drawn.id}?t=${FAR_MS}`, async (page) => {
    await expect.poll(() => colorsOf(page)).toEqual(['blue', 'white']);
    await pause(page);
    await seek(page, drawn, whileRedMs);
    await expect.poll(() => colorsOf(page)).toEqual(['red', 'white']);
  });
});

test('the time while somebody is away counts as idle, and is passed over', async () => {
  const [recorded, idleMs] = await goAway(app, site);
  // The facts of a session are written just after what they are of.
  const idleSeconds = async () => {
    const known = await factsOf(app, recorded.id);
    return known.recording_duration - known.active_seconds;
  };
  await expect.poll(idleSeconds).toBeGreaterThanOrEqual(AWAY_MS / 1000 - 10);
  await watchOngoing(app, `/replay/${recorded.id}`, async (page) => {
    // Played it would take minutes.
    await expect.poll(() => items(page)).toEqual(['Item 1', 'Item 2']);
    expect(await heading(page)).toBe('Sale ends');
    expect(await saidIn(page)).toMatch(/^Skipped (5|6) min.* without activity$/m);
    for (const note of ['Idle: the recorder paused', 'Back from idle']) {
      expect(await appears(page.getByRole('button', { name: note }))).toBe(true);
    }
    await pause(page);
    await seek(page, recorded, idleMs);
    await expect.poll(() => items(page)).toEqual(['Item 1']);
    expect(await heading(page)).toBe('Shop');
  });
});

test('what the server refused is sent again: nothing is missing, nothing is there twice', async () => {
  const proxy = await openFaultyProxy(app.serin.url);
  const id = await shopThroughFaults(app, site, proxy);
  // Whoever leaves sends what is left, which may still be on its way.
  const sent = () => [...new Set(proxy.attempts.flatMap(({ uuids }) => uuids))].sort();
  const stored = async () =>
    (await listBlocks(app, id).catch(() => [])).map((block) => block.id).sort();
  await expect.poll(async () => isDeepStrictEqual(await stored(), sent())).toBe(true);
  await expect.poll(async () => (await factsOf(app, id)).click_count).toBe(3);
  const { context, page } = await watchEnd(app, id);
  await expect.poll(() => items(page)).toEqual(['Item 1', 'Item 2', 'Item 3']);
  await context.close();
  await proxy.close();
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
    await openShop(page, site, { who: people[values.indexOf(isIn)] });
    await add(page, 1);
    await (isIn ? page.waitForEvent('request', isSnapshots) : page.waitForFunction(isHeldBack));
    await page.close({ runBeforeUnload: true });
    await context.clearCookies();
    expect(sent.length > 0).toBe(isIn);
  }
  await context.close();
});

test('a moment is shared by its link, which opens there', async () => {
  const { page } = viewer;
  await viewer.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPaused(page, recorded);
  await seek(page, recorded, marks.second);
  await expect.poll(() => items(page)).toEqual(['Item 1', 'Item 2']);
  await page.getByRole('button', { name: 'Copy link at this time' }).click();
  const link = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(link).toMatch(/[?&]t=\d+$/);
  const atMs = Number(new URL(await link()).searchParams.get('t'));
  expect(Math.abs(recorded.startMs + atMs - marks.second)).toBeLessThan(QUIET_MS / 2);
  await page.goto(await link());
  await pause(page);
  const second = async () => Number(await timeLine(page).getAttribute('aria-valuenow'));
  expect(await second()).toBeGreaterThanOrEqual(Math.round(atMs / 1000));
});

test('links as the SDK makes them lead to the recording, at seconds', async () => {
  const { page } = viewer;
  await page.goto(`/project/${app.serin.projectToken}/replay/${recorded.id}?t=2`);
  await timeLine(page).waitFor();
  const url = new URL(page.url());
  expect([url.pathname, url.searchParams.get('t')]).toEqual([`/replay/${recorded.id}`, '2000']);
});

/** What pages consist of, and recordings may name: the policy keeps it in, the scrubber leaves it to be seen. */
const PASSIVE = ['image', 'media', 'font', 'stylesheet'].map((type) => `asked for ${type}`);

test('a recording that attacks does nothing, by the scrubber alone, by the policy alone, by both', async () => {
  const hostile = await sendRecording(app, HOSTILE);
  const watch = (hasScrubber: boolean, hasPolicy: boolean) =>
    watchHostile(app, { hasScrubber, hasPolicy }, hostile);
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
