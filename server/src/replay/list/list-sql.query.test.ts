// Every filter finds what a reference in plain loops finds, page by page, over small random worlds.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scope, Sql } from '#insights/event-sql';
import { type TestStores, startTestStores } from '#platform/test-stores';
import type { RecordingCursor } from '../recordings/cursor.ts';
import type { RecordingFilter } from './filter.ts';
import { readPage } from './page.query.ts';
import { expected, filter } from './test-list-reference.ts';
import { ISSUE, NOW_MS, storeWorlds, worldOf } from './test-list-world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const [WORLDS, QUESTIONS, PAGE] = [10, 7, 2];
const LIVE_SINCE_MS = NOW_MS - 60_000;

test('filters find what they mean, in order, page by page', async () => {
  const sessions = fc.integer({ min: 1, max: 7 }).chain(worldOf);
  const cases = fc.array(
    fc.tuple(sessions, fc.array(filter, { minLength: QUESTIONS, maxLength: QUESTIONS })),
    { minLength: WORLDS, maxLength: WORLDS },
  );
  await fc.assert(
    fc.asyncProperty(cases, async (asked) => {
      await storeWorlds(
        stores.clickhouse,
        asked.map(([world], i) => [FIRST_ENVIRONMENT + i, world]),
      );
      for (const [i, [world, filters]] of asked.entries()) {
        const watched = world.filter((_, place) => place % 2 === 0).map(({ id }) => id);
        const pinned = world.filter((_, place) => place % 3 === 0).map(({ id }) => id);
        for (const one of [...filters, RELEVANT]) {
          const found = await findAll(FIRST_ENVIRONMENT + i, one, { watched, pinned });
          expect(found, JSON.stringify({ one, world }, null, 1)).toEqual(
            expected(one, { world, watched, pinned }),
          );
        }
        // How often something happened orders what was found, and finds nothing else.
        const [any] = filters;
        if (!any) continue;
        const byRelevance = { ...any, order: 'relevance' as const };
        const relevant = await findAll(FIRST_ENVIRONMENT + i, byRelevance, { watched, pinned });
        const same = await findAll(FIRST_ENVIRONMENT + i, any, { watched, pinned });
        expect(relevant.toSorted(), JSON.stringify({ any, world })).toEqual(same.toSorted());
      }
    }),
    { numRuns: 1, endOnFailure: true },
  );
});

const RELEVANT: RecordingFilter = { conditions: [], match: 'all', order: 'relevance' };
const FIRST_ENVIRONMENT = 4000;

async function findAll(
  environmentId: number,
  asked: RecordingFilter,
  marked: { readonly watched: readonly string[]; readonly pinned: readonly string[] },
): Promise<string[]> {
  const found: string[] = [];
  let cursor: RecordingCursor | undefined;
  do {
    const known = {
      ...marked,
      issues: new Map([[ISSUE.id, [ISSUE.fingerprint]]]),
      people: new Map(),
      distinctIds: new Map(asked.conditions.map((_, i) => [i, ['ann', 'anon']])),
    };
    const inquiry = { scope: scopeOf(environmentId), ask };
    const page = { ...asked, cursor, limit: PAGE, known, liveSinceMs: LIVE_SINCE_MS };
    // With so few looked at first, pages are found among them, or not, or with none left.
    const { rows, hasMore } = await readPage(inquiry, page, {}, PAGE + 1);
    found.push(...rows.slice(0, PAGE).map(({ sessionId }) => sessionId));
    cursor = hasMore ? rows[PAGE - 1] : undefined;
  } while (cursor);
  return found;
}

async function ask<Row>({ text, params: query_params }: Sql): Promise<Row[]> {
  const answer = await stores.clickhouse
    .query({ query: text, query_params, format: 'JSONCompactEachRow' })
    .catch((error: unknown) => {
      throw new Error(`${text}\n${JSON.stringify(query_params)}`, { cause: error });
    });
  return answer.json<Row>();
}

const scopeOf = (environmentId: number): Scope => ({
  environmentId,
  calendar: { timeZone: 'UTC', firstWeekday: 1, nowMs: NOW_MS },
  groupTypes: [],
  hasOverrides: true,
  testAccountFilters: [],
  cohorts: {
    byId: new Map(),
    usable: new Set(),
    byEvents: new Set(),
    calculations: new Map(),
    members: new Map(),
  },
  isUsablePattern: () => true,
});
