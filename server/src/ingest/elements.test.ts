import { expect, test } from 'vitest';
import { readElements } from './elements.ts';

test('reads the chain of a recorded click', () => {
  const chain =
    'button:attr__id="flag"attr_id="flag"nth-child="8"nth-of-type="8"text="Use flags";div.card:attr__class="card"nth-child="4"nth-of-type="3";body:nth-child="2"nth-of-type="1"';
  expect(readElements({ $elements_chain: chain })).toEqual([
    {
      tag_name: 'button',
      text: 'Use flags',
      href: null,
      attr_id: 'flag',
      attr_class: [],
      nth_child: 8,
      nth_of_type: 8,
      attributes: { attr__id: 'flag' },
      order: 0,
    },
    expect.objectContaining({
      tag_name: 'div',
      attr_class: ['card'],
      attributes: { attr__class: 'card' },
      order: 1,
    }),
    expect.objectContaining({ tag_name: 'body', order: 2 }),
  ]);
});

test('is not held up by endless names', () => {
  const name = 'a'.repeat(1_000_000);
  expect(readElements({ $elements_chain: `p:x="1"${name}` })[0]).toMatchObject({ tag_name: 'p' });
  expect(readElements({ $elements_chain: `p:x="1"${name}="` })[0]).toMatchObject({ order: 0 });
  expect(readElements({ $elements_chain: `p${':a'.repeat(300_000)}` })).toHaveLength(1);
});

test('survives separators and quotes inside of values, and odd class names', () => {
  const chain = String.raw`a.md:flex.x:attr__href="/a;b:c=\"d\""href="/a"text="semi; \"quoted\" \\ back";p`;
  const [link, paragraph] = readElements({ $elements_chain: chain });
  expect(link).toMatchObject({
    tag_name: 'a',
    attr_class: ['md:flex', 'x'],
    href: '/a',
    text: String.raw`semi; "quoted" \ back`,
    attributes: { attr__href: '/a;b:c="d"' },
  });
  expect(paragraph).toMatchObject({ tag_name: 'p', attr_class: [], text: null });
});

test('reads the list of older libraries', () => {
  expect(
    readElements({
      $elements: [
        {
          tag_name: 'a',
          $el_text: 'Go',
          classes: ['x', 'y'],
          attr__href: '/go',
          attr__id: 'go',
          nth_child: 1,
          nth_of_type: 2,
        },
        { tag_name: 'div', attr__class: 'one two' },
        'nonsense',
      ],
    }),
  ).toMatchObject([
    { tag_name: 'a', text: 'Go', href: '/go', attr_id: 'go', attr_class: ['x', 'y'], nth_child: 1 },
    { tag_name: 'div', attr_class: ['one', 'two'], text: null },
  ]);
});

test('most events have none, and damage is no error', () => {
  expect(readElements({})).toEqual([]);
  expect(readElements({ $elements_chain: 5, $elements: {} })).toEqual([]);
  expect(readElements({ $elements_chain: ';;"' })).toHaveLength(3);
  expect(readElements({ $elements_chain: 'a;'.repeat(1000) })).toHaveLength(200);
});
