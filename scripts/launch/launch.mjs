// Which program each npm script runs, and how: prepare (install, web build), start with the pinned
// Node, pass signals and the exit code on. Runs on Node 18 and later with built-ins only.
import { delimiter, join } from 'node:path';
import { runChild } from './child.mjs';
import { LaunchError } from './launch-error.mjs';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';
import { ensureWebBuilt } from './web-build.mjs';

const VITEST = 'node_modules/vitest/vitest.mjs';
const vitest = (project) => ({ run: [VITEST, 'run', '--project', project] });

/** Target → program, in the root folder; `web`: it needs the built web app. */
const TARGETS = {
  start: { run: ['server/bin/serin.js', 'serve'], web: true },
  dev: { run: ['scripts/dev.ts'] },
  demo: { run: ['scripts/demo.ts'], web: true },
  seed: { run: ['server/bin/serin.js', 'seed'] },
  test: { run: ['scripts/test.ts'], web: true },
  'test:pure': vitest('pure'),
  'test:store': vitest('store'),
  'test:http': vitest('http'),
  'test:web': vitest('web'),
  'test:e2e': { run: ['scripts/test.ts', 'e2e'], web: true },
  'test:compat': { run: ['scripts/test.ts', 'compat'], web: true },
  'test:crash': { run: ['scripts/test.ts', 'crash-full'] },
  verify: { run: ['scripts/verify.ts'] },
  fix: { run: ['scripts/fix.ts'] },
  generate: { run: ['scripts/generate.ts'] },
  vectors: { run: ['scripts/vectors.ts'] },
  simulate: { run: ['scripts/simulate.ts'] },
  bench: { run: ['bench/index.ts'] },
  build: { web: true },
};

/** Runs `npm run <target> -- …args`. Ends the process with the program's exit code. */
export async function main([target, ...args]) {
  try {
    const wanted = Object.hasOwn(TARGETS, target ?? '') ? TARGETS[target] : undefined;
    if (!wanted) {
      throw new LaunchError(
        `Nothing is called ${target ?? '(nothing)'}; there are ${Object.keys(TARGETS).join(', ')}.`,
      );
    }
    await ensureInstalled();
    if (wanted.web) await ensureWebBuilt();
    if (wanted.run) process.exitCode = await runPinned([...wanted.run, ...args]);
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    console.error(`\nserin: ${error.message}`);
    process.exitCode = 1;
  }
}

/** Runs a program with the pinned Node, which is first on its PATH too. */
function runPinned(args) {
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  return runChild(join(bin, 'node'), args, { cwd: root, env });
}
