// Single exceptions of an issue as they were reported, the newest first.
import type { ClickHouseClient } from '@clickhouse/client';
import { ask } from './ask.query.ts';
import { type Asked, exceptionsSql, IN_RANGE } from './exceptions-sql.ts';

export type Sample = {
  readonly uuid: string;
  readonly atMs: number;
  readonly personId: string;
  readonly distinctId: string;
  readonly sessionId: string;
  readonly fingerprint: string;
  readonly release: string;
  readonly browser: string;
  readonly os: string;
  readonly flags: Readonly<Record<string, string>>;
  /** `$exception_list`; undefined where it cannot be read. */
  readonly list: unknown;
  readonly level: string;
  readonly url: string;
  readonly library: string;
};

const MAX_LIST_CHARS = 200_000;

const textSql = (name: string, max: number): string =>
  `substring(JSONExtractString(props['${name}']), 1, ${max})`;

/** One more than asked for when there is a next page. */
export async function readSamples(
  clickhouse: ClickHouseClient,
  asked: Asked,
  page: { readonly limit: number; readonly offset: number },
): Promise<readonly Sample[]> {
  const { sql, params } = exceptionsSql(asked);
  const order = 'ORDER BY at DESC, uuid';
  type Row = readonly [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    Record<string, string>,
  ];
  const rows = await ask<Row>(
    clickhouse,
    `SELECT toString(uuid), toUnixTimestamp64Milli(timestamp) AS at, toString(person), distinct_id, session_id,
      toString(key), toString(release), toString(browser), toString(os), flags
    FROM (${sql}) ${order} LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { ...params, limit: page.limit + 1, offset: page.offset },
  );
  const told = await readReported(
    clickhouse,
    asked,
    rows.map(([uuid]) => uuid),
  );
  return rows.map(
    ([uuid, at, personId, distinctId, sessionId, fingerprint, release, browser, os, flags]) => ({
      ...(told.get(uuid) ?? { list: undefined, level: '', url: '', library: '' }),
      uuid,
      atMs: Number(at),
      personId,
      distinctId,
      sessionId,
      fingerprint,
      release,
      browser,
      os,
      flags,
    }),
  );
}

type Reported = Pick<Sample, 'list' | 'level' | 'url' | 'library'>;

/** What exceptions of a stretch of time say themselves, by their ids. */
export async function readReported(
  clickhouse: ClickHouseClient,
  {
    environmentId,
    range,
  }: Pick<Asked, 'environmentId'> & { readonly range: Pick<Asked['range'], 'fromMs' | 'toMs'> },
  uuids: readonly string[],
): Promise<ReadonlyMap<string, Reported>> {
  if (uuids.length === 0) return new Map();
  const rows = await ask<[string, string, string, string, string]>(
    clickhouse,
    `SELECT toString(uuid), if(length(props['$exception_list']) <= ${MAX_LIST_CHARS}, props['$exception_list'], ''),
      ${textSql('$exception_level', 50)}, ${textSql('$current_url', 2000)}, ${textSql('$lib', 100)}
    FROM events WHERE ${IN_RANGE} AND event = '$exception' AND uuid IN {uuids:Array(UUID)}`,
    { environment: environmentId, from: range.fromMs, to: range.toMs, uuids },
  );
  return new Map(
    rows.map(([uuid, list, level, url, library]) => [
      uuid,
      { list: list === '' ? undefined : (JSON.parse(list) as unknown), level, url, library },
    ]),
  );
}
