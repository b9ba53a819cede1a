// The player as somebody uses it who watches: what is in the picture, and how to get to a moment.
import type { Locator, Page } from 'playwright-core';
import type { Recorded } from './recorded-visit.ts';

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

/** Opens the player and stops it. */
export async function openPaused(page: Page, { id }: Recorded): Promise<void> {
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
