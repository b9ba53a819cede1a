import { expect, test } from 'vitest';
import { arrive, EMPTY_FEED, type Feed, merged, setPaused } from './feed.ts';

const row = (uuid: string) => ({ uuid });
type Row = ReturnType<typeof row>;
const START: Feed<Row> = EMPTY_FEED;

test('events appear on top, once', () => {
  const feed = [row('a'), row('b'), row('a')].reduce(arrive, START);
  expect(feed.shown).toEqual([row('b'), row('a')]);
});

test('a pause keeps arrivals back until it ends', () => {
  const before = arrive(START, row('a'));
  const paused = [row('b'), row('c')].reduce(arrive, setPaused(before, true));
  expect(paused.shown).toEqual([row('a')]);
  expect(paused.waiting).toEqual([row('c'), row('b')]);
  expect(setPaused(paused, false)).toEqual({
    isPaused: false,
    shown: [row('c'), row('b'), row('a')],
    waiting: [],
    skipped: 0,
  });
});

test('stored events that arrived live are not shown twice', () => {
  expect(merged([row('b'), row('a')], [row('a'), row('z')])).toEqual([
    row('b'),
    row('a'),
    row('z'),
  ]);
});
