// The rows that a query reads: events with the person that each belongs to now. It learns from the expressions
// that are asked of it which joins they need, so that a query that needs none has none.
import { fail } from '#kernel/errors';
import { currentPropertyOf } from '#properties/initial-properties';
import type { Range } from '../time/date-range.ts';
import type { Scope } from '../scope.ts';
import { type SqlParams, quoteName } from './sql.ts';
import type { StoredValue } from './value-sql.ts';

/** Whose property: where it is stored. */
export type PropertyRef = {
  /** `flag_exposure`: the value of a flag that the person was first told; the key is the flag's. */
  readonly type: 'event' | 'feature' | 'person' | 'group' | 'flag_exposure';
  readonly key: string;
  readonly group_type_index?: number | undefined;
};

/** The owner of an id that is in no row of a join; compared rather than the id, whose text is costly to carry. */
const NOBODY = `toUUID('00000000-0000-0000-0000-000000000000')`;

const FEATURE_PREFIX = '$feature/';

export class EventSource {
  readonly scope: Scope;
  readonly params: SqlParams;
  #joinsOverrides = false;
  readonly #joins: string[] = [];

  constructor(scope: Scope, params: SqlParams) {
    this.scope = scope;
    this.params = params;
  }

  /** The person that the event belongs to, after merges. */
  get person(): string {
    if (!this.scope.hasOverrides) return 'e.person_id';
    this.#joinsOverrides = true;
    return `if(o.owner = ${NOBODY}, e.person_id, o.owner)`;
  }

  /** The key of the event's group of a type; empty without one. @throws invalid_input when there is no such type */
  groupKey(typeIndex: number, attr: string): string {
    const type = this.scope.groupTypes[typeIndex];
    if (type === undefined) {
      fail('invalid_input', { detail: `There is no group type ${typeIndex}.`, attr });
    }
    return `e.groups[${this.params.string(type)}]`;
  }

  /** A property of the event itself. */
  eventValue(key: string): StoredValue {
    if (key.startsWith(FEATURE_PREFIX)) {
      const flag = this.params.string(key.slice(FEATURE_PREFIX.length));
      return { kind: 'text', sql: `e.flags[${flag}]` };
    }
    if (key === '$session_id') return { kind: 'text', sql: 'e.session_id' };
    return { kind: 'json', sql: `e.props[${this.params.string(key)}]` };
  }

  /** A property of the event, or of its person or group as they are now (joined). */
  value({ type, key, group_type_index }: PropertyRef, attr: string): StoredValue {
    if (type === 'person' && key === 'distinct_id') return { kind: 'text', sql: 'e.distinct_id' };
    if (type === 'person') return this.#joinedValue(personValuesSql(this, key), this.person);
    if (type === 'group') {
      const index = groupIndexOf(group_type_index, attr);
      const groupKey = this.groupKey(index, attr);
      if (key === '$group_key') return { kind: 'text', sql: groupKey };
      return this.#joinedValue(groupValuesSql(this, index, key), groupKey);
    }
    if (type === 'flag_exposure') {
      return { ...this.#joinedValue(exposureValuesSql(this, key), this.person), kind: 'text' };
    }
    return this.eventValue(key);
  }

  /** How long the event's session lasted, in seconds: from its first event near the range to its last. */
  sessionSeconds(range: Range): string {
    return this.#joinedValue(sessionValuesSql(this, range), 'e.session_id').sql;
  }

  #joinedValue(valuesSql: string, id: string): StoredValue {
    const alias = `j${this.#joins.length}`;
    this.#joins.push(`ANY LEFT JOIN (${valuesSql}) AS ${alias} ON ${alias}.id = ${id}`);
    return { kind: 'json', sql: `${alias}.value` };
  }

  /** Conditions that keep to the environment, and to a range where one is given. */
  within(range: Partial<Range>): string[] {
    this.scope.onRead?.(range);
    const conditions = [`e.environment_id = ${this.environment}`];
    const at = (ms: number) => `fromUnixTimestamp64Milli(${this.params.int(ms)})`;
    if (range.fromMs !== undefined) conditions.push(`e.timestamp >= ${at(range.fromMs)}`);
    if (range.toMs !== undefined) conditions.push(`e.timestamp < ${at(range.toMs)}`);
    return conditions;
  }

  get environment(): string {
    return this.params.add('UInt32', this.scope.environmentId);
  }

  /** A table of the store, whatever else the statement calls by that name. */
  table(name: string): string {
    const { database } = this.scope;
    return database === undefined ? name : `${quoteName(database)}.${name}`;
  }

  /** The FROM clause for everything that was asked so far. */
  from(): string {
    const overrides = this.#joinsOverrides
      ? [
          `ANY LEFT JOIN (SELECT distinct_id, person_id AS owner FROM ${this.table('person_overrides')} FINAL
  PREWHERE environment_id = ${this.environment}) AS o ON o.distinct_id = e.distinct_id`,
        ]
      : [];
    return [`${this.table('events')} AS e`, ...overrides, ...this.#joins].join('\n');
  }
}

/** The JSON text of a person's property; `$initial_…` falls back to the current value, as in flags. */
export function personPropertySql(key: string, params: SqlParams, props = 'props'): StoredValue {
  const stored = `${props}[${params.string(key)}]`;
  const current = currentPropertyOf(key);
  if (current === undefined) return { kind: 'json', sql: stored };
  return {
    kind: 'json',
    sql: `if(${stored} = '', ${props}[${params.string(current)}], ${stored})`,
  };
}

function personValuesSql(source: EventSource, key: string): string {
  const { sql } = personPropertySql(key, source.params);
  return `SELECT id, ${sql} AS value FROM ${source.table('person')} FINAL PREWHERE environment_id = ${source.environment}`;
}

function groupValuesSql(source: EventSource, typeIndex: number, key: string): string {
  const { params, environment } = source;
  return `SELECT group_key AS id, props[${params.string(key)}] AS value FROM ${source.table('group_entity')} FINAL
  PREWHERE environment_id = ${environment} WHERE type_index = ${params.add('UInt8', typeIndex)}`;
}

/** By whom a flag's value was told first, and which; of values told in the same moment the first by name. */
function exposureValuesSql({ scope, params }: EventSource, flagKey: string): string {
  const calls = new EventSource(scope, params);
  const id = calls.person;
  const conditions = [
    ...calls.within({}),
    `e.event = '$feature_flag_called' AND e.flag = ${params.string(flagKey)} AND e.flag_response != ''`,
  ];
  return `SELECT ${id} AS id, min((e.timestamp, toString(e.flag_response))).2 AS value
  FROM ${calls.from()} WHERE ${conditions.join(' AND ')} GROUP BY id`;
}

/** Sessions end after a day at the latest. */
const LONGEST_SESSION_MS = 86_400_000;

function sessionValuesSql({ scope, params }: EventSource, range: Range): string {
  const sessions = new EventSource(scope, params);
  const near = { fromMs: range.fromMs - LONGEST_SESSION_MS, toMs: range.toMs + LONGEST_SESSION_MS };
  return `SELECT e.session_id AS id, dateDiff('millisecond', min(e.timestamp), max(e.timestamp)) / 1000 AS value
  FROM events AS e WHERE ${sessions.within(near).join(' AND ')} AND e.session_id != '' GROUP BY id`;
}

/** @throws invalid_input when a group's property does not say of which type */
export function groupIndexOf(index: number | undefined, attr: string): number {
  if (index !== undefined) return index;
  return fail('required', {
    detail: 'Say of which type the group is.',
    attr: `${attr}.group_type_index`,
  });
}
