// Answers lists of events.
import { findPersonsById } from '#identity';
import { SerinError, fail } from '#kernel/errors';
import type { Db } from '#platform/ctx';
import type { EventSource } from '../sql/event-source.ts';
import {
  DEFAULT_LIMIT,
  EVENT_FIELDS,
  type EventsQuery,
  eventsRange,
  eventsStatement,
  withoutComment,
} from './events-query.ts';
import { nameSql, narrowingSql } from '../sql/filter-sql.ts';
import type { Table } from '../hogql/hogql.query.ts';
import { type SqlInquiry, askStatement } from '../hogql/hogql.service.ts';
import { anyOf } from '../sql/sql.ts';

export async function answerEvents(query: EventsQuery, inquiry: SqlInquiry, db: Db) {
  const { environmentId, calendar } = inquiry.scope;
  const range = eventsRange(query, calendar);
  const narrow = (source: EventSource) => [...source.within(range), ...conditionsOf(query, source)];
  const statement = { text: eventsStatement(query), params: {} };
  const table = await namingSelect(() => askStatement(statement, inquiry, { narrow }));
  const { limit = DEFAULT_LIMIT, offset = 0 } = query;
  const columns = query.select.map(withoutComment);
  const rows = table.rows.slice(0, limit);
  return {
    columns,
    types: table.types,
    results: await withObjects(columns, rows, environmentId, db),
    hasMore: table.rows.length > limit,
    limit,
    offset,
  };
}

function conditionsOf(query: EventsQuery, source: EventSource): string[] {
  const { event, events, personId, fixedProperties } = query;
  const names = [...(event === undefined ? [] : [event]), ...(events ?? [])];
  return [
    names.length === 0 ? nameSql(null, source) : anyOf(names.map((name) => nameSql(name, source))),
    narrowingSql(query, source),
    narrowingSql({ properties: fixedProperties }, source),
    ...(personId === undefined
      ? []
      : [`${source.person} = ${source.params.add('UUID', personId)}`]),
  ];
}

/** `*` and `person` as objects. */
async function withObjects(
  columns: readonly string[],
  rows: Table['rows'],
  environmentId: number,
  db: Db,
): Promise<unknown[][]> {
  const place = columns.indexOf('person');
  const ids = place < 0 ? [] : rows.map((row) => (row[place] as [string, string])[0]);
  const persons = await findPersonsById(db, environmentId, [...new Set(ids)]);
  const known = new Map(persons.map((person) => [person.id, person]));
  return rows.map((row) =>
    row.map((cell, i) => {
      if (columns[i] === '*') return eventOf(cell as unknown[]);
      if (columns[i] !== 'person') return cell;
      const [id, distinct_id] = cell as [string, string];
      const person = known.get(id);
      return {
        id,
        uuid: id,
        distinct_id,
        created_at: person?.createdAt.toISOString() ?? null,
        properties: person?.properties ?? {},
      };
    }),
  );
}

function eventOf(values: readonly unknown[]): Record<string, unknown> {
  const event = Object.fromEntries(EVENT_FIELDS.map((field, i) => [field, values[i]]));
  return { ...event, properties: JSON.parse(String(event['properties'])) as unknown };
}

/** What is wrong with the statement is wrong with what was chosen. */
async function namingSelect<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SerinError) || error.attr !== 'query') throw error;
    return fail(error.code, { detail: error.message, attr: 'select', cause: error });
  }
}
