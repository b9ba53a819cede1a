// The programs that the checks run, from the packages that package.json names.
import { findPackageJSON } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Path of the program `name` of the package that `entry` (a resolved URL) belongs to. */
function programOf(entry: string, name: string): string {
  const manifest = findPackageJSON(entry);
  if (manifest === undefined) throw new Error(`${entry} belongs to no package`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  const path = bin[name];
  if (path === undefined) throw new Error(`${manifest} has no program ${name}`);
  return join(dirname(manifest), path);
}

/** Paths of JavaScript programs; run them with the pinned Node. */
export const tools = {
  knip: programOf(import.meta.resolve('knip'), 'knip'),
  oxfmt: programOf(import.meta.resolve('oxfmt'), 'oxfmt'),
  oxlint: programOf(import.meta.resolve('oxlint'), 'oxlint'),
  tsc: programOf(import.meta.resolve('typescript'), 'tsc'),
  vitest: programOf(import.meta.resolve('vitest'), 'vitest'),
} as const;
