// Durable ingestion: how many events a second are answered with 200, which is said only once they are on
// disk, against what the disk syncs by itself and what chDB inserts by itself, all in one run.
import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSerin, startSerin } from '../sdk-compat/server.ts';
import { applyLoad } from './http/processes.ts';
import { measureInserts } from './ingest/chdb.ts';
import { anEvent } from './ingest/event.ts';
import { untilStored } from './ingest/stored.ts';
import { median } from './statistics.ts';

const ROUNDS = 3;
const LOAD_MS = 4000;
const WARM_UP_MS = 3000;
const DISK_MS = 1500;
const BATCH = 100;

/** Medians over the rounds, per second. */
export type IngestResult = {
  readonly rawSyncs: number;
  readonly rawBatchSyncs: number;
  readonly chdbRows: number;
  readonly singleAlone: number;
  readonly singleTogether: number;
  readonly batched: number;
  readonly batchedStored: number;
};

/** Runs the benchmark and prints its table. */
export async function run(): Promise<IngestResult> {
  const folder = await mkdtemp(join(tmpdir(), 'serin-bench-'));
  const serin = await startSerin();
  const rounds: IngestResult[] = [];
  try {
    await load(serin, BATCH, 16, WARM_UP_MS);
    await untilStored(serin);
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(serin, folder));
  } finally {
    await serin.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return report(rounds);
}

async function measure(serin: RunningSerin, folder: string): Promise<IngestResult> {
  const eventBytes = JSON.stringify(anEvent()).length;
  const rawSyncs = await measureDisk(folder, eventBytes);
  const rawBatchSyncs = await measureDisk(folder, eventBytes * BATCH);
  const chdbRows = await measureInserts(join(folder, randomUUID()));
  const singleAlone = await load(serin, 1, 1, LOAD_MS);
  const singleTogether = await load(serin, 1, 64, LOAD_MS);
  await untilStored(serin);
  const startedMs = performance.now();
  const batched = await load(serin, BATCH, 16, LOAD_MS);
  await untilStored(serin);
  const tookSeconds = (performance.now() - startedMs) / 1000;
  const batchedStored = (batched * (LOAD_MS / 1000)) / tookSeconds;
  return {
    rawSyncs,
    rawBatchSyncs,
    chdbRows,
    singleAlone,
    singleTogether,
    batched,
    batchedStored,
  };
}

/** Appends of `bytes`, each followed by fdatasync, per second. */
async function measureDisk(folder: string, bytes: number): Promise<number> {
  const path = join(folder, randomUUID());
  const file = await open(path, 'w');
  const chunk = Buffer.alloc(bytes, 'x');
  const startedMs = performance.now();
  let syncs = 0;
  try {
    for (; performance.now() - startedMs < DISK_MS; syncs += 1) {
      await file.write(chunk);
      await file.datasync();
    }
  } finally {
    await file.close();
    await rm(path);
  }
  return syncs / ((performance.now() - startedMs) / 1000);
}

/** Events that were answered with 200, per second. */
async function load(
  serin: RunningSerin,
  eventsPerRequest: number,
  connections: number,
  durationMs: number,
): Promise<number> {
  const result = await applyLoad({
    port: serin.port,
    path: '/batch/',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      api_key: serin.projectToken,
      batch: Array.from({ length: eventsPerRequest }, (_, i) => anEvent(i)),
    }),
    connections,
    durationMs,
  });
  if (result.refused > 0) throw new Error(`${result.refused} requests were refused`);
  return result.requestsPerSecond * eventsPerRequest;
}

function report(rounds: readonly IngestResult[]): IngestResult {
  const middle = (of: (round: IngestResult) => number): number => median(rounds.map(of));
  const result: IngestResult = {
    rawSyncs: middle((round) => round.rawSyncs),
    rawBatchSyncs: middle((round) => round.rawBatchSyncs),
    chdbRows: middle((round) => round.chdbRows),
    singleAlone: middle((round) => round.singleAlone),
    singleTogether: middle((round) => round.singleTogether),
    batched: middle((round) => round.batched),
    batchedStored: middle((round) => round.batchedStored),
  };
  const line = (what: string, perSecond: number, ratio: string): void =>
    console.log(`  ${what.padEnd(52)}${perSecond.toFixed(0).padStart(8)} /s   ${ratio}`);
  const times = (value: number, reference: string): string => `${value.toFixed(2)} × ${reference}`;
  const { rawSyncs, rawBatchSyncs, chdbRows, singleAlone, singleTogether, batched, batchedStored } =
    result;
  console.log(`Events of ${JSON.stringify(anEvent()).length} bytes; ${ROUNDS} rounds, medians`);
  line('disk: one event, write + fdatasync', rawSyncs, '');
  line(`disk: ${BATCH} events, write + fdatasync`, rawBatchSyncs, '');
  line('chDB: events, 10,000 per insert', chdbRows, '');
  line(
    'Serin: 1 event a request, 1 connection',
    singleAlone,
    times(singleAlone / rawSyncs, 'one raw sync each'),
  );
  line(
    'Serin: 1 event a request, 64 connections',
    singleTogether,
    times(singleTogether / rawSyncs, 'one raw sync each'),
  );
  line(
    `Serin: ${BATCH} events a request, 16 connections`,
    batched,
    times(batched / chdbRows, "chDB's own rate"),
  );
  line(
    '  … of these reach the event store at',
    batchedStored,
    times(batchedStored / chdbRows, "chDB's own rate"),
  );
  return result;
}

if (import.meta.main) await run();
