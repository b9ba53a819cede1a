// Visits that are hard to record, with the real SDK: a drawing, somebody who goes away and comes back, a server that
// fails. None waits for a clock: times of the recording are what the recorded browser is told.
import type { Page } from 'playwright-core';
import { eventually } from '../../sdk-compat/management.ts';
import { type App, type Visit, visit } from './app.ts';
import type { FaultyProxy } from './faulty-proxy.ts';
import type { RecordedSite } from './recorded-site.ts';
import { add, openShop, type Recorded, sessionOf } from './recorded-visit.ts';
import { listBlocks, type StoredEvent, storedEvents } from './recordings.ts';

const MINUTE_MS = 60_000;
/** rrweb: a change, and of a canvas; something that the recorder says. */
const [INCREMENTAL, CANVAS, CUSTOM] = [3, 9, 5];

const anonymous = (app: App): Promise<Visit> => visit(app, { isSignedIn: false });

/** Waits until what is stored has something, and resolves with that. */
const whenStored = <T>(work: () => Promise<T | undefined>): Promise<T> =>
  eventually(async () => {
    const found = await work();
    if (found === undefined) throw new Error('It has not arrived.');
    return found;
  });

async function recordedOf(app: App, id: string): Promise<Recorded> {
  const blocks = await listBlocks(app, id);
  const startMs = Math.min(...blocks.map(({ first_ts: first }) => first));
  return { id, startMs, lengthMs: Math.max(...blocks.map(({ last_ts: end }) => end)) - startMs };
}

/** A canvas is red, then blue; resolves with the recording and a moment when it was still red. */
export async function draw(app: App, site: RecordedSite): Promise<[Recorded, number]> {
  const { context, page } = await anonymous(app);
  await openShop(page, site, { path: 'canvas' });
  const id = await sessionOf(page);
  const pictures = async () =>
    (await storedEvents(app, id).catch(() => [])).filter(
      ({ type, data }) => type === INCREMENTAL && data['source'] === CANVAS,
    );
  // Only then is the next picture another one.
  const red = await whenStored(async () => (await pictures()).at(-1));
  await page.locator('#fail').click();
  const blue = await whenStored(async () =>
    (await pictures()).find(
      ({ timestamp, data }) => timestamp > red.timestamp && !isSame(data, red.data),
    ),
  );
  await context.close();
  return [await recordedOf(app, id), (red.timestamp + blue.timestamp) / 2];
}

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/** How long somebody is away: longer than the five minutes after which the recorder calls it idle. */
export const AWAY_MS = 6 * MINUTE_MS;

/** Somebody puts a thing into the basket, goes away while the page goes on, comes back and puts in another. */
export async function goAway(app: App, site: RecordedSite): Promise<[Recorded, number]> {
  const { context, page } = await anonymous(app);
  await page.clock.install({ time: Date.now() - AWAY_MS - MINUTE_MS });
  await openShop(page, site);
  const id = await sessionOf(page);
  await add(page, 1);
  const arrived = (isIt: (event: StoredEvent) => boolean) =>
    whenStored(async () => (await storedEvents(app, id).catch(() => [])).find(isIt));
  const hasNoted = (tag: string) =>
    arrived(({ type, data }) => type === CUSTOM && data['tag'] === tag);
  await page.clock.fastForward(AWAY_MS);
  await setHeading(page, 'Sale');
  const { timestamp: idleMs } = await hasNoted('sessionIdle');
  // Not recorded, and yet to be seen when somebody is there again.
  await setHeading(page, 'Sale ends');
  await page.mouse.move(60, 60, { steps: 4 });
  await add(page, 2);
  await hasNoted('sessionNoLongerIdle');
  await arrived(({ data }) => JSON.stringify(data).includes('Item 2'));
  await context.close();
  return [await recordedOf(app, id), idleMs];
}

const setHeading = (page: Page, text: string): Promise<void> =>
  page.locator('h1').evaluate((element, words) => {
    element.textContent = words;
  }, text);

/**
 * Somebody shops while `/s/` fails, first without taking anything, then after taking it; then it is well again.
 * Resolves with the session once all that was refused has been taken.
 */
export async function shopThroughFaults(
  app: App,
  site: RecordedSite,
  proxy: FaultyProxy,
): Promise<string> {
  const { context, page } = await anonymous(app);
  await page.clock.install({ time: Date.now() - MINUTE_MS });
  const has = (mode: string) =>
    whenStored(async () => proxy.attempts.find((attempt) => attempt.mode === mode));
  proxy.set('down');
  await openShop(page, site, { path: `?api_host=${proxy.url}` });
  const id = await sessionOf(page);
  await add(page, 1);
  await has('down');
  proxy.set('deaf');
  await add(page, 2);
  // The SDK comes again after seconds: it would without this, too.
  await page.clock.fastForward(5000);
  await has('deaf');
  proxy.set('up');
  await add(page, 3);
  await page.clock.fastForward(10_000);
  await has('up');
  await whenStored(async () => (isAllTaken(proxy) ? true : undefined));
  await page.close({ runBeforeUnload: true });
  await context.close();
  return id;
}

/** Each message that was refused was taken by now. */
function isAllTaken({ attempts }: FaultyProxy): boolean {
  const taken = new Set(attempts.filter(({ mode }) => mode === 'up').flatMap(({ uuids }) => uuids));
  return attempts.every(({ uuids }) => uuids.every((uuid) => taken.has(uuid)));
}
