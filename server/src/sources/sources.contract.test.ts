import { expect, test } from 'vitest';
import { sourcesRoutes } from './sources.contract.ts';

const isTaken = (url: string, token?: string) =>
  sourcesRoutes.save.body.safeParse({ url, ...(token === undefined ? {} : { token }) }).success;

test('an address is one alone, and a token fits into a header', () => {
  expect(isTaken('https://prometheus.example/path/')).toBe(true);
  const odd = [
    'https://me@p.example',
    'https://p.example/?q=1',
    'https://p.example/#a',
    'p.example',
  ];
  expect(odd.filter((url) => isTaken(url))).toEqual([]);
  expect(isTaken('https://p.example', 'hush')).toBe(true);
  expect(
    ['hush\n', 'hu sh', '', 'hüsh'].filter((token) => isTaken('https://p.example', token)),
  ).toEqual([]);
});
