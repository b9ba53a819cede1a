import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText, fileName } from './csv.ts';

test('texts that a spreadsheet would run are made harmless; numbers stay numbers', () => {
  const rows = [
    ['Name', 'Sum'],
    ['=HYPERLINK("http://x")', -3],
    [' +1', 0.5],
    ['a, b', null],
    ['@x\n', undefined],
  ];
  expect(csvText(rows)).toBe(
    `Name,Sum\r\n"'=HYPERLINK(""http://x"")",-3\r\n' +1,0.5\r\n"a, b",\r\n"'@x\n",\r\n`,
  );
});

test('no field begins a formula, and every field is read back', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', '=', '+', '-', '@', '\t'), (text, start) => {
      const field = csvText([[`${start}${text}`]]).slice(0, -2);
      const plain = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
      expect(plain).not.toMatch(/^\s*[=+\-@]/);
      expect([`${start}${text}`, `'${start}${text}`]).toContain(plain);
    }),
  );
});

test('files are named after the insight', () => {
  expect(fileName('Käufer: Woche 3!')).toBe('ka-ufer-woche-3.csv');
  expect(fileName('../..')).toBe('insight.csv');
});
