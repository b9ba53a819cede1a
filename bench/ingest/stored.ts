// Waiting for the event store to have what was accepted.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSerin } from '../../sdk-compat/server.ts';

/** What was accepted must be stored by then: 5 min. */
const STORED_WITHIN_MS = 300_000;
const POLL_MS = 100;

/** Waits until an event sent now is listed: then everything before it is stored as well. */
export async function untilStored(serin: RunningSerin): Promise<void> {
  const event = `mark ${randomUUID()}`;
  await fetch(`${serin.url}/capture/`, {
    method: 'POST',
    body: JSON.stringify({ api_key: serin.projectToken, event, distinct_id: 'bench' }),
  });
  const deadlineMs = performance.now() + STORED_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    const answer = await fetch(
      `${serin.url}/api/projects/@current/events/?event=${encodeURIComponent(event)}&limit=1`,
      { headers: { authorization: `Bearer ${serin.personalApiKey}` } },
    );
    const { results } = (await answer.json()) as { results: unknown[] };
    if (results.length > 0) return;
    await sleep(POLL_MS);
  }
  throw new Error('The accepted events were not stored in time.');
}
