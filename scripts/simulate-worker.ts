// Runs cells of the tables in a thread of its own: one message a cell in, one answer out.
import { parentPort } from 'node:worker_threads';
import { type Cell, runCell } from './simulation/cell.ts';

export type CellTask = {
  readonly cell: Cell;
  readonly runs: number;
  readonly seed: number;
};

parentPort?.on('message', ({ cell, runs, seed }: CellTask) => {
  parentPort?.postMessage(runCell(cell, runs, seed));
});
