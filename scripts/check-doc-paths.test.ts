import { expect, test } from 'vitest';
import { findDeadReferences } from './check-doc-paths.ts';

const EXISTING = new Set([
  'server/src/flags/',
  'server/src/flags/evaluate.ts',
  'docs/errors.md',
  'SECURITY.md',
]);
const dead = (text: string) =>
  findDeadReferences('docs/page.md', text, (path) => EXISTING.has(path), {
    start: '',
    'test:pure': '',
  });

test('accepts paths, links and scripts that exist', () => {
  expect(
    dead(
      'See `server/src/flags/evaluate.ts`, `server/src/flags/*.ts`, [errors](errors.md), `SECURITY.md`, `npm start`, `npm run test:pure`, [a site](https://example.org/x.md).',
    ),
  ).toEqual([]);
});

test('names what does not exist', () => {
  expect(dead('`server/src/flags/gone.ts` [old](old.md#part) `npm run nothing`')).toEqual([
    'docs/page.md: server/src/flags/gone.ts does not exist',
    'docs/page.md: docs/old.md does not exist',
    'docs/page.md: package.json has no script nothing',
  ]);
});
