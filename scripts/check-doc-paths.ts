// Documents must not rot: fails when a document names a file or folder of this repository that does
// not exist, a relative link that leads nowhere, or an npm script that package.json lacks.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { listFiles } from './check-architecture.ts';
import { root } from './root.ts';

const TOP = 'server|web|sdk-compat|bench|examples|docs|scripts|\\.ci';
/** `server/src/flags/evaluate.ts`, `docs/decisions/`, `server/src/*`: a path from the root in code marks. */
const QUOTED_PATH = new RegExp(
  `\`((?:${TOP})/[\\w./@*-]*|[A-Z]+\\.md|\\.[\\w.-]+\\.(?:json|cjs))\``,
  'g',
);
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g;
const NPM_SCRIPT = /npm run ([a-z][\w:-]*)/g;
const NPM_SHORT = /`npm (start|test)\b/g;

type Scripts = Record<string, unknown>;

/** What a document names and the repository lacks, one line each. */
export function findDeadReferences(
  file: string,
  text: string,
  exists: (path: string) => boolean,
  scripts: Scripts,
): string[] {
  const paths = [...text.matchAll(QUOTED_PATH)].map((match) => match[1] ?? '');
  const links = [...text.matchAll(LINK)].map((match) =>
    normalize(join(dirname(file), match[1] ?? '')),
  );
  const names = [NPM_SCRIPT, NPM_SHORT].flatMap((form) => [...text.matchAll(form)]);
  return [
    // A path with a star or an ellipsis stands for several: its folder must exist.
    ...[...paths, ...links]
      .filter((path) => !exists(path.replace(/[^/]*\*.*$/, '')))
      .map((path) => `${file}: ${path} does not exist`),
    ...names
      .map((match) => match[1] ?? '')
      .filter((name) => !(name in scripts))
      .map((name) => `${file}: package.json has no script ${name}`),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Scripts;
  };
  const documents = listFiles(root).filter((file) => file.endsWith('.md'));
  const dead = documents.flatMap((file) =>
    findDeadReferences(
      file,
      readFileSync(join(root, file), 'utf8'),
      (path) => existsSync(join(root, path)),
      scripts,
    ),
  );
  for (const line of dead) console.error(line);
  if (dead.length > 0) process.exitCode = 1;
}
