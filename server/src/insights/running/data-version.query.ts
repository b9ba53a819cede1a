// What the store holds, as texts that change when events of a stretch of time arrive or go, people merge, or
// properties of people and groups change.
import type { Range } from '../time/date-range.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';

export type DataState = {
  /** One for each of the stretches asked for. */
  readonly versions: readonly string[];
  /** When the first of the events happens that are ahead of the clock; undefined when there is none. */
  readonly nextEventMs: number | undefined;
};

/** Looks at what can only grow, beside how much there is; parts that were not merged yet count twice, harmlessly. */
export async function readDataState(
  ask: <Row>(sql: Sql) => Promise<Row[]>,
  environmentId: number,
  nowMs: number,
  hulls: readonly Range[],
): Promise<DataState> {
  const params = new SqlParams();
  const own = `WHERE environment_id = ${params.add('UInt32', environmentId)}`;
  const at = (ms: number) => `fromUnixTimestamp64Milli(${params.int(ms)})`;
  const events = hulls.map(({ fromMs, toMs }) => {
    const from = Number.isFinite(fromMs) ? ` AND timestamp >= ${at(fromMs)}` : '';
    const to = Number.isFinite(toMs) ? ` AND timestamp < ${at(toMs)}` : '';
    return `(SELECT toString((count(), max(received_at))) FROM events ${own}${from}${to})`;
  });
  const [row] = await ask<[number, number, string, string[]]>(
    params.statement(`SELECT next.1, next.2, people, [${events.join(', ')}] FROM (SELECT
      (SELECT (count(), toUnixTimestamp64Milli(min(timestamp))) FROM events ${own} AND timestamp >= ${at(nowMs)}) AS next,
      toString(((SELECT (count(), sum(version)) FROM person_overrides ${own}),
        (SELECT max(version) FROM person ${own}), (SELECT max(version) FROM group_entity ${own}))) AS people)`),
  );
  if (!row) throw new Error('the event store does not tell what it holds');
  const [ahead, nextMs, people, ofEvents] = row;
  return {
    versions: ofEvents.map((version) => `${version} ${people}`),
    nextEventMs: ahead > 0 ? nextMs : undefined,
  };
}
