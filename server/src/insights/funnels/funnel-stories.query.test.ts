// What funnels mean at their edges, one small story each.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import type { FunnelStep } from './funnels-answer.ts';
import { answerFunnel } from './funnels.service.ts';
import type { FunnelsFilter } from './funnels.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { story } from '../reference/test-world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const START = Date.UTC(2026, 10, 2);
const HOUR = 3_600_000;
type Events = readonly (readonly [string, number])[];

/** The steps that one person reaches. */
async function steps(
  names: readonly (string | null)[],
  events: Events,
  filter: FunnelsFilter = {},
) {
  const told = story(
    events.map(([event, ms]) => ['ada', event, ms] as const),
    START,
  );
  const [inquiry] = await storeWorlds(stores.clickhouse, [told]);
  if (!inquiry) throw new Error('the story is stored');
  const answer = await answerFunnel(
    {
      kind: 'FunnelsQuery',
      series: names.map((event) => ({ event })),
      dateRange: { date_from: '2026-11-02', date_to: '2026-11-08' },
      funnelsFilter: { funnelWindowInterval: 1, funnelWindowIntervalUnit: 'hour', ...filter },
    },
    inquiry,
    undefined,
  );
  return (answer.results as FunnelStep[]).filter(({ count }) => count > 0);
}

const between = { event: 'x', funnelFromStep: 0, funnelToStep: 1 };

test.each<[string, readonly (string | null)[], Events, FunnelsFilter, number]>([
  [
    'the window includes its last moment',
    ['a', 'b'],
    [
      ['a', 0],
      ['b', HOUR],
    ],
    {},
    2,
  ],
  [
    'and not the one after',
    ['a', 'b'],
    [
      ['a', 0],
      ['b', HOUR + 1],
    ],
    {},
    1,
  ],
  [
    'the window begins with the first step',
    ['a', 'b', 'c'],
    [
      ['a', 0],
      ['b', HOUR],
      ['c', HOUR + 1],
    ],
    {},
    2,
  ],
  [
    'a later attempt counts',
    ['a', 'b'],
    [
      ['a', 0],
      ['a', 5 * HOUR],
      ['b', 6 * HOUR],
    ],
    {},
    2,
  ],
  [
    'order matters',
    ['a', 'b'],
    [
      ['b', 0],
      ['a', 1],
    ],
    {},
    1,
  ],
  [
    'one moment is in order',
    ['a', 'b', 'c'],
    [
      ['c', 0],
      ['b', 0],
      ['a', 0],
    ],
    {},
    3,
  ],
  ['the same event twice takes two events', ['a', 'a'], [['a', 0]], {}, 1],
  [
    'and two moments',
    ['a', 'a'],
    [
      ['a', 0],
      ['a', 0],
    ],
    {},
    1,
  ],
  [
    'the same event again',
    ['a', 'a'],
    [
      ['a', 0],
      ['a', 1],
    ],
    {},
    2,
  ],
  [
    'any event after another',
    ['a', null],
    [
      ['a', 0],
      ['z', 1],
    ],
    {},
    2,
  ],
  [
    'an exclusion between spoils',
    ['a', 'b'],
    [
      ['a', 0],
      ['x', 1],
      ['b', 2],
    ],
    { exclusions: [between] },
    0,
  ],
  [
    'at the same moment it does not',
    ['a', 'b'],
    [
      ['a', 0],
      ['x', 0],
      ['b', 2],
      ['x', 2],
    ],
    { exclusions: [between] },
    2,
  ],
  [
    'until the window ends',
    ['a', 'b'],
    [
      ['a', 0],
      ['x', HOUR],
    ],
    { exclusions: [between] },
    0,
  ],
  [
    'not after it',
    ['a', 'b'],
    [
      ['a', 0],
      ['x', HOUR + 1],
    ],
    { exclusions: [between] },
    1,
  ],
  [
    'a clean attempt counts',
    ['a', 'b'],
    [
      ['a', 0],
      ['x', 1],
      ['a', 2],
      ['b', 3],
    ],
    { exclusions: [between] },
    2,
  ],
  [
    'strict: nothing between',
    ['a', 'b'],
    [
      ['a', 0],
      ['z', 1],
      ['b', 2],
    ],
    { funnelOrderType: 'strict' },
    1,
  ],
  [
    'strict: right after',
    ['a', 'b', 'c'],
    [
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ],
    { funnelOrderType: 'strict' },
    3,
  ],
  [
    'unordered: in any order',
    ['a', 'b', 'c'],
    [
      ['c', 0],
      ['a', 1],
      ['b', 2],
    ],
    { funnelOrderType: 'unordered' },
    3,
  ],
  [
    'unordered: within the window',
    ['a', 'b'],
    [
      ['b', 0],
      ['a', HOUR + 1],
    ],
    { funnelOrderType: 'unordered' },
    1,
  ],
  [
    'entries before the range do not count',
    ['a', 'b'],
    [
      ['a', -1],
      ['b', 1],
    ],
    {},
    0,
  ],
  [
    'who enters in time may convert later',
    ['a', 'b'],
    [
      ['a', 7 * 24 * HOUR - 1],
      ['b', 7 * 24 * HOUR],
    ],
    {},
    2,
  ],
  [
    'entries after the range do not count',
    ['a', 'b'],
    [
      ['a', 7 * 24 * HOUR],
      ['b', 7 * 24 * HOUR],
    ],
    {},
    0,
  ],
])('%s', async (_, names, events, filter, expected) => {
  expect(await steps(names, events, filter)).toHaveLength(expected);
});

test('unordered: a way knows all that happens in its first millisecond', async () => {
  const unordered = { funnelOrderType: 'unordered' } as const;
  const events: Events = [
    ['c', 0],
    ['b', 1000],
  ];
  const [, second, third] = await steps(['b', null, 'c'], events, unordered);
  expect(second?.average_conversion_time).toBe(0);
  expect(third?.average_conversion_time).toBe(1);
});
