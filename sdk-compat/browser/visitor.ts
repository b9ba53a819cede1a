// A visitor with a browser of their own: a Chromium context with its storage, and what went wrong in it.
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { ensureChromium } from '../../scripts/chromium.ts';

export type Visitor = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Requests to Serin: `POST /flags/ 200`. */
  readonly requests: string[];
  /** Errors in the console and requests that failed. */
  readonly problems: string[];
};

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: ensureChromium(),
    // Root has no user namespaces in most containers; the pages are our own.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

/** A new visitor; nothing is shared with others. */
export async function openVisitor(browser: Browser, serinUrl: string): Promise<Visitor> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const requests: string[] = [];
  const problems: string[] = [];
  context.on('response', (response) => {
    const url = new URL(response.url());
    if (url.origin !== serinUrl) return;
    requests.push(`${response.request().method()} ${url.pathname} ${response.status()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('requestfailed', (request) => {
    problems.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`);
  });
  return { context, page, requests, problems };
}

/** Waits until posthog-js has its first flags from the server. */
export async function flagsLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { posthog } = globalThis as unknown as {
      posthog?: { featureFlags?: { hasLoadedFlags?: boolean } };
    };
    return posthog?.featureFlags?.hasLoadedFlags === true;
  });
}

/** Calls a method of the page's posthog object. */
export function call<T>(page: Page, method: string, ...args: readonly unknown[]): Promise<T> {
  return page.evaluate(
    ([name, values]) => {
      const { posthog } = globalThis as unknown as {
        posthog: Record<string, (...given: readonly unknown[]) => unknown>;
      };
      return posthog[name as string]?.(...(values as readonly unknown[])) as never;
    },
    [method, args] as const,
  );
}

/** Asks for flags again and resolves once the answer is in. */
export function reloadFlags(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const { posthog } = globalThis as unknown as {
          posthog: { onFeatureFlags(done: () => void): () => void; reloadFeatureFlags(): void };
        };
        // The callback also runs at once with the flags that are known; only the next one counts.
        let isAsked = false;
        posthog.onFeatureFlags(() => {
          if (isAsked) resolve();
        });
        isAsked = true;
        posthog.reloadFeatureFlags();
      }),
  );
}
