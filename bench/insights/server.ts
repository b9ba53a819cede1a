// A real Serin whose event loop and memory are watched, and whose event store can be filled past ingestion.
import { readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningSerin, startSerin } from '../../sdk-compat/server.ts';
import { type OpenClickHouse, openClickHouse } from '../../server/src/platform/clickhouse/open.ts';
import { type Peak, watchPeak } from '../process-family.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { Command } from './store.ts';

export type Watched = {
  readonly serin: RunningSerin;
  readonly environmentId: number;
  readonly client: OpenClickHouse['client'];
  readonly command: Command;
  readonly memory: Peak;
  /** How long the server's event loop kept others waiting since the last time that this was asked. */
  loopDelay(): Promise<LoopDelay>;
  /** Asks the API with the key. @throws when it refuses */
  ask<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<T>;
  close(): Promise<void>;
};

/** Starts it with stores of its own. @param env further settings */
export async function startWatched(env: Readonly<Record<string, string>> = {}): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), 'serin-bench-'));
  const preload = new URL('./loop-delay.ts', import.meta.url).href;
  const serin = await startSerin({
    env: { ...env, NODE_OPTIONS: `--import=${preload}`, SERIN_BENCH_LOOP_DELAY: folder },
  });
  const socketPath = join(serin.dataDir, 'clickhouse', 'http.sock');
  const store = openClickHouse({ url: `unix://${socketPath}` });
  const memory = watchPeak(serin.pid);
  const ask = askerOf(serin);
  type Project = { environments: { id: number; key: string }[] };
  const { environments } = await ask<Project>('GET', '/');
  const environment = environments.find(({ key }) => key === 'production');
  if (!environment) throw new Error('The server has no environment production.');
  return {
    serin,
    environmentId: environment.id,
    client: store.client,
    command: commandOf(socketPath),
    memory,
    ask,
    loopDelay: () => askForDelay(serin.pid, join(folder, 'delay.json')),
    close: async () => {
      memory.stop();
      await store.close();
      await serin.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Past the client, which gives up after two minutes. */
function commandOf(socketPath: string): Command {
  return (statement) =>
    new Promise((resolve, reject) => {
      const path = '/?max_execution_time=3600&wait_end_of_query=1';
      const sent = request({ socketPath, path, method: 'POST' }, (answer) => {
        text(answer).then(
          (body) => (answer.statusCode === 200 ? resolve() : reject(new Error(body))),
          reject,
        );
      });
      sent.on('error', reject);
      sent.end(statement);
    });
}

async function askForDelay(pid: number, path: string): Promise<LoopDelay> {
  rmSync(path, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    await sleep(20);
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as LoopDelay;
    } catch {
      // Not written yet.
    }
  }
}

function askerOf({ url, personalApiKey }: RunningSerin): Watched['ask'] {
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/api/projects/@current${path}`, {
      method,
      headers: {
        authorization: `Bearer ${personalApiKey}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const said = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${said}`);
    return JSON.parse(said) as T;
  };
}
