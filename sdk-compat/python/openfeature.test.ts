// OpenFeature's Python SDK and its OFREP provider as installed by pip.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { createFlags } from '../openfeature/flags.ts';
import { missingForPython, pythonWithSdks } from './venv.ts';

const SCENARIO = fileURLToPath(new URL('./openfeature_scenario.py', import.meta.url));

test('values of every type, defaults, errors', async ({ annotate }) => {
  const missing = missingForPython();
  if (missing !== undefined) {
    await annotate(`OpenFeature is NOT PROVEN in Python on this machine: ${missing}`, 'warning');
    console.warn(`OpenFeature's Python SDK was not run: ${missing}.`);
    return;
  }
  const serin = inject('serin');
  const keys = await createFlags(serin, 'python-of');
  const { stdout } = await promisify(execFile)(pythonWithSdks(), [
    SCENARIO,
    JSON.stringify({ url: serin.url, token: serin.projectToken, keys }),
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    boolean: { value: true, reason: 'STATIC', error: null, version: 1 },
    pro: { value: true, variant: 'true', reason: 'TARGETING_MATCH' },
    text: { value: 'green', variant: 'green' },
    float: { value: 2.5, error: null },
    object: { value: { bg: { r: 0 } }, variant: 'dark' },
    off: { value: false, reason: 'DISABLED', error: null },
    no_value: { value: 9, reason: 'DEFAULT', error: null },
    unknown: { value: true, error: 'FLAG_NOT_FOUND' },
    no_key: { value: true, error: 'TARGETING_KEY_MISSING' },
    mismatch: { value: 3, error: 'TYPE_MISMATCH' },
  });
});
