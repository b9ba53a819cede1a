// Loaded into the server under test: tells, when it is asked by a signal, how long its event loop kept others waiting
// since the last time.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export type LoopDelay = {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};

const folder = process.env['SERIN_BENCH_LOOP_DELAY'];
// Engines that the server starts load it as well, and are not meant.
if (folder !== undefined && process.argv[1]?.endsWith('serin.js') === true) watch(folder);

function watch(into: string): void {
  const resolution = 10;
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  // What is measured is the time between two ticks of a timer: the timer's own part is no delay.
  const delay = (ns: number) => Math.max(0, ns / 1e6 - resolution);
  process.on('SIGUSR2', () => {
    const said: LoopDelay = {
      p50Ms: delay(delays.percentile(50)),
      p99Ms: delay(delays.percentile(99)),
      maxMs: delay(delays.max),
    };
    delays.reset();
    writeFileSync(join(into, 'part'), JSON.stringify(said));
    renameSync(join(into, 'part'), join(into, 'delay.json'));
  });
}
