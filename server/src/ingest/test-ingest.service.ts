// Ingestion on real stores for tests: each test gets an empty data folder and an environment of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { v7 } from 'uuid';
import { expect } from 'vitest';
import { createEventBus } from '#kernel/events';
import { type Ctx, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { type Ingest, openIngest } from './ingest.service.ts';

type Raw = Record<string, unknown>;
type Row = Record<string, unknown> & { uuid: string };
/** When inserts into events fail: before they are done, or after, so that the answer is lost. */
export type FailingInserts = { when: 'before' | 'after' | 'never' };

/** An event as a client sends it. */
export function anEvent(change: Raw = {}): Raw {
  const timestamp = new Date().toISOString();
  return { event: 'e', distinct_id: 'u', uuid: v7(), timestamp, ...change };
}

/** Starts the stores; `begin` and `end` go around each test. */
export async function startTestIngest(): Promise<TestIngest> {
  return new TestIngest(await startTestStores());
}

export class TestIngest {
  readonly stores: TestStores;
  environmentId = 0;
  dataDir = '';
  readonly #opened: Ingest[] = [];

  constructor(stores: TestStores) {
    this.stores = stores;
  }

  async begin(): Promise<void> {
    this.dataDir = await mkdtemp(join(tmpdir(), 'serin-ingest-'));
    this.environmentId += 1;
  }

  async end(): Promise<void> {
    for (const ingest of this.#opened.splice(0)) await ingest.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  close(): Promise<void> {
    return this.stores.close();
  }

  ctx(clickhouse = this.stores.clickhouse): Ctx {
    return {
      db: this.stores.db,
      clickhouse,
      events: createEventBus(),
      clock: { now: () => Date.now() },
      log: createLog('silent'),
      actor: systemActor('test'),
    };
  }

  async open(ctx = this.ctx()): Promise<Ingest> {
    const ingest = await openIngest(ctx, { dataDir: this.dataDir, minFreeBytes: 0 });
    this.#opened.push(ingest);
    return ingest;
  }

  accept(ingest: Ingest, ...events: Raw[]) {
    return ingest.accept({ environmentId: this.environmentId, events, sentAt: undefined });
  }

  async storedRows(): Promise<Row[]> {
    const result = await this.stores.clickhouse.query({
      query: `SELECT *, toString(uuid) AS uuid FROM events
        WHERE environment_id = {environmentId:UInt32} ORDER BY timestamp, event`,
      query_params: { environmentId: this.environmentId },
      format: 'JSONEachRow',
    });
    return result.json<Row>();
  }

  async stored(count: number): Promise<Row[]> {
    const countRows = async (): Promise<number> => (await this.storedRows()).length;
    await expect.poll(countRows, { timeout: 60_000 }).toBe(count);
    return this.storedRows();
  }

  /** Waits until nothing is on its way, then counts. */
  async storedFinally(ingest: Ingest): Promise<Row[]> {
    await expect.poll(() => ingest.stats().waitingBytes, { timeout: 60_000 }).toBe(0);
    return this.storedRows();
  }

  /** A client whose inserts into events fail as `mode` says at that moment. */
  failing(mode: FailingInserts): ClickHouseClient {
    return new Proxy(this.stores.clickhouse, {
      get: (client, name) => {
        if (name !== 'exec') {
          const value: unknown = Reflect.get(client, name);
          return typeof value === 'function' ? value.bind(client) : value;
        }
        return async (params: Parameters<ClickHouseClient['exec']>[0]) => {
          if (mode.when === 'before') throw new Error('connection refused');
          const result = await client.exec(params);
          if (mode.when === 'never') return result;
          for await (const _chunk of (result as { stream: AsyncIterable<unknown> }).stream);
          throw new Error('connection lost');
        };
      },
    });
  }
}
