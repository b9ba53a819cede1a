import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, expect, test, vi } from 'vitest';
import { createLog } from '#platform/log';
import { type Launched, type Supervised, supervise } from './child.ts';
import { signal } from './end-process.ts';
import { launch } from './launch.ts';
import { isAlive } from './processes.ts';
import { socketFolder } from './socket-folder.ts';

const log = createLog('silent');

const sleeper = (script = 'exec sleep 1000', program = '/bin/sh'): Promise<Launched> =>
  launch({
    title: 'The sleeper',
    program,
    args: ['-c', script],
    spawn: { stdio: ['ignore', 'ignore', 'pipe'] },
    onLine: () => true,
    // Ready at once, unless it complains instead.
    untilReady: async () => {
      if (script.includes('exit')) await new Promise(() => {});
    },
    stop: [signal('SIGTERM', 5_000)],
  });

async function watch(start: () => Promise<Launched>, pauseMs = 1): Promise<Supervised> {
  const supervised = await supervise({
    name: 'sleeper',
    log,
    launch: start,
    firstPauseMs: pauseMs,
    longestPauseMs: pauseMs,
  });
  onTestFinished(() => supervised.close());
  return supervised;
}

test('a process that ends is started again, as often as it takes', async () => {
  const start = vi.fn<() => Promise<Launched>>(() => sleeper());
  const supervised = await watch(start);
  const first = supervised.pid() ?? 0;
  start.mockRejectedValueOnce(new Error('not yet')).mockRejectedValueOnce(new Error('not yet'));
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => expect(start).toHaveBeenCalledTimes(4));
  await vi.waitFor(() => expect(supervised.state()).toBe('up'));
  expect(supervised.pid()).not.toBe(first);
});

test('closing ends the process and nothing starts it again', async () => {
  const start = vi.fn<() => Promise<Launched>>(() => sleeper());
  const supervised = await watch(start);
  const pid = supervised.pid() ?? 0;
  await supervised.close();
  expect(isAlive(pid)).toBe(false);
  expect(supervised.state()).toBe('down');
  expect(start).toHaveBeenCalledTimes(1);
});

test('closing while a restart is under way leaves nothing behind', async () => {
  const start = vi.fn<() => Promise<Launched>>(() => sleeper());
  const supervised = await watch(start, 60_000);
  const pid = supervised.pid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(supervised.state()).toBe('down'));
  await supervised.close();
  expect(isAlive(pid)).toBe(false);
  expect(start).toHaveBeenCalledTimes(1);
});

test('a process that does not come up is reported in its own words', async () => {
  await expect(sleeper('echo "no space left" >&2; exit 3')).rejects.toThrow(
    'The sleeper did not start: no space left',
  );
  await expect(sleeper('exit 3')).rejects.toThrow('it left with 3');
  await expect(sleeper('', '/no/such/program')).rejects.toThrow('/no/such/program ENOENT');
});

test('a socket path that is too long is replaced by a short private folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'serin-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  expect(await socketFolder(folder, 'a.sock', {})).toBe(folder);
  const short = await socketFolder(join(folder, 'deep/'.repeat(30)), 'a.sock', {});
  onTestFinished(() => rm(short, { recursive: true }));
  expect(short.length).toBeLessThan(80);
  expect((await stat(short)).mode & 0o777).toBe(0o700);
});
