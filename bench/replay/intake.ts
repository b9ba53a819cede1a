// Many sessions at once: how much is accepted and stored, against the store's own inserts of the same blocks, and how
// long the event loop of the server keeps others waiting meanwhile.
import { Readable } from 'node:stream';
import type { Watched } from '../insights/server.ts';
import { sendAll, untilStored } from './send.ts';
import { type SentBody, bodiesOf } from './session.ts';

const SESSIONS = 60;
/** As long as one full snapshot lasts. */
const MINUTES = 5;
const CONNECTIONS = 32;
/** As the server has it. */
const INSERT_BYTES = 32 * 1024 * 1024;
const MIB = 1024 * 1024;

export async function rushIn(watched: Watched): Promise<void> {
  const { serin, client } = watched;
  await client.command({ query: 'TRUNCATE TABLE replay_block' });
  const startMs = Date.now() - MINUTES * 60_000;
  const sessions = Array.from({ length: SESSIONS }, (_, seed): SentBody[] => [
    ...bodiesOf({ token: serin.projectToken, startMs, minutes: MINUTES, seed }),
  ]);
  const blocks = sessions.reduce((sum, bodies) => sum + bodies.length, 0);
  await watched.loopDelay();
  const startedMs = performance.now();
  await sendAll(serin.port, sessions, CONNECTIONS);
  const acceptedSeconds = (performance.now() - startedMs) / 1000;
  await untilStored(watched, blocks);
  const storedSeconds = (performance.now() - startedMs) / 1000;
  const delay = await watched.loopDelay();
  const rows = await rowsOf(watched);
  const mib = rows.reduce((sum, row) => sum + row.byteLength, 0) / MIB;
  const rawSeconds = await insertRaw(watched, rows);
  const raw = mib / rawSeconds;
  const line = (what: string, rate: number) =>
    console.log(
      `  ${what.padEnd(34)}${rate.toFixed(1).padStart(7)} MiB/s unpacked, ${(rate / raw).toFixed(2)} × raw inserts`,
    );
  console.log(
    `${SESSIONS} sessions of ${MINUTES} minutes as fast as they are taken: ${blocks} requests, ${mib.toFixed(0)} MiB unpacked`,
  );
  line('raw inserts of the same blocks', raw);
  line('accepted', mib / acceptedSeconds);
  line('stored', mib / storedSeconds);
  const atOnce = (SESSIONS * MINUTES * 60) / storedSeconds;
  console.log(`  ${'active sessions at once'.padEnd(34)}${atOnce.toFixed(0).padStart(7)}`);
  console.log(
    `  event loop of the server meanwhile: p50 ${delay.p50Ms.toFixed(1)}, p99 ${delay.p99Ms.toFixed(1)}, longest ${delay.maxMs.toFixed(0)} ms`,
  );
}

/** The stored blocks as they are inserted. */
async function rowsOf({ client }: Watched): Promise<Buffer[]> {
  const answer = await client.query({
    query: 'SELECT * FROM replay_block',
    format: 'JSONEachRow',
    clickhouse_settings: { max_execution_time: 600, date_time_output_format: 'simple' },
  });
  const rows: Buffer[] = [];
  for await (const part of answer.stream()) {
    for (const row of part) rows.push(Buffer.from(`${row.text}\n`));
  }
  return rows;
}

/** Seconds to insert them into a table of the same form, in inserts of the same size. */
async function insertRaw({ client }: Watched, rows: readonly Buffer[]): Promise<number> {
  await client.command({ query: 'CREATE TABLE raw_block AS replay_block' });
  let seconds = 0;
  for (let at = 0; at < rows.length;) {
    const part: Buffer[] = [];
    for (let bytes = 0; at < rows.length && bytes < INSERT_BYTES; at += 1) {
      const row = rows[at] as Buffer;
      part.push(row);
      bytes += row.byteLength;
    }
    const startedMs = performance.now();
    const { stream } = await client.exec({
      query: 'INSERT INTO raw_block FORMAT JSONEachRow',
      values: Readable.from([Buffer.concat(part)]),
      clickhouse_settings: { async_insert: 0, input_format_parallel_parsing: 0 },
    });
    for await (const _chunk of stream);
    seconds += (performance.now() - startedMs) / 1000;
  }
  await client.command({ query: 'DROP TABLE raw_block' });
  return seconds;
}
