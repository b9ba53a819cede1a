// The snippet that people copy works as it stands: pasted into a page of another site, it reports events
// and gets the flag.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, api, openApp, visit, WAIT_MS } from './app.ts';

/** posthog-js reports nothing of browsers that call themselves headless or automated. */
const PERSON = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36';
const site = createServer();
let app: App;

beforeAll(async () => {
  app = await openApp();
  await api(app, 'POST', '/feature_flags/', {
    key: 'new-checkout',
    filters: { groups: [{ properties: [], rollout_percentage: 100 }] },
  });
});
afterAll(async () => {
  await app.close();
  site.closeAllConnections();
  site.close();
});

/** A site of its own: another port is another origin. Resolves with its address. */
async function serve(html: string): Promise<string> {
  site.on('request', (_request, response: ServerResponse) => {
    response.setHeader('content-type', 'text/html');
    response.end(html);
  });
  await new Promise<void>((resolve) => {
    site.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
}

test('the copied web snippet serves a flag and reports that it was asked for', async () => {
  const { page, context } = await visit(app);
  await page.goto('/feature-flags/new-checkout?tab=use');
  const setUp = await page.getByLabel('Web page: set up', { exact: true }).innerText();
  const use = await page.getByLabel('Web page: use', { exact: true }).innerText();
  const ask = use.replace('// the new version', "document.title = 'new';");
  const shop = await serve(
    `<!doctype html><title>old</title><body>${setUp}<script>${ask}</script>`,
  );
  const visitor = await app.browser.newContext({ userAgent: PERSON });
  await visitor.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false });
  });
  const shopPage = await visitor.newPage();
  await shopPage.goto(shop);
  await expect.poll(() => shopPage.title(), { timeout: WAIT_MS }).toBe('new');
  const asked = () =>
    api<{ results: { properties: Record<string, unknown> }[] }>(
      app,
      'GET',
      '/events/?event=$feature_flag_called',
    );
  await expect
    .poll(async () => (await asked()).results[0]?.properties['$feature_flag'], { timeout: WAIT_MS })
    .toBe('new-checkout');
  await visitor.close();
  await context.close();
});
