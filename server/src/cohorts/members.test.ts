import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvIds, usableIds } from './members.ts';

test.each<[string, string, readonly string[], number]>([
  ['one column', 'a\nb\n', ['a', 'b'], 0],
  ['one column with a heading', 'distinct_id\na', ['a'], 0],
  ['a heading in other letters', '"Distinct ID",name\na,x', ['a'], 0],
  ['another name for the column', 'name;x,user_id\n,a', ['a'], 0],
  ['Windows line ends and a byte order mark', '\uFEFFa\r\nb\r\n', ['a', 'b'], 0],
  [
    'quotes, commas and line ends within',
    'id\n"a,b"\n"c ""d"""\n"e\nf"',
    ['a,b', 'c "d"', 'e\nf'],
    0,
  ],
  ['spaces around, empty lines, repeats', ' a \n\n\na\n', ['a'], 1],
  ['a quote within a field', 'a"b\n', ['a"b'], 0],
  ['short rows', 'name,id\nx\ny,a', ['a'], 1],
  ['an id that is too long', `a\n${'x'.repeat(201)}`, ['a'], 1],
  ['200 characters beyond the basic plane', '😀'.repeat(200), ['😀'.repeat(200)], 0],
])('%s', (_what, text, ids, ignored) => {
  expect(csvIds(text)).toEqual({ ids, ignored });
});

test.each([
  ['no ids', '\n\n', 'no ids'],
  ['only a heading', 'distinct_id\n', 'no ids'],
  ['columns without names', 'a,b\nc,d', 'distinct_id'],
  ['an open quote', 'a\n"b', 'not closed'],
  ['too many', Array.from({ length: 100_001 }, (_, i) => `u${i}`).join('\n'), '100000'],
])('%s is a problem', (_what, text, detail) => {
  expect(csvIds(text)).toEqual({ problem: expect.stringContaining(detail) });
});

test('whatever ids are written as CSV are read again', () => {
  const id = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 20 }), (ids) => {
      const quoted = ids.map((one) => `"${one.replaceAll('"', '""')}"`);
      const read = csvIds(`name,distinct_id\n${quoted.map((one) => `x,${one}`).join('\r\n')}\n`);
      expect(read).toEqual({ ids: usableIds(ids).ids, ignored: 0 });
    }),
  );
});

test('any text at all is read in time', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void csvIds(text)));
  expect(csvIds('"'.repeat(500_001))).toHaveProperty('problem');
  expect(csvIds(`${','.repeat(500_000)}`)).toHaveProperty('problem');
});
