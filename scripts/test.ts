// `npm test`: every kind of test after the other, all of them whatever fails, and what came of each.
// `npm run test:<kind>` runs one of them.
import { availableParallelism } from 'node:os';
import { ensureChromium } from './chromium.ts';
import { closingLine, failureLines, resultLine, retriedLines, runAloud } from './steps.ts';
import type { Step } from './steps.ts';
import { tools } from './tools.ts';

/** The crash test in full, `npm run test:crash`; `npm test` runs a shortened one. */
const FULL_CRASH_ROUNDS = 50;

const projects = (...names: string[]): Step['run'] => [
  'node',
  tools.vitest,
  'run',
  ...names.flatMap((name) => ['--project', name]),
];

type Kind = Step & {
  readonly needsBrowser?: true;
  /** Not part of `npm test`. */
  readonly onlyByName?: true;
  /** Mostly waits, and so runs at the same time as the kind before it. */
  readonly isBeside?: true;
};

const KINDS: Readonly<Record<string, Kind>> = {
  verify: { name: 'verify', run: ['node', 'scripts/verify.ts'] },
  store: {
    name: 'stores, HTTP, web',
    // Tests wait for their stores a third of the time: one more at once than there are cores.
    run: [...projects('store', 'http', 'web'), `--maxWorkers=${availableParallelism() + 1}`],
  },
  e2e: { name: 'web app in a browser', run: projects('e2e'), needsBrowser: true },
  compat: { name: 'unmodified SDKs', run: projects('compat'), needsBrowser: true },
  crash: { name: 'crashes', run: projects('crash'), isBeside: true },
  'crash-full': {
    name: 'crashes, in full',
    run: projects('crash'),
    env: { SERIN_CRASH_ROUNDS: String(FULL_CRASH_ROUNDS) },
    onlyByName: true,
  },
  demo: {
    name: 'demo',
    run: ['node', 'scripts/demo.ts', '--check'],
    needsBrowser: true,
    isBeside: true,
  },
};

function chosenKinds(names: readonly string[]): Kind[] {
  if (names.length === 0) return Object.values(KINDS).filter((kind) => !kind.onlyByName);
  return names.map((name) => {
    const kind = KINDS[name];
    if (!kind)
      throw new Error(`No kind of test is called ${name}: ${Object.keys(KINDS).join(', ')}.`);
    return kind;
  });
}

const startedAt = performance.now();
const kinds = chosenKinds(process.argv.slice(2));
let chromium: Record<string, string> = {};
let failed = 0;
if (kinds.some((kind) => kind.needsBrowser)) {
  try {
    chromium = { SERIN_CHROMIUM: ensureChromium() };
  } catch (error) {
    // The tests that need it fail and say so again; the others still run.
    console.error(error instanceof Error ? error.message : error);
    failed += 1;
  }
}
const groups: Step[][] = [];
for (const kind of kinds) {
  const step = { ...kind, env: { ...chromium, ...kind.env } };
  const before = groups.at(-1);
  if (kind.isBeside && before) before.push(step);
  else groups.push([step]);
}
const results = await runAloud(groups);
failed += results.filter((result) => !result.isOk).length + (kinds.length - results.length);

const minutes = (performance.now() - startedAt) / 60_000;
console.log(`\n=== ${minutes.toFixed(1)} minutes ===`);
for (const result of results) {
  console.log(`${resultLine(result)}   ${closingLine(result)}`);
  if (!result.isOk) for (const failure of failureLines(result)) console.log(failure);
  for (const retried of retriedLines(result)) console.log(retried);
}
console.log(`\nkinds of test: ${results.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
