// A recording that attacks whoever watches it, watched with and without each of the two guards.
import { readFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { expect } from 'vitest';
import { type App, visit } from './app.ts';
import { heading } from './player-page.ts';
import { BLOCK_DATA, type Rrweb, type sendRecording } from './recordings.ts';

/** rrweb events that try everything: scripts, handlers, frames, navigation, requests, canvas arguments. */
export const HOSTILE = JSON.parse(
  readFileSync(new URL('../../server/src/replay/fixtures/hostile.json', import.meta.url), 'utf8'),
) as readonly Rrweb[];

type Hostile = Awaited<ReturnType<typeof sendRecording>>;

type Guards = { readonly hasScrubber: boolean; readonly hasPolicy: boolean };

const linesOf = ({ id, events }: Hostile): string =>
  events.map((event) => JSON.stringify([id, event])).join('\n');

/** Watches it to its end; resolves with all that it got done. */
export async function watchHostile(app: App, guards: Guards, hostile: Hostile) {
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
