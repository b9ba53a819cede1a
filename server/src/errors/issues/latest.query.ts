// The newest exception of each fingerprint: what its issue is called by.
import type { ClickHouseClient } from '@clickhouse/client';
import { ask } from './ask.query.ts';
import { readReported } from './samples.query.ts';

export type Latest = {
  readonly fingerprint: string;
  readonly events: number;
  readonly lastMs: number;
  /** `$exception_list`; undefined where it cannot be read. */
  readonly list: unknown;
};

/** Ids in one statement: about 20 kB of its address. */
const AT_ONCE = 500;

type Asked = {
  readonly environmentId: number;
  readonly fingerprints: readonly string[];
  /** A condition on exceptions that are looked past. */
  readonly except?: string | undefined;
};

/** Of those that have one, in no order. The order key prunes by environment and fingerprint. */
export async function readLatest(clickhouse: ClickHouseClient, asked: Asked): Promise<Latest[]> {
  const { environmentId, fingerprints, except } = asked;
  const latest: Latest[] = [];
  for (let start = 0; start < fingerprints.length; start += AT_ONCE) {
    const some = fingerprints.slice(start, start + AT_ONCE);
    const rows = await ask<[string, string, string, string]>(
      clickhouse,
      `SELECT toString(fingerprint), count(), toUnixTimestamp64Milli(max(timestamp)),
          toString(argMax(uuid, timestamp))
        FROM exception WHERE environment_id = {environment:UInt32}
          AND fingerprint IN {fingerprints:Array(UUID)}${except === undefined ? '' : ` AND NOT (${except})`}
        GROUP BY fingerprint`,
      { environment: environmentId, fingerprints: some },
    );
    const times = rows.map(([, , at]) => Number(at));
    const told = await readReported(
      clickhouse,
      { environmentId, range: { fromMs: Math.min(...times), toMs: Math.max(...times) + 1 } },
      rows.map(([, , , uuid]) => uuid),
    );
    for (const [fingerprint, events, at, uuid] of rows) {
      const list = told.get(uuid)?.list;
      latest.push({ fingerprint, events: Number(events), lastMs: Number(at), list });
    }
  }
  return latest;
}

/** Those of exceptions that a condition is about. */
export async function listFingerprintsWhere(
  clickhouse: ClickHouseClient,
  environmentId: number,
  condition: string,
): Promise<string[]> {
  const rows = await ask<[string]>(
    clickhouse,
    `SELECT DISTINCT toString(fingerprint) FROM exception
      WHERE environment_id = {environment:UInt32} AND (${condition})`,
    { environment: environmentId },
  );
  return rows.map(([fingerprint]) => fingerprint);
}
