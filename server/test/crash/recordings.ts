// Browsers that keep sending recordings, and remember what was answered with 200.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { v7 } from 'uuid';
import { type Address, callApi } from '../../../sdk-compat/management.ts';

const PAUSE_MS = 30;
/** How long the store may take to catch up after the last start. */
const PATIENCE_MS = 60_000;

export class Recordings {
  readonly #token: string;
  readonly #sessions = Array.from({ length: 3 }, () => v7());
  /** Goes on over the lives of the server: on a busy machine one sees a request or two. */
  #turn = 0;
  /** Blocks that were answered with 200, by session. */
  readonly accepted = new Map<string, Set<string>>();

  constructor(token: string) {
    this.#token = token;
  }

  static async start(serin: Address & { readonly projectToken: string }): Promise<Recordings> {
    await callApi(serin, 'PATCH', 'recording_settings/', { enabled: true });
    return new Recordings(serin.projectToken);
  }

  /** Sends until `isOver`; what has no answer is sent again, as posthog-js does. */
  async run(serin: Address, isOver: () => boolean): Promise<void> {
    for (; !isOver(); this.#turn += 1) {
      const sessionId = this.#sessions[this.#turn % this.#sessions.length] ?? '';
      const uuid = randomUUID();
      const body = gzipSync(JSON.stringify([this.#message(uuid, sessionId)]));
      try {
        // Twice: a repeat counts once.
        for (let times = 0; times < 2; times += 1) {
          const answer = await fetch(`${serin.url}/s/`, { method: 'POST', body });
          if (answer.status !== 200) continue;
          const blocks = this.accepted.get(sessionId) ?? new Set();
          this.accepted.set(sessionId, blocks.add(uuid));
        }
      } catch {
        return;
      }
      await sleep(PAUSE_MS);
    }
  }

  /** Blocks that were lost or are there twice, and sessions whose numbers are not those of their blocks. */
  async check(serin: Address): Promise<{ lost: number; doubled: number; wrong: number }> {
    const untilMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = { lost: 0, doubled: 0, wrong: 0 };
      for (const [sessionId, accepted] of this.accepted) {
        const path = `session_recordings/${sessionId}/`;
        const { blocks } = await callApi<{ blocks: { id: string }[] }>(
          serin,
          'GET',
          `${path}blocks/`,
        ).catch(() => ({ blocks: [] }));
        const ids = new Set(blocks.map(({ id }) => id));
        found.lost += [...accepted].filter((id) => !ids.has(id)).length;
        found.doubled += blocks.length - ids.size;
        const { click_count: clicks } = await callApi<{ click_count: number }>(
          serin,
          'GET',
          path,
        ).catch(() => ({ click_count: -1 }));
        if (clicks !== ids.size) found.wrong += 1;
      }
      const isRight = found.lost + found.doubled + found.wrong === 0;
      if (isRight || Date.now() > untilMs) return found;
      await sleep(500);
    }
  }

  #message(uuid: string, sessionId: string): object {
    const click = {
      type: 3,
      timestamp: Date.now(),
      data: { source: 2, type: 2, id: 1, x: 1, y: 1 },
    };
    return {
      event: '$snapshot',
      uuid,
      properties: {
        token: this.#token,
        distinct_id: 'watched',
        $session_id: sessionId,
        $snapshot_data: [click],
      },
    };
  }
}
