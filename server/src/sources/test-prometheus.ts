// A real Prometheus for tests, with samples of any time: written as OpenMetrics, made into blocks by promtool. Where
// there is none, Debian's package is fetched into a folder of this checkout, without installing it.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/serin-prometheus');
const APT_GET = join('/usr/bin', 'apt-get');
const DPKG = join('/usr/bin', 'dpkg');
const FETCHED = join(CACHE, 'usr', 'bin', 'prometheus');

/** Path of a Prometheus, with promtool beside it: SERIN_PROMETHEUS, else from PATH, else fetched before. */
function findPrometheus(): string | undefined {
  const named = env['SERIN_PROMETHEUS'];
  if (named) return named;
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = [...folders.map((folder) => join(folder, 'prometheus')), FETCHED];
  return candidates.find(isExecutable);
}

/** Like that, but fetches Debian's package when there is none; undefined, with a loud word, when it cannot be had. */
function ensurePrometheus(): string | undefined {
  const found = findPrometheus();
  if (found) return found;
  console.error('serin: no Prometheus found; fetching Debian’s package (once)…');
  const complaint = existsSync(APT_GET) ? fetchPackage() : 'There is no apt-get here.';
  if (isExecutable(FETCHED)) return FETCHED;
  console.error(
    `serin: NO PROMETHEUS: its tests are SKIPPED. Install it (apt-get install prometheus), or set SERIN_PROMETHEUS to its path.\n${complaint}`,
  );
  return undefined;
}

/** Returns what went wrong. */
function fetchPackage(): string {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'package-'));
  try {
    const download = spawnSync(APT_GET, ['download', 'prometheus'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const name = readdirSync(folder).find((file) => file.endsWith('.deb'));
    if (name === undefined) return `${download.stdout ?? ''}${download.stderr ?? ''}`.slice(-1000);
    const unpack = spawnSync(DPKG, ['-x', join(folder, name), CACHE], { encoding: 'utf8' });
    return unpack.stderr ?? '';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Undefined where it cannot be had. */
export const PROMETHEUS = ensurePrometheus();

/** A counter at a moment. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
};

export type TestPrometheus = {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
};

/** Started, and with these samples. */
export async function startPrometheus(
  program: string,
  samples: readonly Sample[],
): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'serin-prometheus-'));
  const data = join(folder, 'data');
  const text = join(folder, 'samples.txt');
  writeFileSync(text, openMetrics(samples));
  execFileSync(
    join(dirname(program), 'promtool'),
    ['tsdb', 'create-blocks-from', 'openmetrics', text, data],
    {
      stdio: 'ignore',
    },
  );
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, 'global: {}\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  const prometheus: TestPrometheus = {
    url,
    start: async () => {
      const flags = [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
      ];
      running = spawn(program, flags, { stdio: 'ignore' });
      while (!(await isReady(url))) await sleep(100);
    },
    stop: async () => {
      if (!running) return;
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
      running = undefined;
    },
    close: async () => {
      await prometheus.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await prometheus.start();
  return prometheus;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

function openMetrics(samples: readonly Sample[]): string {
  const families = Map.groupBy(samples, ({ name }) => name);
  const lines = [...families].flatMap(([name, all]) => [
    `# TYPE ${name} counter`,
    ...all.map(({ labels, atMs, value }) => {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
      return `${name}_total{${pairs.join(',')}} ${value} ${atMs / 1000}`;
    }),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
