// An hour of recording: what it takes on disk, as it came and after the store has merged it, and how soon it plays.
import type { Watched } from '../insights/server.ts';
import { median } from '../statistics.ts';
import { tellFirstFrame } from './first-frame.ts';
import { sendAll, untilStored } from './send.ts';
import { type SentBody, bodiesOf } from './session.ts';
import { timed } from '../timed.ts';

const MINUTES = 60;
const ROUNDS = 15;
const TABLES = ['replay_block', 'session_replay', 'replay_console', 'replay_request'];
/** As much as a player asks for at first, see `chunksOf` in the web app. */
const FIRST_CHUNK_BYTES = 256 * 1024;
const FIRST_CHUNK_BLOCKS = 50;

type Block = { readonly id: string; readonly bytes: number; readonly has_full: boolean };

export async function playHour(watched: Watched): Promise<void> {
  const { serin, command } = watched;
  const bodies = [
    ...bodiesOf({
      token: serin.projectToken,
      startMs: Date.now() - MINUTES * 60_000,
      minutes: MINUTES,
      seed: 1,
    }),
  ];
  await sendAll(serin.port, [bodies], 8);
  await untilStored(watched, bodies.length);
  const sent = bodies.reduce((sum, { body }) => sum + body.byteLength, 0);
  const [first] = bodies as [SentBody];
  const recording = await watched.ask<{ active_seconds: number }>(
    'GET',
    `/session_recordings/${first.sessionId}/`,
  );
  const minutes = recording.active_seconds / 60;
  console.log(
    `An hour, ${minutes.toFixed(0)} active minutes: ${kib(sent / minutes)} KiB of requests a minute (gzip)`,
  );
  tellVolume('stored as it came', (await bytesOnDisk(watched)) / sent, sent / minutes);
  for (const table of TABLES) await command(`OPTIMIZE TABLE ${table} FINAL`);
  tellVolume('stored, merged', (await bytesOnDisk(watched)) / sent, sent / minutes);
  await tellFirstFrame(watched, first.sessionId, await tellAnswers(watched, first.sessionId));
}

const kib = (bytes: number): string => (bytes / 1024).toFixed(1);

function tellVolume(what: string, ratio: number, sentPerMinute: number): void {
  console.log(
    `  ${what.padEnd(34)}${kib(ratio * sentPerMinute)} KiB a minute, ${ratio.toFixed(2)} × gzip of the requests`,
  );
}

async function bytesOnDisk({ client }: Watched): Promise<number> {
  const answer = await client.query({
    query: `SELECT sum(bytes_on_disk) AS bytes FROM system.parts
      WHERE database = currentDatabase() AND table IN {tables:Array(String)} AND active`,
    query_params: { tables: TABLES },
    format: 'JSONEachRow',
  });
  return Number((await answer.json<{ bytes: string }>())[0]?.bytes);
}

/**
 * What the server does of it: the recording, its index and the first events, against the store reading the same alone.
 * Resolves with the blocks of the first events.
 */
async function tellAnswers(watched: Watched, sessionId: string): Promise<readonly string[]> {
  const path = `/session_recordings/${sessionId}/`;
  const ours: number[] = [];
  const byHand: number[] = [];
  let ids: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [, oursMs] = await timed(async () => {
      const [, { blocks }] = await Promise.all([
        watched.ask('GET', path),
        watched.ask<{ blocks: Block[] }>('GET', `${path}blocks/`),
      ]);
      ids = firstChunk(blocks);
      await readChunk(watched, `${path}blocks/data/?ids=${ids.join(',')}`);
    });
    ours.push(oursMs);
    const [, byHandMs] = await timed(() => readByHand(watched, sessionId, ids));
    byHand.push(byHandMs);
  }
  const ratio = median(ours) / median(byHand);
  console.log(
    `  ${'recording, index and first events'.padEnd(34)}${median(ours).toFixed(0)} ms, ${ratio.toFixed(1)} × the store reading those events alone`,
  );
  return ids;
}

function firstChunk(blocks: readonly Block[]): string[] {
  const ids: string[] = [];
  let bytes = 0;
  for (const block of blocks) {
    bytes += block.bytes;
    const isFull = bytes > FIRST_CHUNK_BYTES || ids.length === FIRST_CHUNK_BLOCKS;
    if (ids.length > 0 && (block.has_full || isFull)) break;
    ids.push(block.id);
  }
  return ids;
}

async function readChunk({ serin }: Watched, path: string): Promise<void> {
  const answer = await fetch(`${serin.url}/api/projects/@current${path}`, {
    headers: { authorization: `Bearer ${serin.personalApiKey}` },
  });
  if (!answer.ok) throw new Error(`The events were answered ${answer.status}.`);
  await answer.arrayBuffer();
}

async function readByHand({ client }: Watched, sessionId: string, ids: string[]): Promise<void> {
  const answer = await client.query({
    query: `SELECT data FROM replay_block WHERE session_id = {session:String} AND block_id IN {ids:Array(UUID)}
      AND environment_id = (SELECT any(environment_id) FROM replay_block)`,
    query_params: { session: sessionId, ids },
    format: 'JSONEachRow',
  });
  await answer.text();
}
