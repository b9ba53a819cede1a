// The programs that the checks run, from the packages that package.json names.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of the program `name` of the package whose package.json is at `manifestUrl`. */
function programOf(manifestUrl: string, name: string): string {
  const manifest = fileURLToPath(manifestUrl);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  const path = bin[name];
  if (path === undefined) throw new Error(`${manifest} has no program ${name}`);
  return join(dirname(manifest), path);
}

/** Paths of JavaScript programs; run them with the pinned Node. */
export const tools = {
  knip: programOf(import.meta.resolve('knip/package.json'), 'knip'),
  oxfmt: programOf(import.meta.resolve('oxfmt/package.json'), 'oxfmt'),
  oxlint: programOf(import.meta.resolve('oxlint/package.json'), 'oxlint'),
  tsc: programOf(import.meta.resolve('typescript/package.json'), 'tsc'),
  vitest: programOf(import.meta.resolve('vitest/package.json'), 'vitest'),
} as const;
