// Puts right what a machine can: lint fixes, format, generated documents, the lock file.
import { runQuietly } from './steps.ts';
import { tools } from './tools.ts';

const results = await runQuietly(
  [
    { name: 'lint', run: ['node', tools.oxlint, '--fix'] },
    { name: 'format', run: ['node', tools.oxfmt] },
    { name: 'generated documents', run: ['node', 'scripts/generate.ts'] },
    { name: 'lock file', run: ['node', 'scripts/complete-lock.ts'] },
  ],
  1,
);
if (results.some((result) => !result.isOk)) process.exitCode = 1;
