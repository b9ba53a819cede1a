// Everything that can be checked without a port or a store: format, lint, types, architecture, unused
// code, documents, generated files, pure tests. Run it before every commit; it takes under 30 s.
import { closingLine, runQuietly } from './steps.ts';
import type { Step } from './steps.ts';
import { tools } from './tools.ts';

const tsc = (project: string): Step => ({
  name: `types ${project}`,
  run: ['node', tools.tsc, '-p', project],
});

const PURE = 'pure tests';

const STEPS: readonly Step[] = [
  { name: PURE, run: ['node', tools.vitest, 'run', '--project', 'pure'] },
  tsc('server'),
  tsc('web'),
  tsc('web/e2e'),
  tsc('.'),
  {
    name: 'lint',
    run: ['node', tools.oxlint, '--deny-warnings', '--report-unused-disable-directives'],
  },
  { name: 'format', run: ['node', tools.oxfmt, '--check'] },
  { name: 'unused code', run: ['node', tools.knip] },
  { name: 'architecture', run: ['node', 'scripts/check-architecture.ts'] },
  { name: 'paths in documents', run: ['node', 'scripts/check-doc-paths.ts'] },
  { name: 'generated documents', run: ['node', 'scripts/generate.ts', '--check'] },
  { name: 'lock file', run: ['node', 'scripts/complete-lock.ts', '--check'] },
];

const startedAt = performance.now();
// Most steps use one processor; more at once only makes each of them slower on two cores.
const results = await runQuietly(STEPS, 2);
const failed = results.filter((result) => !result.isOk);
for (const result of results.filter(({ name }) => name === PURE))
  console.log(`\n${closingLine(result)}`);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(
  `verify: ${results.length - failed.length} passed, ${failed.length} failed in ${seconds} s`,
);
if (failed.length > 0) process.exitCode = 1;
