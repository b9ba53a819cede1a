// What a question can be about, in the environment of the ctx.
import type { ProjectCtx } from '#platform/ctx';
import { ask } from '../running/insights.query.ts';
import {
  type EventNameRow,
  type ListPage,
  type PropertyNameRow,
  type ValueRow,
  eventNamesSql,
  propertyNamesSql,
  propertyValuesSql,
} from './known-events.ts';
import type { QueryGate } from '../running/query-gate.ts';
import type { Sql } from '../sql/sql.ts';

/** Who looks, and how they wait. */
export type Looking = {
  readonly ctx: ProjectCtx;
  readonly gate: QueryGate;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};

const placeOf = ({ ctx }: Looking) => ({
  environmentId: ctx.environment.id,
  nowMs: ctx.clock.now(),
});

const read = <Row>({ ctx, gate, signal }: Looking, sql: Sql): Promise<Row[]> =>
  gate.run(() => ask<Row>(ctx.clickhouse, sql, signal), signal);

/** Names of events of the last 90 days, the most frequent first. */
export async function listEventNames(looking: Looking, page: ListPage) {
  const rows = await read<EventNameRow>(looking, eventNamesSql(page, placeOf(looking)));
  return {
    count: rows[0]?.[3] ?? 0,
    names: rows.map(([name, count, lastSeenMs]) => ({ name, count, lastSeenMs })),
  };
}

/** Names of properties of the newest events, the most frequent first. @param event null: of every event */
export async function listEventProperties(looking: Looking, event: string | null, page: ListPage) {
  const sql = propertyNamesSql(event, page, placeOf(looking));
  const rows = await read<PropertyNameRow>(looking, sql);
  return {
    count: rows[0]?.[3] ?? 0,
    names: rows.map(([name, count, numbers]) => ({
      name,
      count,
      isNumerical: numbers * 2 > count,
    })),
  };
}

/** Values of a property in the newest events that contain `part`, the most frequent first. */
export async function listEventValues(
  looking: Looking,
  which: { readonly event: string | null; readonly key: string; readonly part: string },
) {
  const rows = await read<ValueRow>(looking, propertyValuesSql(which, placeOf(looking)));
  return rows.map(([name, count]) => ({ name, count }));
}
