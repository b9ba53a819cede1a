import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DIFFERENCES } from './differences.ts';

test('the document has exactly the differences that the proof accepts, word for word', () => {
  const text = readFileSync(new URL('../../docs/sdk-compatibility.md', import.meta.url), 'utf8');
  const from = text.indexOf('## Where local evaluation may differ');
  const rows = text
    .slice(from, text.indexOf('\n## ', from + 1))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(DIFFERENCES.map(({ id, sdks, what }) => [`\`${id}\``, sdks, what]));
});
