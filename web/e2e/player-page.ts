// The player as somebody uses it who watches: what is in the picture, and how to get to a moment.
import type { Locator, Page } from 'playwright-core';
import { type App, type Visit, visit } from './app.ts';
import type { Recorded } from './recorded-visit.ts';
import { BLOCK_INDEX, sayOngoing } from './recordings.ts';

/** Beyond the end of every recording: the end is shown. */
export const FAR_MS = 3_600_000;

/** The recorded document that is in view. */
export const picture = (page: Page) =>
  page
    .frameLocator('iframe[title="Recording"]')
    .locator('.window:not([hidden])')
    .frameLocator('iframe');

export const items = (page: Page): Promise<readonly string[]> =>
  picture(page).locator('#list li').allTextContents();
export const heading = (page: Page): Promise<string | null> =>
  picture(page).locator('h1').textContent();

/** The time line. */
export const timeLine = (page: Page): Locator => page.getByRole('slider', { name: 'Time' });

/** Opens the player and stops it, however long that takes: it is told that more is to come, and waits at the end. */
export async function openPaused(page: Page, { id }: Recorded): Promise<void> {
  await page.unroute(BLOCK_INDEX);
  await sayOngoing(page, true);
  await page.goto(`/replay/${id}`);
  await pause(page);
}

export async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
}

/** Presses the time line where a moment is. */
export async function seek(page: Page, recorded: Recorded, atMs: number): Promise<void> {
  const slider = timeLine(page);
  const { width = 0 } = (await slider.boundingBox()) ?? {};
  const share = (atMs - recorded.startMs) / recorded.lengthMs;
  await slider.click({ position: { x: Math.min(width - 1, width * share), y: 20 } });
}

/** In a window of its own, as if more were to come: at the end the player waits, and can be stopped there. */
export async function watchOngoing(
  app: App,
  path: string,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const { context, page } = await visit(app);
  await sayOngoing(page, true);
  await page.addInitScript(noteStatus);
  await page.goto(path);
  await work(page);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.close();
}

type Noting = { said: string[] };

/** Notes what the page says for a while only. */
function noteStatus(): void {
  const said: string[] = [];
  (globalThis as unknown as Noting).said = said;
  const note = () => {
    for (const { textContent } of document.querySelectorAll('[role="status"]')) {
      if (textContent) said.push(textContent);
    }
  };
  new MutationObserver(note).observe(document, { childList: true, subtree: true });
}

export const saidIn = (page: Page): Promise<string> =>
  page.evaluate(() => (globalThis as unknown as Noting).said.join('\n'));

/** What the halves of the picture of a canvas are. */
export const colorsOf = (page: Page): Promise<readonly string[]> =>
  picture(page)
    .locator('canvas img')
    .evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      const context = new OffscreenCanvas(120, 80).getContext('2d');
      context?.drawImage(image, 0, 0);
      return [30, 90].map((x) => {
        const [red = 0, green = 0, blue = 0] = context?.getImageData(x, 40, 1, 1).data ?? [];
        // Pictures are packed with losses.
        if (Math.min(red, green, blue) > 200) return 'white';
        return red > blue ? 'red' : 'blue';
      });
    });

/** In a window of its own: recorded pages name pictures of other hosts, which the policy refuses. */
export async function watchEnd(app: App, id: string): Promise<Visit> {
  const own = await visit(app);
  await own.page.goto(`/replay/${id}?t=${FAR_MS}`);
  return own;
}
