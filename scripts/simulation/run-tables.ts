// The tables, in two threads, written into docs/statistics.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../root.ts';
import type { CellTask } from '../simulate-worker.ts';
import type { Found } from './cell.ts';
import { type Line, linesOf, placeBetweenMarkers, tableOf } from './report.ts';
import { EXPERIMENT_TABLE } from './experiment-table.ts';
import { ROLLOUT_TABLE } from './rollout-table.ts';
import { SESSION_TABLE } from './session-table.ts';
import { METHOD_TABLES, type Table } from './tables.ts';

const THREADS = 2;
const PAGE = join(root, 'docs/statistics.md');
/** No two cells share a run's stream of random numbers. */
const SEEDS_PER_CELL = 100_003;

export type TableOptions = {
  readonly runs: number;
  readonly seed: number;
  /** Of one table; all of them when left out. */
  readonly name: string | undefined;
};

const TABLES = [...METHOD_TABLES, ROLLOUT_TABLE, EXPERIMENT_TABLE, SESSION_TABLE];

/** The names that tables go by. */
export const TABLE_NAMES = TABLES.map(({ name }) => name);

/** Runs and writes them; true when every figure is as good as its reference. */
export async function runTables({ runs, seed, name }: TableOptions): Promise<boolean> {
  // Each world has its seeds by its place among all of them, whichever tables run.
  const all = TABLES.flatMap((table) => table.cells.map((cell) => ({ table, cell })));
  const wanted = all
    .map((one, index) => ({ ...one, seed: seed + index * SEEDS_PER_CELL }))
    .filter(({ table }) => name === undefined || table.name === name);
  const tasks = wanted.map(({ cell, seed: own }) => ({ cell, runs, seed: own }));
  const found = await runAll(tasks, (at, one) => {
    const task = tasks[at];
    for (const line of task ? linesOf(task.cell, one) : []) console.log(sentence(line));
  });
  const lines = wanted.map(({ table, cell }, at) => ({
    table,
    lines: linesOf(cell, found[at] ?? {}),
  }));
  for (const table of new Set(wanted.map((one) => one.table))) {
    const own = lines.filter((one) => one.table === table).flatMap((one) => one.lines);
    write(table, own, { runs, seed });
  }
  const worse = lines.flatMap((one) => one.lines).filter(({ isOk }) => !isOk);
  console.log(`${worse.length} figures worse than their reference`);
  return worse.length === 0;
}

/** Puts a table between its markers. */
function write(
  table: Table,
  lines: readonly Line[],
  { runs, seed }: { readonly runs: number; readonly seed: number },
): void {
  const command = `npm run simulate -- ${table.name} --runs ${runs} --seed ${seed}`;
  const text = tableOf(table, lines, command);
  writeFileSync(PAGE, placeBetweenMarkers(readFileSync(PAGE, 'utf8'), table.name, text));
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
