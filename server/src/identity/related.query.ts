// Whose events are a group's, and with which groups somebody's events came.
import type { ClickHouseClient } from '@clickhouse/client';

/** Which events: those of a group, or those that came with some ids. */
export type EventsOf =
  | { readonly groupType: string; readonly groupKey: string }
  | { readonly distinctIds: readonly string[] };

export type IdShare = {
  readonly distinctId: string;
  readonly events: number;
  readonly lastMs: number;
};
export type GroupShare = {
  readonly groupType: string;
  readonly groupKey: string;
  readonly events: number;
  readonly lastMs: number;
};

/** 90 days, as far as PostHog looks. */
const LOOK_BACK_DAYS = 90;
const MAX_IDS = 1000;
const MAX_GROUPS = 100;
const LIMITS = { max_execution_time: 20, max_memory_usage: '1000000000' } as const;

/** The ids whose events are the group's, the latest first. */
export async function readIdsOfGroup(
  clickhouse: ClickHouseClient,
  environmentId: number,
  of: { readonly groupType: string; readonly groupKey: string },
  nowMs: number,
): Promise<IdShare[]> {
  const rows = await ask<'distinct_id'>(
    clickhouse,
    `SELECT distinct_id, count() AS events, toUnixTimestamp64Milli(max(timestamp)) AS last
      FROM events WHERE ${conditions(of)} AND event != '$groupidentify'
      GROUP BY distinct_id ORDER BY last DESC, distinct_id LIMIT ${MAX_IDS}`,
    paramsOf(environmentId, of, nowMs),
  );
  return rows.map((row) => ({
    distinctId: row.distinct_id,
    events: Number(row.events),
    lastMs: Number(row.last),
  }));
}

/** The groups that the events name, the latest first. */
export async function readGroupsOfEvents(
  clickhouse: ClickHouseClient,
  environmentId: number,
  of: EventsOf,
  nowMs: number,
): Promise<GroupShare[]> {
  const rows = await ask<'group_type' | 'group_key'>(
    clickhouse,
    `SELECT group_type, group_key, count() AS events,
        toUnixTimestamp64Milli(max(timestamp)) AS last
      FROM events ARRAY JOIN mapKeys(groups) AS group_type, mapValues(groups) AS group_key
      WHERE ${conditions(of)}
      GROUP BY group_type, group_key ORDER BY last DESC, group_type, group_key
      LIMIT ${MAX_GROUPS + 1}`,
    paramsOf(environmentId, of, nowMs),
  );
  return rows
    .map((row) => ({
      groupType: row.group_type,
      groupKey: row.group_key,
      events: Number(row.events),
      lastMs: Number(row.last),
    }))
    .filter(({ groupType, groupKey }) => !isItself(of, groupType, groupKey))
    .slice(0, MAX_GROUPS);
}

const isItself = (of: EventsOf, type: string, key: string): boolean =>
  'groupType' in of && of.groupType === type && of.groupKey === key;

function conditions(of: EventsOf): string {
  const which =
    'groupType' in of
      ? 'groups[{type:String}] = {key:String}'
      : 'distinct_id IN {ids:Array(String)}';
  return `environment_id = {environment:UInt32}
    AND timestamp >= fromUnixTimestamp64Milli({since:Int64}) AND ${which}`;
}

function paramsOf(environmentId: number, of: EventsOf, nowMs: number): Record<string, unknown> {
  const since = nowMs - LOOK_BACK_DAYS * 86_400_000;
  const which =
    'groupType' in of
      ? { type: of.groupType, key: of.groupKey }
      : { ids: of.distinctIds.slice(0, MAX_IDS) };
  return { environment: environmentId, since, ...which };
}

async function ask<K extends string>(
  clickhouse: ClickHouseClient,
  query: string,
  params: Record<string, unknown>,
): Promise<Record<K | 'events' | 'last', string>[]> {
  const result = await clickhouse.query({
    query,
    query_params: params,
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return result.json<Record<K | 'events' | 'last', string>>();
}
