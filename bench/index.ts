// Runs every benchmark, one after the other, and prints what each found. Figures are ratios against a
// named reference in the same run; absolute times mean little on a shared machine.
// `node bench/index.ts evaluation memory` runs only those; `--events 10000000` asks insights and ticks of more
// events than a million, `--people 100000` experiments about fewer people than a million, `--sessions 100000` lists of
// fewer recordings than a million.
import { parseArgs } from 'node:util';
import { run as allFlags } from './all-flags.ts';
import { run as delivery } from './delivery.ts';
import { run as errors } from './errors.ts';
import { run as evaluation } from './evaluation.ts';
import { run as experiments } from './experiments.ts';
import { run as flagsHttp } from './flags-http.ts';
import { run as ingest } from './ingest.ts';
import { run as insights } from './insights.ts';
import { run as manyFlags } from './many-flags.ts';
import { run as memory } from './memory.ts';
import { run as replay } from './replay.ts';
import { run as rollback } from './rollback.ts';
import { run as ticks } from './ticks.ts';

type Options = {
  readonly events?: string | undefined;
  readonly people?: string | undefined;
  readonly sessions?: string | undefined;
};

const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<unknown>>> = {
  evaluation,
  'flags-http': flagsHttp,
  'all-flags': allFlags,
  ingest,
  memory,
  delivery,
  'many-flags': manyFlags,
  insights,
  experiments,
  replay,
  errors,
  ticks,
  rollback,
};

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' }, people: { type: 'string' }, sessions: { type: 'string' } },
});
const unknown = wanted.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(
    `No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}`,
  );
  process.exit(1);
}
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  await run(options);
}
