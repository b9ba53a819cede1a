// Holds the import graph to `.dependency-cruiser.cjs`, and itself to account: it fails when a source
// file that git lists was not seen, when a feature has no row, and when a file has an unknown role.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type {
  ICruiseOptions,
  ICruiseResult,
  IForbiddenRuleType,
  IViolation,
} from 'dependency-cruiser';
import { root } from './root.ts';

type Rules = { rows: string[][]; forbidden: IForbiddenRuleType[]; options: ICruiseOptions };

// Without this parser dependency-cruiser sees no TypeScript module and reports no violation.
import.meta.resolve('@swc/core');

const FOLDERS = ['server', 'web', 'scripts', 'bench', 'examples', 'sdk-compat'];
const SOURCE = /\.(ts|tsx|mjs|cjs|js|jsx)$/;
const KNOWN_ROLE = /^[a-z0-9-]+(\.(contract|routes|service|store|query|job|client|command))?\.ts$/;
const TEST = /^[a-z0-9.-]+\.test\.ts$/;

/** Every breach of the architecture below `base`, one line each; `files` are the paths that git lists. */
export async function findBreaches(base: string, files: readonly string[]): Promise<string[]> {
  const { rows, forbidden, options } = createRequire(import.meta.url)(
    '../.dependency-cruiser.cjs',
  ) as Rules;
  const sources = files.filter(
    (file) => SOURCE.test(file) && FOLDERS.includes(file.split('/')[0] ?? ''),
  );
  const present = sources.filter((file) => existsSync(join(base, file)));
  const { output } = await cruise(present, {
    ...options,
    baseDir: base,
    validate: true,
    ruleSet: { forbidden },
  });
  const { modules, summary } = output as ICruiseResult;
  const edges = new Map(modules.map(({ source, dependencies }) => [source, dependencies.length]));
  const isUnseen = (file: string) =>
    !edges.has(file) || (edges.get(file) === 0 && importsSomething(join(base, file)));
  return [
    ...sources.filter(isUnseen).map((file) => `not seen: ${file}`),
    ...sources.flatMap((file) => namingBreaches(file, rows.flat())),
    ...summary.violations.map(describe),
  ];
}

/** True when a file imports: a parser that sees no import in it does not read the language. */
function importsSomething(path: string): boolean {
  return /^(import|export)\s[^;]*?\bfrom\s+['"]|^import\s+['"]/m.test(readFileSync(path, 'utf8'));
}

function namingBreaches(file: string, features: string[]): string[] {
  const [, feature, rest] = /^server\/src\/([^/]+)\/(.+)$/.exec(file) ?? [];
  if (feature === undefined || rest === undefined) return [];
  if (!features.includes(feature)) return [`no row for the feature ${feature}: ${file}`];
  const isMigration = rest.includes('migrations/');
  const name = rest.split('/').at(-1) ?? '';
  if (isMigration || KNOWN_ROLE.test(name) || TEST.test(name)) return [];
  return [`unknown file role: ${file}`];
}

function describe(violation: IViolation): string {
  const way = (violation.cycle ?? violation.via ?? []).map((step) => step.name);
  const chain = way.length > 0 ? way.join(' → ') : violation.to;
  const comment = violation.comment === undefined ? '' : `\n    ${violation.comment}`;
  return `${violation.rule.name}: ${violation.from} → ${chain}${comment}`;
}

/** Source files of the checkout: committed, or new and not ignored. */
export function listFiles(base: string): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const listed = execFileSync('git', args, { cwd: base, encoding: 'utf8' });
  const deleted = execFileSync('git', ['ls-files', '--deleted'], { cwd: base, encoding: 'utf8' });
  const gone = new Set(deleted.split('\n'));
  return listed.split('\n').filter((file) => file !== '' && !gone.has(file));
}

if (process.argv[1] === import.meta.filename) {
  const files = listFiles(root);
  const breaches = await findBreaches(root, files);
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) {
    console.error(`\n${breaches.length} breaches of the architecture (.dependency-cruiser.cjs).`);
    process.exitCode = 1;
  }
}
