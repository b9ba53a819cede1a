// A real Serin for tests, the demo and benchmarks: its own process with its own engines in a temporary
// folder, seeded through the bootstrap settings, stopped and removed at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../server/bin/serin.js', import.meta.url));
/** 90 s: a cold start creates two databases; measured 4 s on 2 idle cores, tests share them. */
const START_LIMIT_MS = 90_000;
/** 30 s: above the server's own limit for an orderly stop. */
const STOP_LIMIT_MS = 30_000;
/** Characters of output kept for the error message. */
const OUTPUT_TAIL = 20_000;

export type StartOptions = {
  /** Divides the shortest allowed durations of rollouts. */
  readonly timeScale?: number;
  /** Further settings, such as `SERIN_LOG_LEVEL`. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder of the caller's, kept at the end; without it a temporary one is made and removed. */
  readonly dataDir?: string;
  /** Kept from an earlier start when a data folder is opened again. */
  readonly credentials?: Credentials;
};

export type Credentials = {
  readonly email: string;
  readonly password: string;
  /** `phc_…` of the production environment. */
  readonly projectToken: string;
  /** `phx_…` with all scopes. */
  readonly personalApiKey: string;
};

export type RunningSerin = Credentials & {
  /** Without trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** What the server has printed lately. */
  output(): string;
  /** Orderly stop (SIGTERM); removes the temporary folder. */
  stop(): Promise<void>;
  /** Ends the process at once (SIGKILL); the data folder stays. */
  kill(): Promise<void>;
};

/** Starts Serin on a free port of the loopback interface; resolves when `/readyz` says yes. */
export async function startSerin(options: StartOptions = {}): Promise<RunningSerin> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'serin-')));
  const credentials = options.credentials ?? newCredentials();
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settingsOf(options, dataDir, credentials) },
  });
  const output = collectOutput(child);
  const hasEnded = once(child, 'exit');
  // A test run that breaks off leaves no server behind.
  const killNow = (): boolean => child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('exit', () => process.off('exit', killNow));
  const removeFolder = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const ended = await Promise.race([hasEnded, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
    if (ended !== undefined) return;
    child.kill('SIGKILL');
    await hasEnded;
    throw new Error(`Serin did not stop within ${STOP_LIMIT_MS} ms.\n${output()}`);
  };
  try {
    const port = await portOf(child, output);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, child, output);
    return {
      ...credentials,
      url,
      port,
      pid: child.pid as number,
      dataDir,
      output,
      stop: async () => {
        await end('SIGTERM');
        await removeFolder();
      },
      kill: () => end('SIGKILL'),
    };
  } catch (error) {
    await end('SIGKILL');
    await removeFolder();
    throw error;
  }
}

/** Random credentials in the forms that the bootstrap settings ask for. */
export function newCredentials(): Credentials {
  const random = (): string => randomBytes(16).toString('hex');
  return {
    email: 'owner@serin.test',
    password: random(),
    projectToken: `phc_${random()}`,
    personalApiKey: `phx_${random()}`,
  };
}

function settingsOf(options: StartOptions, dataDir: string, credentials: Credentials) {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    // Engines of its own, whatever this shell is set up for.
    DATABASE_URL: '',
    CLICKHOUSE_URL: '',
    SERIN_PUBLIC_URL: '',
    SERIN_DATA_DIR: dataDir,
    SERIN_LOG_LEVEL: 'warn',
    SERIN_TIME_SCALE: String(options.timeScale ?? 1),
    // Tests and benchmarks ask as fast as they can.
    SERIN_EVENTS_PER_SECOND: '0',
    SERIN_FLAG_REQUESTS_PER_SECOND: '0',
    SERIN_API_REQUESTS_PER_SECOND: '0',
    SERIN_BOOTSTRAP_EMAIL: credentials.email,
    SERIN_BOOTSTRAP_PASSWORD: credentials.password,
    SERIN_BOOTSTRAP_PROJECT_TOKEN: credentials.projectToken,
    SERIN_BOOTSTRAP_PERSONAL_API_KEY: credentials.personalApiKey,
    ...options.env,
  };
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  const append = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-OUTPUT_TAIL);
  };
  child.stdout?.on('data', append);
  child.stderr?.on('data', append);
  return () => text;
}

async function portOf(child: ChildProcess, output: () => string): Promise<number> {
  const deadlineMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const port = /ready at http:\/\/\S+:(\d+)/.exec(output())?.[1];
    if (port !== undefined) return Number(port);
    await failIfGone(child, output, deadlineMs);
  }
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadlineMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await failIfGone(child, output, deadlineMs);
  }
}

async function failIfGone(
  child: ChildProcess,
  output: () => string,
  deadlineMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(
      `Serin ended while starting (${child.exitCode ?? child.signalCode}).\n${output()}`,
    );
  }
  if (performance.now() > deadlineMs) {
    throw new Error(`Serin was not ready within ${START_LIMIT_MS} ms.\n${output()}`);
  }
  await sleep(50);
}
