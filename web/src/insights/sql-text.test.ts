import { expect, test } from 'vitest';
import type { SqlQuery } from '../api/insights.ts';
import { withKind } from './query.ts';
import { asQuery, parseQuery, queryText, savedForm } from './query-address.ts';
import { questionWords } from './question-words.ts';
import { indented, inserted, newLine, outdented, type Selected } from './sql-keys.ts';
import {
  asksForFilters,
  columnText,
  offsetOf,
  placeholdersIn,
  placeIn,
  statementAbout,
} from './sql-text.ts';

test('a statement takes range and conditions along, and gives them back', () => {
  const properties = [{ key: 'plan', value: ['pro'] }];
  const trend = {
    kind: 'TrendsQuery',
    series: [{ kind: 'EventsNode', event: "it's" }],
    dateRange: { date_from: '-30d' },
    interval: 'week',
    properties,
  } as const;
  const sql = withKind(trend, 'HogQLQuery') as SqlQuery;
  expect(sql.filters).toEqual({ dateRange: { date_from: '-30d' }, properties });
  expect(sql.query).toContain("event = 'it\\'s' AND {filters}");
  expect(withKind(sql, 'StickinessQuery')).toEqual({
    kind: 'StickinessQuery',
    series: [{ kind: 'EventsNode', event: null }],
    dateRange: { date_from: '-30d' },
    properties,
  });
  expect(questionWords(sql)).toMatch(/^SELECT toDate\(timestamp\) AS day, count/);
});

test('how rows are drawn is kept in an address and beside what is saved', () => {
  const sql = { kind: 'HogQLQuery', query: 'SELECT 1', display: 'ActionsBar' } as const;
  expect(parseQuery(queryText(sql))).toEqual(sql);
  expect(savedForm(sql)).toEqual({
    kind: 'DataVisualizationNode',
    source: { kind: 'HogQLQuery', query: 'SELECT 1' },
    display: 'ActionsBar',
  });
  expect(asQuery(savedForm(sql))).toEqual(sql);
  expect(asQuery({ ...savedForm(sql), display: 'WorldMap' })).toEqual({
    kind: 'HogQLQuery',
    query: 'SELECT 1',
  });
});

test('placeholders are read where they are none of a text or comment', () => {
  const text = 'SELECT {a}, \'{b}\', "{c}", {a} -- {d}\n/* {e} */ FROM events WHERE {filters}';
  expect(placeholdersIn(text)).toEqual(['a']);
  expect(asksForFilters(text)).toBe(true);
  expect(asksForFilters(statementAbout(null))).toBe(true);
  expect(asksForFilters('SELECT {filter}')).toBe(false);
});

test('names are quoted where they are no plain words', () => {
  expect(columnText('person.id')).toBe('person.id');
  expect(columnText('$session_id')).toBe('`$session_id`');
  expect(columnText('a`b', 'properties.')).toBe('properties.`a\\`b`');
});

test('the place of an error is found again in the text', () => {
  const at = placeIn('Line 2, column 3: Syntax error.');
  expect(at).toEqual({ line: 2, column: 3 });
  expect(offsetOf('ab\ncdef\ng', { line: 2, column: 3 })).toBe(5);
  expect(offsetOf('ab\nc', { line: 2, column: 9 })).toBe(4);
  expect(placeIn('There is no function x.')).toBeUndefined();
});

/** `|` marks caret or selection. */
function press(edit: (selected: Selected) => ReturnType<typeof newLine>, marked: string): string {
  const [before = '', inner = '', after] = marked.split('|');
  const text = before + inner + (after ?? '');
  const from = before.length;
  const to = after === undefined ? from : from + inner.length;
  const { selectFrom, selectTo, ...change } = edit({ text, from, to });
  const next = text.slice(0, change.from) + change.by + text.slice(change.to);
  if (selectFrom === selectTo) return `${next.slice(0, selectFrom)}|${next.slice(selectFrom)}`;
  return `${next.slice(0, selectFrom)}|${next.slice(selectFrom, selectTo)}|${next.slice(selectTo)}`;
}

test('keys indent, go on below and write names', () => {
  expect(press(newLine, 'a\n  b| c')).toBe('a\n  b\n  | c');
  expect(press(indented, 'a|b')).toBe('a  |b');
  expect(press(indented, 'a\nb|b\nc|\nd')).toBe('a\n  b|b\n  c|\nd');
  expect(press(outdented, '  a|\n   b|')).toBe('a|\n b|');
  expect(press(outdented, ' |a')).toBe('|a');
  const name = (selected: Selected) => inserted(selected, 'event');
  expect(press(name, 'SELECT|FROM')).toBe('SELECT event |FROM');
  expect(press(name, 'count(|x|)')).toBe('count(event|)');
});
