// Paths on chDB and by plain loops.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { answerActors } from '../actors/actors.service.ts';
import { answerPaths } from './paths.service.ts';
import type { PathEdge, PathsFilter, PathsQuery } from './paths.ts';
import { referenceEdges } from '../reference/test-paths-reference.ts';
import { askedOf, filters, inWords } from '../reference/test-questions.ts';
import type { Inquiry } from '../scope.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { crowdedWorld, story, world } from '../reference/test-world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const point = fc.constantFrom(undefined, undefined, 'a', 'b');
const question = fc
  .record({
    days: fc.constantFrom(12, 33),
    startPoint: point,
    endPoint: point,
    stepLimit: fc.constantFrom(2, 3, 5),
    excludeEvents: fc.constantFrom(undefined, ['c']),
    properties: filters,
  })
  .map(({ days, properties, ...pathsFilter }): [number, PathsQuery] => [
    days,
    {
      kind: 'PathsQuery',
      dateRange: { date_from: `-${days}d` },
      properties,
      pathsFilter: { ...pathsFilter, edgeLimit: 1000 },
    },
  ]);

const sorted = (edges: readonly PathEdge[]) =>
  edges
    .map(({ source, target, value, average_conversion_time: ms }) => ({
      source,
      target,
      value,
      ms: Number(ms.toPrecision(9)),
    }))
    .toSorted((a, b) => (a.source + a.target < b.source + b.target ? -1 : 1));

test('the edges of all paths, and the people who take them', async () => {
  const worlds = fc.oneof(world, crowdedWorld);
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    worlds,
    question,
    async (one, inquiry, [days, query]) => {
      const { results } = await answerPaths(query, inquiry, undefined);
      const edges = results as PathEdge[];
      const expected = referenceEdges(one, query, days);
      expect(sorted(edges), inWords(one, query)).toEqual(sorted(expected));
      const taken = expected[0];
      if (!taken) return;
      const { count } = await peopleOf(query, inquiry, {
        pathStartKey: taken.source,
        pathEndKey: taken.target,
      });
      expect(count, inWords(one, query)).toBe(taken.people);
    },
  );
});

/** Who takes an edge, or goes nowhere after a stop. */
function peopleOf(query: PathsQuery, inquiry: Inquiry, edge: PathsFilter) {
  const source = { ...query, pathsFilter: { ...query.pathsFilter, ...edge } };
  const asked = { kind: 'ActorsQuery', source: { kind: 'InsightActorsQuery', source } } as const;
  return answerActors(asked, inquiry, undefined, stores.db);
}

const START = Date.UTC(2026, 10, 2);
const HALF_HOUR = 1_800_000;

/** The edges of told events by one person, the first stop of each event being its name. */
async function edgesOf(events: Parameters<typeof story>[0], filter: PathsFilter = {}) {
  const [inquiry] = await storeWorlds(stores.clickhouse, [story(events, START)]);
  if (!inquiry) throw new Error('the story is stored');
  const query: PathsQuery = {
    kind: 'PathsQuery',
    dateRange: { date_from: '2026-11-02' },
    pathsFilter: filter,
  };
  const { results } = await answerPaths(query, inquiry, undefined);
  return {
    inquiry,
    query,
    edges: (results as PathEdge[]).map((e) => `${e.source} ${e.target} ${e.value}`),
  };
}

test('a pause of more than half an hour begins a new path', async () => {
  const { edges } = await edgesOf([
    ['ada', 'a', 0],
    ['ada', 'b', HALF_HOUR],
    ['ada', 'c', 2 * HALF_HOUR + 1],
  ]);
  expect(edges).toEqual(['1_a 2_b 1']);
});

test('stops are grouped by patterns, cleaned and left out', async () => {
  const { edges } = await edgesOf(
    [
      ['ada', 'item.1', 0],
      ['ada', 'itemx1', 1],
      ['ada', 'cart-22', 2],
      ['ada', 'noise', 3],
      ['ada', 'done', 4],
    ],
    {
      pathGroupings: ['item.*'],
      localPathCleaningFilters: [{ alias: 'N', regex: '\\d+' }],
      excludeEvents: ['noise'],
    },
  );
  expect(edges).toEqual(['1_item.* 2_itemxN 1', '2_itemxN 3_cart-N 1', '3_cart-N 4_done 1']);
});

test('as many people are behind an edge as take it', async () => {
  const { inquiry, query } = await edgesOf([
    ['ada', 'a', 0],
    ['ada', 'b', 1],
    ['bob', 'a', 0],
    ['bob', 'b', 1],
    ['eve', 'a', 0],
    ['eve', 'c', 1],
  ]);
  const behind = async (edge: PathsFilter) => (await peopleOf(query, inquiry, edge)).count;
  expect(await behind({ pathStartKey: '1_a', pathEndKey: '2_b' })).toBe(2);
  expect(await behind({ pathStartKey: '1_a' })).toBe(3);
  expect(await behind({ pathDropoffKey: '2_b' })).toBe(2);
  expect(await behind({ pathDropoffKey: '1_a' })).toBe(0);
});

test('pages are stops by their addresses, screens by their names; rare and frequent edges can be left out', async () => {
  const page = (url: string) => ({ $current_url: url });
  const { edges, inquiry, query } = await edgesOf([
    ['ada', '$pageview', 0, page('https://x.y/')],
    ['ada', '$pageview', 1, page('https://x.y')],
    ['ada', '$pageview', 2],
    ['ada', '$autocapture', 3, page('https://x.y/c')],
    ['ada', '$screen', 4, { $screen_name: 'Cart' }],
    ['ada', 'paid', 5],
    ['bob', 'paid', 5],
    ['bob', '$screen', 5, { $screen_name: 'Cart' }],
    ['bob', 'paid', 6],
  ]);
  expect(edges).toEqual(['2_Cart 3_paid 2', '1_https://x.y 2_Cart 1', '1_paid 2_Cart 1']);
  const filtered = async (filter: PathsFilter) => {
    const { results } = await answerPaths({ ...query, pathsFilter: filter }, inquiry, undefined);
    return (results as PathEdge[]).map(({ source, target }) => `${source} ${target}`);
  };
  expect(await filtered({ minEdgeWeight: 2 })).toEqual(['2_Cart 3_paid']);
  expect(await filtered({ maxEdgeWeight: 1, edgeLimit: 1 })).toEqual(['1_https://x.y 2_Cart']);
  expect(
    await filtered({ includeEventTypes: ['$screen', 'custom_event'], excludeEvents: ['Cart'] }),
  ).toEqual([]);
});
