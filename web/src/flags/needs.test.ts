import { expect, test } from 'vitest';
import { type NeededFlag, type NeedingFlag, needsOf } from './needs.ts';

const flag = (
  id: number,
  key: string,
  needed: string[],
  kill: string | null = null,
): NeedingFlag => ({
  id,
  key,
  kill_switch: kill,
  filters: {
    groups: [{ properties: needed.map((name) => ({ key: name, type: 'flag', value: true })) }, {}],
  },
});
const keys = (flags: readonly NeedingFlag[], of: NeedingFlag): unknown => {
  const plain = (needed: readonly NeededFlag<NeedingFlag>[]): unknown =>
    needed.map(({ key, need, needs }) =>
      needs.length > 0 ? [key, need, plain(needs)] : [key, need],
    );
  return plain(needsOf(of, flags));
};

test('what a flag needs is followed to the end, by number or key', () => {
  const flags = [flag(2, 'b', ['c', 'c']), flag(3, 'c', [], 'stop'), flag(4, 'stop', [])];
  expect(keys(flags, flag(1, 'a', ['2']))).toEqual([
    ['b', 'condition', [['c', 'condition', [['stop', 'kill_switch']]]]],
  ]);
});

test('a circle ends where it closes, and what is gone is named', () => {
  const a = flag(1, 'a', ['2', 'gone']);
  expect(keys([a, flag(2, 'b', ['1'])], a)).toEqual([
    ['b', 'condition', [['a', 'condition']]],
    ['gone', 'condition'],
  ]);
});
