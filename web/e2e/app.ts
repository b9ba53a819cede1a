// The web app under test: a real Serin with its own stores in a temporary folder, and a Chromium that may
// talk to it alone.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Browser,
  type BrowserContext,
  type Locator,
  type Page,
  chromium,
} from 'playwright-core';
import { inject } from 'vitest';
import { ensureChromium } from '../../scripts/chromium.ts';
import { RECORDED_HOSTS } from './recorded-site.ts';
import { type RunningSerin, type StartOptions, startSerin } from '../../sdk-compat/server.ts';

const PAGE = new URL('../../server/web/index.html', import.meta.url);
/** 60 s: what tests wait for a thing to appear, on a machine that does much else. */
export const WAIT_MS = 60_000;

export type App = {
  readonly serin: RunningSerin;
  readonly browser: Browser;
  close(): Promise<void>;
};

/** Starts server and browser; the web app must have been built. */
export async function openApp(options: StartOptions = {}): Promise<App> {
  if (!existsSync(PAGE)) throw new Error('The web app is not built: run "npm run build" first.');
  const [serin, browser] = await Promise.all([
    startOnCopy(options),
    chromium.launch({
      executablePath: ensureChromium(),
      args: [
        // Root has no user namespaces in most containers; the pages are our own.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--host-resolver-rules=${RECORDED_HOSTS}`,
      ],
    }),
  ]);
  return {
    serin,
    browser,
    close: async () => {
      await browser.close();
      await serin.stop();
    },
  };
}

/** A server on a copy of the folder that was set up for all; settings of its own want a folder of its own. */
async function startOnCopy(options: StartOptions): Promise<RunningSerin> {
  if (options.env !== undefined) return startSerin(options);
  const { folder, credentials } = inject('newProject');
  const parent = await mkdtemp(join(tmpdir(), 'serin-'));
  const dataDir = join(parent, 'data');
  // Owners and relative links stay as they are: engines of an administrator run as somebody else.
  await promisify(execFile)('cp', ['-a', folder, dataDir]);
  const serin = await startSerin({ ...options, dataDir, credentials });
  return {
    ...serin,
    stop: async () => {
      await serin.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

export type Visit = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page, and requests to any other host: there must be none. */
  readonly problems: string[];
};

type VisitOptions = {
  readonly isSignedIn?: boolean;
  readonly isDark?: boolean;
  readonly width?: number;
};

/** Opens a browser window of its own. */
export async function visit(app: App, options: VisitOptions = {}): Promise<Visit> {
  const { isSignedIn = true, isDark = false, width = 1280 } = options;
  const context = await app.browser.newContext({
    baseURL: app.serin.url,
    viewport: { width, height: 860 },
    colorScheme: isDark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports every 4xx; what the page makes of them is what tests look at.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== app.serin.url) problems.push(request.url());
  });
  if (isSignedIn) await signIn(app, context);
  return { context, page, problems };
}

async function signIn({ serin }: App, context: BrowserContext): Promise<void> {
  const { email, password } = serin;
  const answer = await context.request.post('/api/login/', { data: { email, password } });
  if (!answer.ok()) throw new Error(`Sign-in failed: ${answer.status()} ${await answer.text()}`);
}

/** True once it is to be seen; otherwise an error that names what was looked for. */
export async function appears(locator: Locator): Promise<true> {
  await locator.waitFor();
  return true;
}

/** Calls the management API with the key that the server was started with. */
export async function api<T>(
  { serin }: App,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${serin.url}/api/projects/@current${path}`, {
    method,
    headers: {
      authorization: `Bearer ${serin.personalApiKey}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** What an SDK gets for a flag in production. */
export async function flagValue(
  { serin }: App,
  key: string,
  person: Record<string, unknown> = {},
  distinctId = 'e2e-person',
): Promise<unknown> {
  const response = await fetch(`${serin.url}/flags/?v=2`, {
    method: 'POST',
    body: JSON.stringify({
      api_key: serin.projectToken,
      distinct_id: distinctId,
      person_properties: person,
    }),
  });
  const { flags } = (await response.json()) as {
    flags: Record<string, { enabled: boolean; variant: string | null }>;
  };
  const flag = flags[key];
  return flag && (flag.enabled ? (flag.variant ?? true) : false);
}

/** Sends one event as an SDK does. */
export async function capture(
  { serin }: App,
  event: string,
  distinctId: string,
  properties: Record<string, unknown> = {},
): Promise<void> {
  const response = await fetch(`${serin.url}/i/v0/e/`, {
    method: 'POST',
    body: JSON.stringify({
      api_key: serin.projectToken,
      event,
      distinct_id: distinctId,
      properties,
    }),
  });
  if (!response.ok) throw new Error(`capture: ${response.status} ${await response.text()}`);
}
