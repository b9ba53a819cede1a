// Events that come in over HTTP while questions are asked.
import { setTimeout as sleep } from 'node:timers/promises';
import { applyLoad } from '../http/processes.ts';
import { anEvent } from '../ingest/event.ts';
import { untilStored } from '../ingest/stored.ts';
import type { Watched } from './server.ts';

const BATCH = 100;
const CONNECTIONS = 8;
const TICK_MS = 50;

const bodyOf = ({ serin }: Watched): string =>
  JSON.stringify({
    api_key: serin.projectToken,
    batch: Array.from({ length: BATCH }, (_, i) => anEvent(i)),
  });

/** As many events as the server takes: per second, accepted until the end and then stored. */
export async function ingestAll(
  watched: Watched,
  durationMs: number,
): Promise<{ readonly accepted: number; readonly stored: number }> {
  const startedMs = performance.now();
  const result = await applyLoad({
    port: watched.serin.port,
    path: '/batch/',
    headers: { 'Content-Type': 'application/json' },
    body: bodyOf(watched),
    connections: CONNECTIONS,
    durationMs,
  });
  if (result.refused > 0) throw new Error(`${result.refused} requests were refused`);
  await untilStored(watched.serin);
  const events = result.requests * BATCH;
  return {
    accepted: result.requestsPerSecond * BATCH,
    stored: events / ((performance.now() - startedMs) / 1000),
  };
}

/** Sends so many events a second while the work is done. */
export async function whileIngesting<T>(
  watched: Watched,
  perSecond: number,
  work: () => Promise<T>,
): Promise<T> {
  const { serin } = watched;
  const body = bodyOf(watched);
  const state = { isDone: false };
  const sending = (async () => {
    const startedMs = performance.now();
    for (let sent = 0; !state.isDone;) {
      const due = ((performance.now() - startedMs) / 1000) * perSecond;
      if (sent + BATCH > due) await sleep(TICK_MS);
      else {
        const answer = await fetch(`${serin.url}/batch/`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`Events were answered with ${answer.status}.`);
        sent += BATCH;
      }
    }
  })();
  try {
    return await work();
  } finally {
    state.isDone = true;
    await sending;
  }
}
