import { expect, test } from 'vitest';
import { readFlagsQuery, splitQuery } from './flags-query.ts';

test.each([
  ['flags', { v: '2' }, 'details', false],
  ['flags', { v: '2', config: 'true' }, 'details', true],
  ['flags', {}, 'details', true],
  ['flags', { config: 'false' }, 'details', false],
  ['flags', { v: '1' }, 'map-with-payloads', false],
  ['flags', { v: '3' }, 'details', false],
  ['flags', { v: 'x' }, 'details', true],
  ['flags', { version: '2' }, 'details', false],
  ['decide', {}, 'keys', true],
  ['decide', { v: '1' }, 'keys', true],
  ['decide', { v: '2' }, 'enabled-map', true],
  ['decide', { v: '3', ip: '1', _: '17', ver: '1.130.0' }, 'map-with-payloads', true],
  ['decide', { v: '4', config: 'false' }, 'details', false],
] as const)('/%s with %j is %s, configuration %s', (path, query, shape, withConfig) => {
  expect(readFlagsQuery(path, query)).toEqual({ shape, withConfig, isForSurveys: false });
});

test('asks for survey flags only', () => {
  const query = { v: '2', only_evaluate_survey_feature_flags: 'true' };
  expect(readFlagsQuery('flags', query).isForSurveys).toBe(true);
});

test.each([
  ['/flags/?v=2', { v: '2' }],
  ['/flags/?v=2&config=true&compression=base64', { v: '2', config: 'true', compression: 'base64' }],
  ['/flags', {}],
  ['/decide?data=a%20b&data=c', { data: 'c' }],
])('splits %s', (url, query) => {
  expect(splitQuery(url)).toEqual(query);
});
