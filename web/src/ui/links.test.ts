import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withLinks } from './links.ts';

const linksIn = (text: string) =>
  withLinks(text).flatMap((part) => (part.kind === 'link' ? [part.href] : []));

test.each([
  ['See https://example.com/a?b=1#c.', ['https://example.com/a?b=1#c']],
  ['(http://example.com)', ['http://example.com/']],
  ['https://a.example, https://b.example!', ['https://a.example/', 'https://b.example/']],
  ['javascript:alert(1) data:text/html,x ftp://x', []],
  ['https://', []],
  ['<a href="https://example.com">x</a>', ['https://example.com/']],
])('%s', (text, links) => {
  expect(linksIn(text)).toEqual(links);
});

test('nothing of a text is lost, and only http and https are linked', () => {
  const word = fc.constantFrom(
    'a',
    ' ',
    'https://',
    'x.example',
    'javascript:',
    '"',
    '>',
    '.',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = words.join('');
      expect(
        withLinks(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
      for (const href of linksIn(text)) expect(href).toMatch(/^https?:\/\//);
    }),
  );
});
