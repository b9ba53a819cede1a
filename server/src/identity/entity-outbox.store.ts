// People and groups on their way to the event store. Triggers note who changed (migration 0008); what is sent
// is their state at the time of sending, under the number of the newest note: sending twice, or two senders at
// once, end in the same copy.
import type { ClickHouseClient } from '@clickhouse/client';
import { sql } from 'kysely';
import { type JsonObject, canonicalJson } from '#kernel/json';
import type { Db } from '#platform/ctx';

/** At most this many notes per step; there is a next one while some are left. */
const SEND_NOTES = 5000;

type Changed = {
  readonly environment_id: number;
  readonly kind: string;
  readonly type_index: number;
  readonly entity_key: string;
  readonly version: string;
  readonly note_ids: readonly string[];
  /** Both null when it is gone. */
  readonly properties: JsonObject | null;
  readonly created_at: Date | null;
};

/** Sends everybody who changed. */
export async function sendEntities(db: Db, clickhouse: ClickHouseClient): Promise<void> {
  for (;;) {
    const changed = await readChanged(db);
    const persons = changed.filter((entity) => entity.kind === 'person').map(personRow);
    const groups = changed.filter((entity) => entity.kind === 'group').map(groupRow);
    for (const [table, values] of Object.entries<object[]>({
      person: persons,
      group_entity: groups,
    })) {
      if (values.length > 0) await clickhouse.insert({ table, values, format: 'JSONEachRow' });
    }
    const ids = changed.flatMap((entity) => entity.note_ids);
    if (ids.length > 0) {
      await sql`delete from entity_outbox where id = any(${ids}::bigint[])`.execute(db);
    }
    if (ids.length < SEND_NOTES) return;
  }
}

async function readChanged(db: Db): Promise<Changed[]> {
  const { rows } = await sql<Changed>`
    with note as (select * from entity_outbox order by id limit ${SEND_NOTES}),
    changed as (
      select environment_id, kind, type_index, entity_key, max(id) as version, array_agg(id) as note_ids
      from note group by environment_id, kind, type_index, entity_key)
    select c.*, coalesce(p.properties, g.properties) as properties,
      coalesce(p.created_at, g.created_at) as created_at
    from changed c
    left join person p on c.kind = 'person' and p.environment_id = c.environment_id
      and p.id = case when c.kind = 'person' then c.entity_key::uuid end
    left join group_entity g on c.kind = 'group' and g.environment_id = c.environment_id
      and g.type_index = c.type_index and g.group_key = c.entity_key
  `.execute(db);
  return rows;
}

const personRow = (entity: Changed) => ({ ...commonRow(entity), id: entity.entity_key });

const groupRow = (entity: Changed) => ({
  ...commonRow(entity),
  type_index: entity.type_index,
  group_key: entity.entity_key,
});

function commonRow({ environment_id, version, properties, created_at }: Changed) {
  return {
    environment_id,
    version,
    created_at: (created_at ?? new Date(0)).toISOString(),
    // Sorted keys, so that objects are equal when their texts are.
    props: Object.fromEntries(
      Object.entries(properties ?? {}).map(([key, value]) => [key, canonicalJson(value)]),
    ),
    is_deleted: properties === null ? 1 : 0,
  };
}
