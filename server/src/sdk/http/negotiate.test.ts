import { expect, test } from 'vitest';
import { acceptsGzip, matchesEtag } from './negotiate.ts';

test.each([
  ['W/"a"', true],
  ['"a"', true],
  ['"x", W/"a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  ['', false],
  [undefined, false],
])('If-None-Match %s against W/"a"', (header, expected) => {
  expect(matchesEtag(header, 'W/"a"')).toBe(expected);
});

test.each([
  ['gzip, deflate, br', true],
  ['br;q=1, GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip;q=0.000, br', false],
  ['gzip ; q=0.1', true],
  ['identity', false],
  ['x-gzip', false],
  [undefined, false],
  [['br', 'gzip'], true],
])('Accept-Encoding %s', (header, expected) => {
  expect(acceptsGzip(header)).toBe(expected);
});
