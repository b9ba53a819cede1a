// npm run simulate: rollouts on a simulated clock with the real controller.
//   -- --world FILE [--runs N] [--seed N]   one world: a JSON line per run, then the summary
//   [-- [TABLE] --runs N --seed N]          the tables of docs/statistics.md, or one of them, written into it
// The exit status is 1 when a world file is wrong or a figure of the tables is worse than its reference.
import { parseArgs } from 'node:util';
import { runTables, TABLE_NAMES } from './simulation/run-tables.ts';
import { runWorld } from './simulation/run-world.ts';

const USAGE = `usage: npm run simulate -- [--world FILE | ${TABLE_NAMES.join(' | ')}] [--runs N] [--seed N]`;
const TABLE_RUNS = 400;

function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw new TypeError(`--${name} is a whole number from ${least} on`);
}

async function main(args: string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      world: { type: 'string' },
      runs: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const runs = wholeNumber('runs', values.runs, 1);
  const seed = wholeNumber('seed', values.seed, 0);
  if (values.world !== undefined) return runWorld(values.world, { runs, seed });
  const [name, ...more] = positionals;
  if (more.length > 0 || (name !== undefined && !TABLE_NAMES.includes(name))) {
    throw new TypeError(`there is no table ${positionals.join(' ')}`);
  }
  return runTables({ runs: runs ?? TABLE_RUNS, seed: seed ?? 1, name });
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
