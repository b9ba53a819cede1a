// A miniature of the repository with one breach of each kind: the check must name every one of them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBreaches } from './check-architecture.ts';

const SOUND: Record<string, string> = {
  'server/package.json': JSON.stringify({
    name: 'serin',
    type: 'module',
    imports: {
      '#kernel/*': './src/kernel/*.ts',
      '#flags': './src/flags/index.ts',
      '#flags/evaluate': './src/flags/evaluate.ts',
      '#audit': './src/audit/index.ts',
      '#rollouts': './src/rollouts/index.ts',
    },
  }),
  'node_modules/pg/package.json': '{"name":"pg","main":"dist/index.js"}',
  'node_modules/pg/dist/index.js': 'module.exports = {};\n',
  'server/src/kernel/percent.ts': 'export const whole = 100;\n',
  'server/src/audit/index.ts': "export { record } from './audit.store.ts';\n",
  'server/src/audit/audit.store.ts':
    "import { EOL } from 'node:os';\nexport const record = () => EOL;\n",
  'server/src/flags/index.ts': "export { change } from './flags.service.ts';\n",
  'server/src/flags/evaluate.ts':
    "import { whole } from '#kernel/percent';\nexport const share = whole;\n",
  'server/src/flags/flags.service.ts':
    "import { record } from '#audit';\nimport { read } from './flags.store.ts';\nexport const change = () => [record(), read()];\n",
  'server/src/flags/flags.store.ts':
    "import { share } from './evaluate.ts';\nexport const read = () => share;\n",
  'server/src/flags/flags.routes.ts':
    "import { change } from './flags.service.ts';\nexport const routes = [change];\n",
  'server/src/rollouts/index.ts':
    "import { change } from '#flags';\nexport const promote = change;\n",
};

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'serin-architecture-'));
});
afterAll(() => rmSync(base, { recursive: true }));

/** The breaches of the sound miniature with `changes` laid over it, in a folder of its own. */
async function breachesWith(
  changes: Record<string, string>,
  unseen: string[] = [],
): Promise<string[]> {
  const folder = mkdtempSync(join(base, 'case-'));
  const files = { ...SOUND, ...changes };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return findBreaches(folder, [...Object.keys(files), ...unseen]);
}

test('a sound tree has no breach', async () => {
  expect(await breachesWith({})).toEqual([]);
});

test.each([
  [
    'an import of a higher row',
    'server/src/audit/audit.store.ts',
    "import { promote } from '#rollouts';\nexport const record = () => promote;\n",
    /^arrow-audit: server\/src\/audit\/audit\.store\.ts → server\/src\/rollouts\/index\.ts/,
  ],
  [
    'a neighbour not used by its door',
    'server/src/rollouts/index.ts',
    "export { read } from '../flags/flags.store.ts';\n",
    /^doors: /,
  ],
  [
    'a pure file that reaches a store through a door',
    'server/src/flags/match.ts',
    "import { record } from '#audit';\nexport const match = record;\n",
    /^pure: server\/src\/flags\/match\.ts → .*audit\.store\.ts/,
  ],
  [
    'a pure file that uses a built-in',
    'server/src/flags/match.ts',
    "import { createHash } from 'node:crypto';\nexport const match = createHash;\n",
    /^pure: .*crypto/,
  ],
  [
    'a pure file that uses a package',
    'server/src/flags/match.ts',
    "import pg from 'pg';\nexport const match = pg;\n",
    /^pure: .*node_modules\/pg/,
  ],
  [
    'a circle by types alone',
    'server/src/flags/evaluate.ts',
    "import type { read } from './flags.store.ts';\nexport const share: typeof read | number = 1;\n",
    /^no-circle: /,
  ],
  [
    'routes that go past the service',
    'server/src/flags/flags.routes.ts',
    "import { read } from './flags.store.ts';\nexport const routes = [read];\n",
    /^routes-use-services: /,
  ],
  [
    'a store that uses a service',
    'server/src/flags/other.store.ts',
    "import { change } from './flags.service.ts';\nexport const write = change;\n",
    /^below-services: /,
  ],
  [
    'a web file that reaches into the server',
    'web/src/page.ts',
    "export { share } from '../../server/src/flags/evaluate.ts';\n",
    /^web-uses-exports: /,
  ],
  [
    'a feature without a row',
    'server/src/extras/extra.ts',
    'export const extra = 1;\n',
    /^no row /,
  ],
  [
    'an unknown role',
    'server/src/flags/flags.helper.ts',
    'export const help = 1;\n',
    /^unknown file role/,
  ],
])('finds %s', async (_what, path, text, expected) => {
  const breaches = await breachesWith({ [path]: text });
  expect(breaches.join('\n')).toMatch(new RegExp(expected.source, 'm'));
});

test('what tests share may do anything, and the program may not use it', async () => {
  const shared = {
    'server/src/flags/test-flag.ts':
      "import { tmpdir } from 'node:os';\nexport const flag = tmpdir;\n",
  };
  expect(await breachesWith(shared)).toEqual([]);
  const breaches = await breachesWith({
    ...shared,
    'server/src/flags/flags.store.ts':
      "import { flag } from './test-flag.ts';\nexport const read = flag;\n",
  });
  expect(breaches.join('\n')).toMatch(/^tests-stay-apart: .*flags\.store\.ts/m);
});

test('says which listed files it has not seen', async () => {
  const breaches = await breachesWith({}, ['server/src/flags/gone.ts']);
  expect(breaches.join('\n')).toMatch(/not seen: server\/src\/flags\/gone\.ts/);
});

test('a file whose imports the parser cannot read counts as not seen', async () => {
  const unreadable = "import { share } from './evaluate.ts';\nexport const a = share +;\n";
  const breaches = await breachesWith({ 'server/src/flags/broken.ts': unreadable }).catch(String);
  expect(String(breaches)).toMatch(/broken\.ts/);
});
