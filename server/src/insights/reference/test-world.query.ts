// Brings worlds into the store and asks about them.
import type { ClickHouseClient } from '@clickhouse/client';
import { canonicalJson } from '#kernel/json';
import { insertEventsOf } from '#platform/test-events';
import type { Inquiry, Scope } from '../scope.ts';
import type { Sql } from '../sql/sql.ts';
import { cohortsOf } from './test-cohorts.ts';
import type { World } from './test-world.ts';

let lastEnvironment = 0;

/** Stores worlds, each in an environment of its own; gives how to ask about each. */
export async function storeWorlds(
  clickhouse: ClickHouseClient,
  worlds: readonly World[],
): Promise<Inquiry[]> {
  const numbered = worlds.map((one) => [(lastEnvironment += 1), one] as const);
  // Received just now: what was received years ago is removed from the store.
  const receivedAtMs = Date.now();
  const rowsOf = (one: World) => one.rows.map((row) => ({ ...row, receivedAtMs }));
  await insertEventsOf(clickhouse, new Map(numbered.map(([id, one]) => [id, rowsOf(one)])));
  const each = <T>(rows: (environment_id: number, one: World) => T[]) =>
    numbered.flatMap(([id, one]) => rows(id, one));
  const tables = {
    person_overrides: each((environment_id, { overrides }) =>
      [...overrides].flatMap(([distinct_id, person_id]) => [
        // An older merge that a newer one has replaced.
        {
          environment_id,
          distinct_id,
          person_id: '00000000-0000-0000-0000-0000000000ff',
          version: 1,
        },
        { environment_id, distinct_id, person_id, version: 2 },
      ]),
    ),
    person: each((environment_id, { persons }) =>
      persons.map(({ id, createdMs, properties }) => ({
        ...copy(environment_id, properties),
        id,
        created_at: new Date(createdMs).toISOString(),
      })),
    ),
    group_entity: each((environment_id, { groups }) =>
      [...groups].map(([group_key, properties]) => ({
        ...copy(environment_id, properties),
        group_key,
        type_index: 0,
        created_at: new Date(0).toISOString(),
      })),
    ),
  };
  for (const [table, values] of Object.entries<object[]>(tables)) {
    if (values.length > 0) await clickhouse.insert({ table, values, format: 'JSONEachRow' });
  }
  return numbered.map(([id, one]) => ({
    scope: scopeOf(one, id),
    ask: (sql) => ask(clickhouse, sql),
  }));
}

function copy(environment_id: number, properties: Readonly<Record<string, unknown>>) {
  const props = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, canonicalJson(value)]),
  );
  return { environment_id, props, version: 1, is_deleted: 0 };
}

async function ask<Row>(clickhouse: ClickHouseClient, { text, params }: Sql): Promise<Row[]> {
  const answer = await clickhouse
    .query({ query: text, query_params: params, format: 'JSONCompactEachRow' })
    .catch((error: unknown) => {
      throw new Error(`${text}\n${JSON.stringify(params)}`, { cause: error });
    });
  return answer.json<Row>();
}

/** What queries about a world are asked in. */
function scopeOf(at: World, environmentId: number): Scope {
  return {
    environmentId,
    calendar: { timeZone: at.zone, firstWeekday: at.firstWeekday, nowMs: at.nowMs },
    groupTypes: ['company'],
    hasOverrides: at.overrides.size > 0,
    testAccountFilters: [{ key: 'plan', type: 'event', operator: 'is_not', value: 'pro' }],
    cohorts: cohortsOf(at),
    isUsablePattern: () => true,
  };
}
