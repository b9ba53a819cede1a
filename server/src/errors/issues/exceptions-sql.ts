// Pieces of SQL about grouped exceptions, with the person that each belongs to by now.
import { type Joined, keyOf } from './joined.ts';
import type { Range } from './range.ts';

/** In place of a person, or of an issue, where there is none. */
export const NOBODY = `toUUID('00000000-0000-0000-0000-000000000000')`;
/** The person of `e`, after merges. */
export const OWNER = `if(o.owner = ${NOBODY}, e.person_id, o.owner)`;
export const OWNERS = `ANY LEFT JOIN (
    SELECT distinct_id, argMax(person_id, version) AS owner FROM person_overrides
    WHERE environment_id = {environment:UInt32} GROUP BY distinct_id
  ) AS o ON o.distinct_id = e.distinct_id`;

export type Asked = {
  readonly environmentId: number;
  readonly range: Range;
  readonly joined: Joined;
  /** All of an issue; left out: of every issue. */
  readonly fingerprints?: readonly string[] | undefined;
  /** Only of this release. */
  readonly release?: string | undefined;
  /** Only what itself reports this value of the flag. */
  readonly flag?: { readonly key: string; readonly variant: string } | undefined;
};

export type Params = Readonly<Record<string, unknown>>;

/** What both tables of exceptions and of events have. */
export const IN_RANGE = `environment_id = {environment:UInt32}
    AND timestamp >= fromUnixTimestamp64Milli({from:Int64})
    AND timestamp < fromUnixTimestamp64Milli({to:Int64})`;

/**
 * The exceptions that are asked about: what each is counted by, whose it is, and its own columns. The order key
 * prunes by environment, and by fingerprint where an issue is named.
 */
export function exceptionsSql(asked: Asked): { readonly sql: string; readonly params: Params } {
  const { environmentId, range, joined, fingerprints, release, flag } = asked;
  const key = keyOf(joined);
  const conditions = [
    IN_RANGE,
    ...(fingerprints ? ['fingerprint IN {fingerprints:Array(UUID)}'] : []),
    ...(release === undefined ? [] : ['release = {release:String}']),
    ...(flag ? ['flags[{flag_key:String}] = {flag_variant:String}'] : []),
  ];
  return {
    sql: `SELECT ${key.sql} AS key, ${OWNER} AS person, e.uuid AS uuid, e.timestamp AS timestamp,
    e.distinct_id AS distinct_id, e.session_id AS session_id, e.release AS release, e.browser AS browser, e.os AS os,
    e.flags AS flags
  FROM (SELECT * FROM exception WHERE ${conditions.join('\n    AND ')}) AS e ${OWNERS}`,
    params: {
      environment: environmentId,
      from: range.fromMs,
      to: range.toMs,
      step: range.stepMs,
      ...key.params,
      ...(fingerprints ? { fingerprints } : {}),
      ...(release === undefined ? {} : { release }),
      ...(flag ? { flag_key: flag.key, flag_variant: flag.variant } : {}),
    },
  };
}

/** Which bucket of the range a moment is in. */
export const BUCKET = 'intDiv(toUnixTimestamp64Milli(timestamp) - {from:Int64}, {step:Int64})';
