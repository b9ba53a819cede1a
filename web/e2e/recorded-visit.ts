// Somebody shops in two tabs, recorded by the real SDK; and what the server has of it.
import type { Page } from 'playwright-core';
import { eventually } from '../../sdk-compat/management.ts';
import { type App, visit } from './app.ts';
import type { RecordedSite } from './recorded-site.ts';
import { listBlocks } from './recordings.ts';

export type Recorded = {
  readonly id: string;
  /** Of the first stored event. */
  readonly startMs: number;
  readonly lengthMs: number;
};
/** When what had happened, by the clock of the recorded browser; the last thing began at `last`. */
export type Marks = { readonly sessionId: string } & Readonly<
  Record<'first' | 'second' | 'elsewhere' | 'last', number>
>;

/** Somebody shops in two tabs. */
export async function shop(app: App, site: RecordedSite): Promise<Marks> {
  const { context, page } = await visit(app, { isSignedIn: false });
  await openShop(page, site);
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
  await openShop(other, site);
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
export const QUIET_MS = 800;

/** The middle of a while in which nothing happens. */
async function quietMoment(page: Page): Promise<number> {
  const startMs = await now(page);
  await page.waitForFunction((until) => Date.now() > until, startMs + QUIET_MS);
  return startMs + QUIET_MS / 2;
}

type Opened = { readonly who?: string | undefined; readonly path?: string };

/** Until the recorder is at work; it sends nothing before somebody does something. */
export async function openShop(page: Page, site: RecordedSite, opened: Opened = {}): Promise<void> {
  const { who = '', path = '' } = opened;
  await page.goto(`${site.url}${path}#${who}`);
  await page.waitForFunction(() => {
    const { posthog } = globalThis as unknown as {
      posthog?: { sessionRecording?: { started?: boolean } };
    };
    return posthog?.sessionRecording?.started === true;
  });
  await page.mouse.move(10, 10);
  await page.mouse.move(40, 40, { steps: 4 });
}

export async function add(page: Page, count: number): Promise<void> {
  await page.locator('#add').click();
  await page
    .locator('#list li')
    .nth(count - 1)
    .waitFor();
}

export const sessionOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { posthog } = globalThis as unknown as { posthog: { get_session_id(): string } };
    return posthog.get_session_id();
  });

/** Once everything has arrived, of both tabs. */
export function stored(app: App, { sessionId, last }: Marks): Promise<Recorded> {
  return eventually(async () => {
    const blocks = await listBlocks(app, sessionId);
    const windows = new Set(blocks.map(({ window_id: id }) => id));
    const endMs = Math.max(...blocks.map(({ last_ts: end }) => end));
    if (windows.size < 2 || endMs < last) throw new Error('Not all of it has arrived.');
    const startMs = Math.min(...blocks.map(({ first_ts: first }) => first));
    return { id: sessionId, startMs, lengthMs: endMs - startMs };
  });
}

/** The flags are known, and no group of triggers takes the session. */
export function isHeldBack(): boolean {
  const { posthog } = globalThis as unknown as {
    posthog: { getFeatureFlag(key: string): unknown; sessionRecording: { status: string } };
  };
  return (
    posthog.getFeatureFlag('half') === false && posthog.sessionRecording.status === 'buffering'
  );
}
