import { expect, test } from 'vitest';
import { prologueOf, quoteIdentifier, quoteString, splitArguments } from './chdb-request.ts';

test('arguments become settings and parameters; those of the transport are dropped', () => {
  const entries = [
    ['query', 'SELECT 1'],
    ['query_id', 'abc'],
    ['wait_end_of_query', '1'],
    ['max_threads', '2'],
    ['param_name', "it's"],
  ] as const;
  expect(splitArguments(entries)).toEqual({
    settings: { max_threads: '2' },
    parameters: { name: "it's" },
  });
});

test('a name that is no name is refused before it reaches SQL', () => {
  expect(() => splitArguments([['max_threads=1; DROP TABLE t; SET x', '1']])).toThrow(
    'UNKNOWN_SETTING',
  );
  expect(() => splitArguments([["param_a='', b", '1']])).toThrow('UNKNOWN_SETTING');
});

test('a prologue sets database, settings and parameters', () => {
  const request = { database: 'd`b', settings: { max_threads: '2' }, parameters: { x: "a'b\\" } };
  expect(prologueOf(request)).toEqual(["USE `d\\`b`; SET max_threads='2', param_x='a\\'b\\\\'"]);
  expect(prologueOf({ database: undefined, settings: {}, parameters: {} })).toEqual([]);
});

test('quoting leaves no way out of the quotes', () => {
  expect(quoteString("\\'; DROP TABLE t --")).toBe("'\\\\\\'; DROP TABLE t --'");
  expect(quoteIdentifier('a`.`b\\')).toBe('`a\\`.\\`b\\\\`');
});
