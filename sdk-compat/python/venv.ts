// A virtual environment with the pinned SDKs for Python, made once and kept in `.venv` (ignored by git).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('./.venv', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const STAMP = join(FOLDER, 'installed-requirements.txt');
const PYTHON = join(FOLDER, 'bin', 'python');

/**
 * What a machine lacks for proving SDKs for Python, or undefined when it has a Python with venv and pip.
 * Then everything else must work, the package index included: an error there is a failed test.
 */
export function missingForPython(): string | undefined {
  const python = spawnSync('python3', ['--version']);
  if (python.error || python.status !== 0) return 'python3 is not on PATH';
  const modules = spawnSync('python3', ['-c', 'import venv, ensurepip']);
  if (modules.status !== 0) return 'this python3 has no venv or ensurepip (Debian: python3-venv)';
  return undefined;
}

/**
 * The interpreter with the SDKs installed.
 * @throws an Error with the output of venv or pip
 */
export function pythonWithSdks(): string {
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted && existsSync(PYTHON)) {
    return PYTHON;
  }
  rmSync(FOLDER, { recursive: true, force: true });
  runOrThrow('python3', ['-m', 'venv', FOLDER]);
  runOrThrow(PYTHON, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS]);
  writeFileSync(STAMP, wanted);
  return PYTHON;
}

function runOrThrow(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, [...args], { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')} failed (${status}):\n${stdout}\n${stderr}`);
}
