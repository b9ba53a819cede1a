// All tables, in two threads, written into docs/statistics.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../root.ts';
import type { CellTask } from '../simulate-worker.ts';
import type { Found } from './cell.ts';
import { type Line, linesOf, placeBetweenMarkers, tableOf } from './report.ts';
import { ROLLOUT_TABLE } from './rollout-table.ts';
import { METHOD_TABLES } from './tables.ts';

const THREADS = 2;
const PAGE = join(root, 'docs/statistics.md');
/** No two cells share a run's stream of random numbers. */
const SEEDS_PER_CELL = 100_003;

export type TableOptions = {
  readonly runs: number;
  readonly seed: number;
  /** Only cells whose label or table has this text; then nothing is written. */
  readonly only: string | undefined;
};

/** Runs and writes them; true when every figure is as good as its reference. */
export async function runTables({ runs, seed, only }: TableOptions): Promise<boolean> {
  const tables = [...METHOD_TABLES, ROLLOUT_TABLE].map((table) => ({
    table,
    cells: table.cells.filter((cell) => `${table.title}: ${cell.label}`.includes(only ?? '')),
  }));
  const cells = tables.flatMap(({ cells: own }) => own);
  const tasks = cells.map((cell, index) => ({ cell, runs, seed: seed + index * SEEDS_PER_CELL }));
  const found = await runAll(tasks, (at, one) => {
    const task = tasks[at];
    for (const line of task ? linesOf(task.cell, one) : []) console.log(sentence(line));
  });
  const lines = new Map(cells.map((cell, at) => [cell, linesOf(cell, found[at] ?? {})]));
  const all = [...lines.values()].flat();
  if (only === undefined) {
    const command = `npm run simulate -- --runs ${runs} --seed ${seed}`;
    const shown = tables
      .map(({ table, cells: own }) =>
        tableOf(
          table,
          own.flatMap((cell) => lines.get(cell) ?? []),
        ),
      )
      .join('\n');
    const head = `\`${command}\` runs every world ${runs.toLocaleString('en-US')} times and writes these tables.\n\n`;
    writeFileSync(PAGE, placeBetweenMarkers(readFileSync(PAGE, 'utf8'), 'rollouts', head + shown));
  }
  const worse = all.filter(({ isOk }) => !isOk);
  console.log(
    `${all.length - worse.length} figures as good as their reference, ${worse.length} worse`,
  );
  return worse.length === 0;
}

function sentence({ world, measure, reference, found, isOk }: Line): string {
  const mark = isOk ? 'ok   ' : 'WORSE';
  return `${mark} ${world}: ${measure} ${found.value} (± ${found.standardError.toPrecision(2)}), reference ${reference}`;
}

async function runAll(
  tasks: readonly CellTask[],
  onFound: (at: number, found: Found) => void,
): Promise<Found[]> {
  const found: Found[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('../simulate-worker.ts', import.meta.url));
    try {
      for (let at = next; at < tasks.length; at = next) {
        next += 1;
        const task = tasks[at];
        if (task === undefined) break;
        const one = await ask(worker, task);
        found[at] = one;
        onFound(at, one);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: THREADS }, work));
  return found;
}

function ask(worker: Worker, task: CellTask): Promise<Found> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (found: Found) => {
      worker.off('error', reject);
      resolve(found);
    });
    worker.postMessage(task);
  });
}
