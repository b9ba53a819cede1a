// Generated events: sixty days, nine kinds of event, some forty properties each, in visits of up to 25 minutes. Every
// tenth person was known by another id before.
import type { OpenClickHouse } from '../../server/src/platform/clickhouse/open.ts';
import { anEvent } from '../ingest/event.ts';

type Client = OpenClickHouse['client'];
/** Runs a statement, however long it takes. */
export type Command = (statement: string) => Promise<void>;

/** Five events a person, as in a shop; 196,000 of them among a million events. */
const EVENTS_PER_PERSON = 5.1;
const BLOCK = 100_000;
const DAYS = 60;
const VISITS = 3;
const VISIT_SECONDS = 1500;
const INSERTS_A_MINUTE = 12;

/** `[share in percent, name]`. */
const EVENTS: readonly (readonly [number, string])[] = [
  [45, '$pageview'],
  [20, '$autocapture'],
  [12, 'api_request'],
  [10, '$feature_flag_called'],
  [4, 'checkout_started'],
  [3, 'signup_started'],
  [3, '$pageleave'],
  [2, 'purchase'],
  [1, '$exception'],
];

/** Lets the engine make them and lays them out as they are after a night of merging. */
export async function fill(
  command: Command,
  environmentId: number,
  events: number,
  { isWithPeople = true }: { readonly isWithPeople?: boolean } = {},
): Promise<void> {
  const people = Math.ceil(events / EVENTS_PER_PERSON);
  await fillEvents(command, environmentId, events, people);
  await fillMerges(command, environmentId, people);
  if (isWithPeople) await fillPeople(command, environmentId);
  for (const table of ['events', 'person', 'person_overrides']) {
    await command(`OPTIMIZE TABLE ${table} FINAL`);
  }
}

async function fillEvents(
  command: Command,
  environmentId: number,
  events: number,
  people: number,
): Promise<void> {
  for (let from = 0; from < events; from += BLOCK) {
    const rows = Math.min(BLOCK, events - from);
    const ago = `cityHash64(who, visit) % ${DAYS * 86_400_000} + cityHash64(number, 2) % ${VISIT_SECONDS * 1000}`;
    await command(insertSql(environmentId, people, { from, rows, ago }));
  }
}

/** What arrives in a minute, by the pace of all the rest, in a dozen small inserts. */
export async function fillMinute(
  command: Command,
  environmentId: number,
  events: number,
  minute: number,
): Promise<void> {
  const people = Math.ceil(events / EVENTS_PER_PERSON);
  const rows = Math.max(1, Math.round(events / (DAYS * 1440) / INSERTS_A_MINUTE));
  for (let i = 0; i < INSERTS_A_MINUTE; i += 1) {
    const from = events + (minute * INSERTS_A_MINUTE + i) * rows;
    const ago = `cityHash64(number, 2) % 60000`;
    await command(insertSql(environmentId, people, { from, rows, ago }));
  }
}

/** @param block.ago how long before now an event happened, in milliseconds, as SQL */
function insertSql(
  environmentId: number,
  people: number,
  { from, rows, ago }: { readonly from: number; readonly rows: number; readonly ago: string },
): string {
  const constant = Object.entries(anEvent().properties)
    .filter(([key]) => !['$pathname', '$current_url', '$session_id', 'basket_value'].includes(key))
    .map(([key, value]) => `'${key}', '${JSON.stringify(value).replaceAll("'", "\\'")}'`);
  let upTo = 0;
  const cases = EVENTS.map(([share, name]) => `kind < ${(upTo += share)}, '${name}'`);
  return `INSERT INTO events SELECT ${environmentId}, generateUUIDv4(number), multiIf(${cases.join(', ')}, 'other'), at,
        concat('user-', toString(who)), reinterpretAsUUID(MD5(toString(who))), 'full',
        concat('s', toString(visit), '-', toString(who)),
        if(kind BETWEEN 77 AND 86, 'new-checkout', ''), if(kind BETWEEN 77 AND 86, variant, ''),
        map('new-checkout', variant), map(),
        map(${constant.join(', ')}, '$pathname', concat('"/page/', toString(cityHash64(number, 3) % 300), '"'),
          '$current_url', concat('"https://shop.example/', toString(cityHash64(number, 6) % 8), '/"'),
          'basket_value', toString(cityHash64(number, 4) % 20000 / 100), 'duration_ms', toString(cityHash64(number, 5) % 900)),
        at
      FROM (SELECT number, cityHash64(number) % 100 AS kind, cityHash64(number, 1) % ${people} AS who,
        if(who % 2 = 0, 'test', 'control') AS variant,
        cityHash64(number, 7) % ${VISITS} AS visit,
        now64(3) - toIntervalMillisecond(${ago}) AS at
        FROM numbers(${from}, ${rows}))`;
}

/** Every tenth was known by another id before; when people are merged, the older is kept. */
const fillMerges = (command: Command, environmentId: number, people: number): Promise<void> =>
  command(`INSERT INTO person_overrides SELECT ${environmentId}, concat('user-', toString(number * 10 + 1)),
      reinterpretAsUUID(MD5(toString(number * 10))), 1 FROM numbers(${Math.floor(people / 10)})`);

/** Whoever has done something. */
const fillPeople = (command: Command, environmentId: number): Promise<void> =>
  command(`INSERT INTO person SELECT ${environmentId}, if(o.distinct_id = '', e.person_id, o.owner) AS id, min(timestamp),
      map('plan', if(cityHash64(id) % 4 = 0, '"pro"', '"free"')), 1, 0
      FROM events AS e ANY LEFT JOIN (SELECT distinct_id, person_id AS owner FROM person_overrides) AS o
        ON o.distinct_id = e.distinct_id
      WHERE environment_id = ${environmentId} GROUP BY id`);

export async function bytesPerEvent(client: Client): Promise<number> {
  const answer = await client.query({
    query: `SELECT sum(bytes_on_disk) / sum(rows) AS n FROM system.parts
      WHERE database = currentDatabase() AND table = 'events' AND active`,
    format: 'JSONEachRow',
  });
  return (await answer.json<{ n: number }>())[0]?.n ?? Number.NaN;
}
