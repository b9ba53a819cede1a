import { expect, test } from 'vitest';
import { snippetsFor } from './snippets.ts';

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
