// Everything that the demo runs: Serin on a data folder of its own, the shop, and who shops there.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowserShoppers } from '../../examples/shop/traffic/browsers.ts';
import { Crowd } from '../../examples/shop/traffic/crowd.ts';
import { findChromium } from '../chromium.ts';
import { openManagement } from './management.ts';
import type { Management } from './management.ts';
import { TIME_SCALE } from './plan.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';

/** For the web app of the demo. */
export const LOGIN = { email: 'demo@example.com', password: 'hedgerow-demo' } as const;

/** The same shoppers, errors and buckets in every run; in this one the first thousand have ordinary luck. */
const SEED = 70;
const BROWSER_SHOPPERS = 2;
const CROWD = { visitsPerSecond: 120, width: 24, returningShare: 0.4 } as const;

export type World = {
  readonly serinUrl: string;
  readonly shopUrl: string;
  readonly management: Management;
  readonly crowd: Crowd;
  /** Visits by real browsers; undefined when there is no Chromium. */
  browserVisits(): number | undefined;
  /** Puts another release of the shop in the place of the running one. */
  deploy(release: 1 | 2): Promise<void>;
  close(): Promise<void>;
};

type Closers = (() => Promise<unknown> | void)[];

/** Starts it all. With `isQuiet` ports are taken at random, else 8000 and 8100 when they are free. */
export async function openWorld(isQuiet: boolean): Promise<World> {
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return { ...(await open(isQuiet, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(isQuiet: boolean, closers: Closers): Promise<Omit<World, 'close'>> {
  const keys = {
    token: `phc_${randomBytes(16).toString('hex')}`,
    apiKey: `phx_${randomBytes(24).toString('hex')}`,
  };
  const dataDir = mkdtempSync(join(tmpdir(), 'serin-demo-'));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const serin = await startSerin(dataDir, isQuiet ? 0 : await freePort(8000), keys);
  closers.push(() => serin.stop());

  let shop = await startShop(serin.url, keys.token, isQuiet ? 0 : await freePort(8100), 1);
  closers.push(() => shop.stop());
  const crowd = new Crowd({ shopUrl: shop.url, seed: SEED, ...CROWD });
  closers.push(() => crowd.stop());
  const chromium = findChromium();
  const browsers = chromium
    ? await startBrowserShoppers(chromium, shop.url, BROWSER_SHOPPERS)
    : undefined;
  closers.push(() => browsers?.stop());

  return {
    serinUrl: serin.url,
    shopUrl: shop.url,
    management: openManagement(serin.url, keys.apiKey),
    crowd,
    browserVisits: () => browsers?.visits(),
    async deploy(release) {
      await crowd.pause();
      await shop.stop();
      shop = await startShop(serin.url, keys.token, Number(new URL(shop.url).port), release);
      crowd.resume();
    },
  };
}

function startSerin(
  dataDir: string,
  port: number,
  keys: { readonly token: string; readonly apiKey: string },
): Promise<Program> {
  return startProgram('Serin', ['server/bin/serin.js', 'serve'], {
    HOST: '127.0.0.1',
    PORT: String(port),
    SERIN_DATA_DIR: dataDir,
    SERIN_LOG_LEVEL: 'warn',
    SERIN_TIME_SCALE: String(TIME_SCALE),
    SERIN_BOOTSTRAP_EMAIL: LOGIN.email,
    SERIN_BOOTSTRAP_PASSWORD: LOGIN.password,
    SERIN_BOOTSTRAP_PROJECT_TOKEN: keys.token,
    SERIN_BOOTSTRAP_PERSONAL_API_KEY: keys.apiKey,
  });
}

function startShop(
  serinUrl: string,
  token: string,
  port: number,
  release: 1 | 2,
): Promise<Program> {
  return startProgram('The shop', ['examples/shop/server.ts'], {
    SERIN_URL: serinUrl,
    SERIN_PROJECT_TOKEN: token,
    SHOP_PORT: String(port),
    SHOP_RELEASE: String(release),
  });
}

/** `preferred` when nothing listens there, else 0, which takes any. */
function freePort(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(preferred, '127.0.0.1', () => probe.close(() => resolve(preferred)));
  });
}
