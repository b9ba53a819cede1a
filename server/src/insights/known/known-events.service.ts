// What a question can be about, in the environment of the ctx.
import type { ProjectCtx } from '#platform/ctx';
import { ask } from '../running/insights.query.ts';
import {
  type DefinitionKind,
  type Known,
  type NameFilter,
  type ObservedTypes,
  PROPERTY_TYPES,
  joinNames,
  mentions,
} from './definition.ts';
import { listDefinitions } from './definitions.service.ts';
import {
  type EventNameRow,
  type PropertyNameRow,
  type ValueRow,
  eventNamesSql,
  propertyNamesSql,
  propertyValuesSql,
} from './known-events.ts';
import type { QueryGate } from '../running/query-gate.ts';
import type { Sql } from '../sql/sql.ts';

type Page = { readonly limit: number; readonly offset: number };

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

/** A page of `rows`, and how many names there are in all: more than are listed, when there are very many. */
function pageOf<Seen>(
  rows: readonly Known<Seen>[],
  { limit, offset }: Page,
  unlisted: number,
): { readonly count: number; readonly names: Known<Seen>[] } {
  return { count: rows.length + unlisted, names: rows.slice(offset, offset + limit) };
}

/** What people have written, and whose names are listed though they hold no `search`. */
async function writtenOf({ ctx }: Looking, kind: DefinitionKind, { search }: NameFilter) {
  const written = await listDefinitions(ctx, kind);
  const also = search === '' ? [] : written.filter((one) => mentions(one, search));
  return { written, also: also.map(({ name }) => name) };
}

const unlistedOf = (rows: readonly (EventNameRow | PropertyNameRow)[]): number =>
  (rows[0]?.[3] ?? 0) - rows.length;

export type SeenEvent = {
  readonly name: string;
  readonly count: number;
  readonly lastSeenMs: number;
};

/** Names of events of the last 90 days, the most frequent first; then those that are only written about. */
export async function listEventNames(looking: Looking, filter: NameFilter, page: Page) {
  const { written, also } = await writtenOf(looking, 'event', filter);
  const { search } = filter;
  const rows = await read<EventNameRow>(looking, eventNamesSql({ search, also }, placeOf(looking)));
  const seen = rows.map(([name, count, lastSeenMs]): SeenEvent => ({ name, count, lastSeenMs }));
  return pageOf(joinNames(seen, written, filter), page, unlistedOf(rows));
}

export type SeenProperty = {
  readonly name: string;
  readonly count: number;
  /** How many of the values are numbers, or texts that say one. */
  readonly numbers: number;
  readonly observed: ObservedTypes;
};

/**
 * Names of properties of the newest events, the most frequent first; of all events, then those that are only
 * written about.
 * @param event null: of every event
 */
export async function listEventProperties(
  looking: Looking,
  event: string | null,
  filter: NameFilter,
  page: Page,
) {
  const { written, also } = await writtenOf(looking, 'property', filter);
  const { search } = filter;
  const sql = propertyNamesSql(event, { search, also }, placeOf(looking));
  const rows = await read<PropertyNameRow>(looking, sql);
  const seen = rows.map(([name, count, numbers, , ...votes]): SeenProperty => {
    const observed = PROPERTY_TYPES.map((type, index) => [type, votes[index] ?? 0] as const);
    return { name, count, numbers, observed: Object.fromEntries(observed) as ObservedTypes };
  });
  const known = joinNames(seen, written, filter);
  const ofEvent = event === null ? known : known.filter((one) => one.seen !== null);
  return pageOf(ofEvent, page, unlistedOf(rows));
}

/** Values of a property in the newest events that contain `part`, the most frequent first. */
export async function listEventValues(
  looking: Looking,
  which: { readonly event: string | null; readonly key: string; readonly part: string },
) {
  const rows = await read<ValueRow>(looking, propertyValuesSql(which, placeOf(looking)));
  return rows.map(([name, count]) => ({ name, count }));
}
