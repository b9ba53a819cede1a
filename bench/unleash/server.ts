// Unleash, the one comparable server that npm installs: put into a cache folder once, on a PostgreSQL of our own
// binaries, with its rate limits out of the way (20,000 requests a minute by default).
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../server/src/platform/log.ts';
import { startPostgres } from '../../server/src/platform/postgres/embedded.ts';
import { freePort } from '../free-port.ts';

const VERSION = '8.2.0';
/** 3 min: it migrates a new database first. */
const START_LIMIT_MS = 180_000;
const NO_LIMIT = '1000000000';

export type Unleash = {
  readonly port: number;
  readonly url: string;
  readonly adminToken: string;
  readonly frontendToken: string;
  stop(): Promise<void>;
};

/** Starts it on a new database; installs it first where it is not yet. */
export async function startUnleash(): Promise<Unleash> {
  const program = await install();
  const folder = await mkdtemp(join(tmpdir(), 'serin-bench-unleash-'));
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    log: createLog('silent'),
  });
  const port = await freePort();
  const tokens = { admin: '*:*.bench-admin', frontend: 'default:development.bench-frontend' };
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: postgres.url,
      DATABASE_SSL: 'false',
      HTTP_HOST: '127.0.0.1',
      PORT: String(port),
      CHECK_VERSION: 'false',
      SEND_TELEMETRY: 'false',
      LOG_LEVEL: 'error',
      INIT_ADMIN_API_TOKENS: tokens.admin,
      INIT_FRONTEND_API_TOKENS: tokens.frontend,
      SDK_API_RATE_LIMIT_PER_MINUTE: NO_LIMIT,
      TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE: NO_LIMIT,
    },
  });
  const stop = async (): Promise<void> => {
    await end(child);
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilHealthy(url, child);
    return { port, url, adminToken: tokens.admin, frontendToken: tokens.frontend, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The program to run. */
async function install(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'serin-bench', `unleash-server-${VERSION}`);
  const program = join(folder, 'node_modules', 'unleash-server', 'dist', 'server.js');
  if (existsSync(program)) return program;
  console.log(`Installing unleash-server ${VERSION} into ${folder} (400 MB, once)…`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}\n');
  const args = ['install', '--no-audit', '--no-fund', '--save-exact', `unleash-server@${VERSION}`];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm could not install unleash-server ${VERSION}.`);
  return program;
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const deadlineMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      throw new Error(`Unleash did not start.\n${errors}`);
    }
    await sleep(250);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isEnded = await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
  if (isEnded === undefined) child.kill('SIGKILL');
  await ended;
}
