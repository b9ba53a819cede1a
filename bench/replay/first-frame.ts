// How soon an hour of recording is on the screen of somebody who opens it: in a real Chromium, from the navigation to the
// first frame with the recorded page in it, against a bare page that fetches the same answers and parses them.
import { type BrowserContext, chromium } from 'playwright-core';
import { ensureChromium } from '../../scripts/chromium.ts';
import type { Watched } from '../insights/server.ts';
import { median } from '../statistics.ts';

const ROUNDS = 9;

/** @param firstIds - Blocks that the player asks for before it can show anything. */
export async function tellFirstFrame(
  { serin, ask }: Watched,
  sessionId: string,
  firstIds: readonly string[],
): Promise<void> {
  const { id } = await ask<{ id: number }>('GET', '/');
  const byHand = { root: `/api/projects/${id}/session_recordings/${sessionId}/`, firstIds };
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    // Root has no user namespaces in most containers; the pages are our own.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu'],
  });
  try {
    const context = await browser.newContext({ baseURL: serin.url });
    const { email, password } = serin;
    await context.request.post('/api/login/', { data: { email, password } });
    await context.addInitScript(NOTE);
    const cold = await openPlayer(context, sessionId);
    const [frames, pages, hands]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { frameMs, pageMs } = await openPlayer(context, sessionId);
      frames.push(frameMs);
      pages.push(pageMs);
      hands.push(await fetchByHand(context, byHand));
    }
    const [frame, hand] = [median(frames), median(hands)];
    const line = (what: string, figures: string) => console.log(`  ${what.padEnd(34)}${figures}`);
    line(
      'first frame in Chromium',
      `${frame.toFixed(0)} ms, ${(frame / hand).toFixed(1)} × fetching and parsing the same by hand (${hand.toFixed(0)} ms)`,
    );
    line('  until its page is there', `${median(pages).toFixed(0)} ms`);
    line('  with nothing in the cache', `${cold.frameMs.toFixed(0)} ms`);
  } finally {
    await browser.close();
  }
}

/**
 * Runs in every document before its own scripts: notes when there is what is waited for, by the clock of the machine.
 * A frame is on the screen when the one after it is made.
 */
const NOTE = `
  const now = () => performance.timeOrigin + performance.now();
  globalThis.frame = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector('h1')) globalThis.pageMs ??= now();
      const shown = document.querySelector('.window:not([hidden]) iframe');
      if (shown?.contentDocument?.body?.childElementCount > 0) {
        requestAnimationFrame(() => resolve(now()));
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
`;

/** Since the navigation began, in milliseconds. */
async function openPlayer(context: BrowserContext, sessionId: string) {
  const page = await context.newPage();
  await page.goto(`/replay/${sessionId}`);
  const frame = await page.waitForSelector('iframe[title="Recording"]');
  const player = await frame.contentFrame();
  if (!player) throw new Error('The player has no document.');
  const shownMs = await player.evaluate<number>('globalThis.frame');
  const [startMs, pageMs] = await page.evaluate<[number, number]>(
    '[performance.timeOrigin, globalThis.pageMs]',
  );
  await page.close();
  return { frameMs: shownMs - startMs, pageMs: pageMs - startMs };
}

type ByHand = { readonly root: string; readonly firstIds: readonly string[] };

/** The recording and its index, then the first events: what nothing can be shown without. Milliseconds. */
async function fetchByHand(context: BrowserContext, { root, firstIds }: ByHand): Promise<number> {
  const page = await context.newPage();
  await page.goto('/healthz');
  const tookMs = await page.evaluate<number>(`(async () => {
    const startedMs = performance.now();
    const get = async (rest) => {
      const answer = await fetch('${root}' + rest);
      if (!answer.ok) throw new Error(rest + ' was answered ' + answer.status);
      return answer.text();
    };
    const [recording, index] = await Promise.all([get(''), get('blocks/')]);
    JSON.parse(recording);
    JSON.parse(index);
    const events = await get('blocks/data/?ids=${firstIds.join(',')}');
    for (const line of events.split('\\n').filter(Boolean)) JSON.parse(line);
    return performance.now() - startedMs;
  })()`);
  await page.close();
  return tookMs;
}
