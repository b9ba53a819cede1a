// A shop is recorded by the real SDK in two tabs, and watched: the picture is right at the start, in the middle, at the
// end and after going back. Then a recording that attacks whoever watches it.
import { readFileSync } from 'node:fs';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../sdk-compat/management.ts';
import { type App, api, appears, openApp, visit, type Visit } from './app.ts';
import { openRecordedSite, type RecordedSite } from './recorded-site.ts';
import { listBlocks, type Rrweb, sendRecording } from './recordings.ts';

type Recorded = {
  readonly id: string;
  /** Of the first stored event. */
  readonly startMs: number;
  readonly lengthMs: number;
};
/** When what had happened, by the clock of the recorded browser; the last thing began at `last`. */
type Marks = { readonly sessionId: string } & Readonly<
  Record<'first' | 'second' | 'elsewhere' | 'last', number>
>;

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
  marks = await shop();
  recorded = await stored(marks);
});

afterAll(async () => {
  await app.close();
  await site.close();
});

/** Somebody shops in two tabs. */
async function shop(): Promise<Marks> {
  const { context, page } = await visit(app, { isSignedIn: false });
  await openShop(page);
  await add(page, 1);
  const first = await quietMoment(page);
  await add(page, 2);
  // The way to an error begins a while before it.
  await quietMoment(page);
  await quietMoment(page);
  await page.locator('#card').fill('4111 1111 1111 1111');
  await page.locator('#fail').click();
  const second = await quietMoment(page);
  const other = await context.newPage();
  await openShop(other);
  await add(other, 1);
  const elsewhere = await quietMoment(other);
  await page.bringToFront();
  await page.mouse.move(60, 60);
  await page.locator('#checkout').click();
  // A press on the end of the time line is a little before it.
  const last = await quietMoment(page);
  await page.mouse.move(200, 200, { steps: 4 });
  await quietMoment(page);
  await page.mouse.move(220, 220, { steps: 4 });
  const sessionId = await sessionOf(page);
  await Promise.all([page, other].map((each) => each.close({ runBeforeUnload: true })));
  return { sessionId, first, second, elsewhere, last };
}

const now = (page: Page): Promise<number> => page.evaluate(() => Date.now());
/** Wide enough to be met with a press on the time line. */
const QUIET_MS = 800;

/** The middle of a while in which nothing happens. */
async function quietMoment(page: Page): Promise<number> {
  const startMs = await now(page);
  await page.waitForFunction((until) => Date.now() > until, startMs + QUIET_MS);
  return startMs + QUIET_MS / 2;
}

/** Until the recorder is at work; it sends nothing before somebody does something. */
async function openShop(page: Page): Promise<void> {
  await page.goto(site.url);
  await page.waitForFunction(() => {
    const { posthog } = globalThis as unknown as {
      posthog?: { sessionRecording?: { started?: boolean } };
    };
    return posthog?.sessionRecording?.started === true;
  });
  await page.mouse.move(10, 10);
  await page.mouse.move(40, 40, { steps: 4 });
}

async function add(page: Page, count: number): Promise<void> {
  await page.locator('#add').click();
  await page
    .locator('#list li')
    .nth(count - 1)
    .waitFor();
}

const sessionOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { posthog } = globalThis as unknown as { posthog: { get_session_id(): string } };
    return posthog.get_session_id();
  });

/** Once everything has arrived, of both tabs. */
function stored({ sessionId, last }: Marks): Promise<Recorded> {
  return eventually(async () => {
    const blocks = await listBlocks(app, sessionId);
    const windows = new Set(blocks.map(({ window_id: id }) => id));
    const endMs = Math.max(...blocks.map(({ last_ts: end }) => end));
    if (windows.size < 2 || endMs < last) throw new Error('Not all of it has arrived.');
    const startMs = Math.min(...blocks.map(({ first_ts: first }) => first));
    return { id: sessionId, startMs, lengthMs: endMs - startMs };
  });
}

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
  await page.goto(`/replay/${recorded.id}`);
  await page.getByRole('button', { name: /^Speed/ }).click();
  await page.getByRole('menuitem', { name: '16 ×' }).click();
  // It may still be going on for a minute, and then waits for more instead of saying that it is over.
  await expect.poll(() => heading(page)).toBe('Checkout');
  expect(await items(page)).toEqual(['Item 1', 'Item 2']);
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
    await context.route('**/blocks/data/**', (route) =>
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
  // What drives the browser tries to run in every frame; where the recording is shown nothing may.
  const isOfSandbox = (text: string) => text.startsWith('Blocked script execution in');
  expect(viewer.problems.filter((text) => !isOfSandbox(text))).toEqual([]);
});
