// npm run vectors -- FILE: checks a file of statistical test vectors against Serin's own functions.
// Prints one line a failure and a closing count; the exit status is 1 when anything failed.
import { readFileSync } from 'node:fs';
import { EXPERIMENT_FEATURE_METHODS } from '../server/src/experiments/experiment-methods.ts';
import { WEBHOOK_METHODS } from '../server/src/notify/webhook-vectors.service.ts';
import { checkVectors, type Vector } from '../server/src/stats/check-vectors.ts';

function readVectors(file: string): Vector[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(parsed)) throw new TypeError('the file must hold a JSON list of vectors');
  return parsed;
}

function main(file: string | undefined): number {
  if (file === undefined) {
    console.error('usage: npm run vectors -- FILE');
    return 2;
  }
  try {
    const results = checkVectors(readVectors(file), {
      ...EXPERIMENT_FEATURE_METHODS,
      ...WEBHOOK_METHODS,
    });
    const failed = results.filter((result) => result.failure !== null);
    for (const { name, failure } of failed) console.log(`FAILED ${name}: ${failure}`);
    console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
    return failed.length > 0 ? 1 : 0;
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

process.exitCode = main(process.argv[2]);
