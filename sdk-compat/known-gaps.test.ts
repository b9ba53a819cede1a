import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KNOWN_GAPS } from './known-gaps.ts';

test('the document has exactly the known gaps, word for word', () => {
  const text = readFileSync(new URL('../docs/sdk-compatibility.md', import.meta.url), 'utf8');
  const rows = text
    .slice(text.indexOf('## What is missing'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(
    KNOWN_GAPS.map(({ id, endpoint, sdks, instead }) => [`\`${id}\``, endpoint, sdks, instead]),
  );
});
