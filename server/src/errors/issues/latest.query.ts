// The newest exception of each fingerprint: what its issue is called by.
import type { ClickHouseClient } from '@clickhouse/client';
import { readExceptions } from '../grouping/exception.ts';
import { type Title, titleOf } from '../grouping/title.ts';
import { ask } from './ask.query.ts';
import { readReported } from './samples.query.ts';

type Latest = {
  readonly fingerprint: string;
  readonly events: number;
  readonly lastMs: number;
  /** Of the newest. */
  readonly uuid: string;
};

/** Ids in one statement: about 20 kB of its address. */
const AT_ONCE = 500;
/** Exceptions that are held at once: at most 20 MB. */
const READ_AT_ONCE = 100;
/** Less than is waited for an answer. All exceptions of the environment are gone through. */
const SEEK_SECONDS = 100;

type Asked = {
  readonly environmentId: number;
  readonly fingerprints: readonly string[];
  /** A condition on exceptions that are looked past. */
  readonly except?: string | undefined;
};

/** Of those that have one, in no order. The order key prunes by environment and fingerprint. */
export async function listLatest(clickhouse: ClickHouseClient, asked: Asked): Promise<Latest[]> {
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
    for (const [fingerprint, events, at, uuid] of rows) {
      latest.push({ fingerprint, events: Number(events), lastMs: Number(at), uuid });
    }
  }
  return latest;
}

/**
 * Each with what its newest exception is called; of one that is no more among the events, nothing is known but that it
 * was an error. Quickest in the order of time.
 */
export async function withTitles<L extends Pick<Latest, 'uuid' | 'lastMs'>>(
  clickhouse: ClickHouseClient,
  environmentId: number,
  latest: readonly L[],
): Promise<(L & { readonly title: Title })[]> {
  const titled = [];
  for (let start = 0; start < latest.length; start += READ_AT_ONCE) {
    const some = latest.slice(start, start + READ_AT_ONCE);
    const times = some.map(({ lastMs }) => lastMs);
    const told = await readReported(
      clickhouse,
      { environmentId, range: { fromMs: Math.min(...times), toMs: Math.max(...times) + 1 } },
      some.map(({ uuid }) => uuid),
    );
    for (const one of some) {
      titled.push({ ...one, title: titleOf(readExceptions(told.get(one.uuid)?.list)) });
    }
  }
  return titled;
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
    SEEK_SECONDS,
  );
  return rows.map(([fingerprint]) => fingerprint);
}
