// The events that a strict funnel reads: all events of those who took the first step, in their order.
import { nameSql } from '../sql/filter-sql.ts';
import { FunnelSource } from './funnel-rows-sql.ts';

/**
 * Rows `actor, at, id, m` (and the columns of the breakdown): `m` has a bit per step that the event matches.
 * Events of the same millisecond are ordered by their uuid, which SDKs make so that later ones are larger.
 */
export function strictRowsSql(source: FunnelSource): string {
  const beginners = new FunnelSource(source.funnel, source.source.scope, source.params);
  const [first = '0'] = beginners.steps;
  const bits = source.steps.map((sql, i) => `if(${sql}, ${2 ** i}, 0)`).join(' + ');
  return source.select(
    [
      `${source.actor} AS actor`,
      'toUnixTimestamp64Milli(e.timestamp) AS at',
      'toUInt128(e.uuid) AS id',
      `toUInt32(${bits}) AS m`,
    ],
    [nameSql(null, source.source), `${source.actor} IN (${beginners.selectActors([first])})`],
  );
}
