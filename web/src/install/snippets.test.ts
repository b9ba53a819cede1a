import { expect, test } from 'vitest';
import type { ValueType } from 'serin/flags/flag';
import { openFeatureSnippets } from './openfeature-snippets.ts';
import type { SnippetInput } from './snippet.ts';
import { posthogSnippets } from './snippets.ts';

const snippetsFor = (given: SnippetInput) => [
  ...posthogSnippets(given),
  ...openFeatureSnippets(given),
];

const input = { origin: 'https://serin.acme.com', token: 'phc_abc', flagKey: 'new-checkout' };

test('every snippet has the address, the token and the flag', () => {
  for (const { label, setUp, use } of snippetsFor({ ...input, variant: null })) {
    expect(setUp, label).toContain(input.origin);
    expect(setUp, label).toContain(input.token);
    expect(use, label).toContain(input.flagKey);
  }
});

test('a multivariate flag is compared with its variant', () => {
  for (const { label, use } of snippetsFor({ ...input, variant: 'test' })) {
    expect(use, label).toMatch(/===? ?['"]test['"]/);
  }
});

test('a declared type decides how OpenFeature is asked', () => {
  const uses = (valueType: ValueType) =>
    openFeatureSnippets({ ...input, variant: null, valueType }).map(({ use }) => use);
  for (const use of uses('number')) expect(use).toMatch(/getNumber|get_float|FloatValue|, 0\)/);
  for (const use of uses('object')) expect(use).toMatch(/getObject|get_object|ObjectValue|, {}\)/);
  for (const use of uses('string')) expect(use).toMatch(/===? ?['"]test['"]/);
});
