// Every operator, in SQL on chDB and in `#properties/match`: thousands of pairs of filter and value, one
// answer. The values of one query are rows, its filters columns.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '#kernel/json';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { compileRe2 } from '#properties';
import { checkValue } from '#properties/check-value';
import { compileValueMatcher } from '#properties/match';
import { OPERATORS } from '#properties/operator';
import { type ValueOperator, comparisonSql } from './comparison-sql.ts';
import { SqlParams } from './sql.ts';
import { numberSql, textSql } from './value-sql.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const NOW = Date.UTC(2026, 10, 20, 12, 34, 56);
const operators = OPERATORS.filter(
  (operator): operator is ValueOperator =>
    operator !== 'in' && operator !== 'not_in' && operator !== 'flag_evaluates_to',
);

const word = fc.constantFrom(
  '',
  'a',
  'A',
  'ab',
  'Ab',
  'pro',
  'PRO',
  'é',
  'É',
  'ß',
  'İ',
  'ΑΣ',
  'ας',
  'a\nb',
  'a"b',
  'a\\b',
  '\\n',
  'n',
  '"',
  'true',
  'TRUE',
  'false',
  'null',
  '[]',
  '[true]',
  '{"a":1}',
  '5',
  '5.0',
  '0.5',
  '.5',
  '-1e3',
  'inf',
  'nan',
  ' 5',
  '0x10',
  '😀',
  '\u001f',
  'true,true',
  '12',
  '1.2.3',
  '1.2.3-beta.2',
  'v1.2',
  '1.10.0',
  '1.2.3-beta.11',
  '1.2.3-rc',
  '2.0.0-1',
  ' 1.2.3+build ',
  '0.3.0',
  '0.0.3',
  '2026-11-20',
  '2026-11-19T23:59:59.999Z',
  '2026-11-20 12:00',
  '2026-11-20T10:00:00+02:00',
  '1795000000',
  '1795176000000',
  '2026-13-01',
  '20261120',
  'T10:00:00',
);
const scalar = fc.oneof(
  word,
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(0.1, 1e21, 1.5, 12, 1795132800, 1795132800000, 1.2),
  fc.boolean(),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.array(fc.oneof(scalar, fc.constant([true])), { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('a', 'b'), scalar, { maxKeys: 2 }) },
);

/** Something to compare with that makes sense for the operator. */
function filterFor(operator: ValueOperator): fc.Arbitrary<unknown> {
  const list = fc.array(scalar, { minLength: 1, maxLength: 3 });
  const byKind = operator.startsWith('semver')
    ? fc.constantFrom(
        '1.2.3',
        '1',
        '1.2',
        'v1.2.3-beta.2',
        '0.3.0',
        '0.0.3',
        '1.2.3-beta',
        '1.*',
        '1.2.*',
        '*',
      )
    : operator.startsWith('is_date')
      ? fc.constantFrom('2026-11-20', '-1d', '-12h', '-1m', '2026-11-20T10:00:00Z', '2027-01-01')
      : operator.endsWith('between')
        ? fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 5, max: 13 }))
        : operator.endsWith('regex')
          ? fc.constantFrom(
              'a.b',
              '^a',
              '(?i)AB$',
              '[0-9]+',
              '',
              'a|pro',
              '\\\\',
              '^.$',
              '\\d',
              '"',
              "'",
            )
          : fc.oneof(scalar, list);
  return byKind.filter(
    (filter) => checkValue(operator, filter, (p) => !!compileRe2(p)) === undefined,
  );
}

type Case = { readonly operator: ValueOperator; readonly filter: unknown };
const oneCase: fc.Arbitrary<Case> = fc
  .constantFrom(...operators)
  .chain((operator) => filterFor(operator).map((filter) => ({ operator, filter })));

/** One row per stored text: what each condition says of it. */
async function askStore(
  kind: 'json' | 'text',
  cases: readonly Case[],
  texts: readonly string[],
): Promise<boolean[][]> {
  const params = new SqlParams();
  const columns = cases.map(({ operator, filter }) =>
    comparisonSql({ kind, sql: 'x' }, operator, filter, params, NOW),
  );
  const { text, params: query_params } = params.statement(
    `SELECT [${columns.map((column) => `toUInt8(${column})`).join(', ')}] FROM (SELECT arrayJoin(${params.strings(texts)}) AS x)`,
  );
  const answer = await stores.clickhouse.query({
    query: text,
    query_params,
    format: 'JSONCompactEachRow',
  });
  const rows = await answer.json<[number[]]>();
  return rows.map(([row]) => row.map(Boolean));
}

function expected({ operator, filter }: Case, stored: unknown): boolean {
  const matcher = compileValueMatcher(operator, filter, compileRe2);
  if (!matcher) throw new Error(operator);
  return stored === undefined ? matcher.whenMissing : matcher.test(stored, NOW);
}

/** Where the store answers otherwise, in words. */
function differences(asked: readonly Case[], stored: readonly unknown[], answers: boolean[][]) {
  return stored.flatMap((one, row) =>
    asked
      .filter((condition, column) => answers[row]?.[column] !== expected(condition, one))
      .map(
        ({ operator, filter }) => `${operator} ${JSON.stringify(filter)} on ${JSON.stringify(one)}`,
      ),
  );
}

const cases = fc.array(oneCase, { minLength: 40, maxLength: 40 });

test('stored JSON is compared as flags compare values', async () => {
  const values = fc.array(fc.oneof(value, fc.constant(undefined)), {
    minLength: 60,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(cases, values, async (asked, stored) => {
      const texts = stored.map((one) => (one === undefined ? '' : canonicalJson(one)));
      expect(differences(asked, stored, await askStore('json', asked, texts))).toEqual([]);
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

test('plain texts, as flag values are stored, are compared like strings', async () => {
  const texts = fc.array(
    fc.constantFrom('', 'true', 'false', 'control', 'Test', 'a\\b', '"q"', '5'),
    {
      minLength: 8,
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(cases, texts, async (asked, stored) => {
      const values = stored.map((one) => (one === '' ? undefined : one));
      expect(differences(asked, values, await askStore('text', asked, stored))).toEqual([]);
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

test('texts and numbers are read as they were written', async () => {
  const stored = [
    '"a"',
    '"a\\"b\\u001f"',
    '"é\\n"',
    '5',
    'true',
    '{"a":1}',
    '""',
    '',
    '"12.5"',
    '"1e3 "',
    '-0.5',
  ];
  const sql = { kind: 'json', sql: 'x' } as const;
  const answer = await stores.clickhouse.query({
    query: `SELECT ${textSql(sql)}, ${numberSql(sql)} FROM (SELECT arrayJoin({stored:Array(String)}) AS x)`,
    query_params: { stored },
    format: 'JSONCompactEachRow',
  });
  expect(await answer.json()).toEqual([
    ['a', null],
    ['a"b\u001f', null],
    ['é\n', null],
    ['5', 5],
    ['true', null],
    ['{"a":1}', null],
    ['', null],
    ['', null],
    ['12.5', 12.5],
    ['1e3 ', null],
    ['-0.5', -0.5],
  ]);
});
