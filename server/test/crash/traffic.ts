// Clients under load that never forget: every batch they have sent is kept until it was answered with 200,
// sent again after a crash, and now and then once more although it was.
import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { v4, v7 } from 'uuid';
import type { Rng } from '../../src/kernel/rng.ts';

type Batch = { readonly uuids: readonly string[]; readonly body: Buffer };

/** Enough to keep the log and its writer busy, and to leave the clients time on two cores. */
const CLIENTS = 6;
const MAX_EVENTS = 20;
/** One batch in ten that was answered with 200 is sent again all the same. */
const NEEDLESS_REPEATS = 0.1;
/** How many visitors there are; they identify themselves at random. */
const VISITORS = 300;

export class Traffic {
  readonly #token: string;
  readonly #rng: Rng;
  /** Uuids whose batch was answered with 200. */
  readonly accepted = new Set<string>();
  /** Visitors who identified themselves in an accepted batch, with the name they gave. */
  readonly identified = new Map<string, string>();
  #unanswered: Batch[] = [];
  #repeats: Batch[] = [];

  constructor(token: string, rng: Rng) {
    this.#token = token;
    this.#rng = rng;
  }

  /** Sends until `isOver`; ends when every client has its last answer or error. */
  async run(url: string, isOver: () => boolean): Promise<void> {
    const again = [...this.#unanswered, ...this.#repeats];
    this.#unanswered = [];
    this.#repeats = [];
    const client = async (): Promise<void> => {
      while (!isOver()) {
        const batch = again.pop() ?? this.#makeBatch();
        await this.#send(url, batch);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    this.#unanswered.push(...again);
  }

  /** Sends everything that was never answered, until all of it is. */
  async finish(url: string): Promise<void> {
    while (this.#unanswered.length > 0) {
      const again = this.#unanswered;
      this.#unanswered = [];
      for (const batch of again) await this.#send(url, batch);
    }
  }

  async #send(url: string, batch: Batch): Promise<void> {
    try {
      const answer = await fetch(`${url}/batch/`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: new Uint8Array(batch.body),
      });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
      for (const uuid of batch.uuids) this.accepted.add(uuid);
      if (this.#rng() < NEEDLESS_REPEATS) this.#repeats.push(batch);
    } catch {
      this.#unanswered.push(batch);
      await sleep(10);
    }
  }

  #makeBatch(): Batch {
    const count = 1 + Math.floor(this.#rng() * MAX_EVENTS);
    const events = Array.from({ length: count }, () => this.#makeEvent());
    const text = JSON.stringify({ api_key: this.#token, batch: events, sent_at: new Date() });
    return { uuids: events.map((event) => event.uuid), body: gzipSync(text) };
  }

  #makeEvent() {
    const visitor = `visitor-${Math.floor(this.#rng() * VISITORS)}`;
    const kind = this.#rng();
    const uuid = this.#rng() < 0.5 ? v7() : v4();
    const timestamp = new Date(Date.now() - Math.floor(this.#rng() * 5000)).toISOString();
    if (kind < 0.05) {
      const name = `known-${visitor}`;
      this.identified.set(visitor, name);
      const properties = { $anon_distinct_id: visitor, $set: { name } };
      return { uuid, timestamp, event: '$identify', distinct_id: name, properties };
    }
    if (kind < 0.1) {
      const properties = { $set: { seen: timestamp } };
      return { uuid, timestamp, event: 'page seen', distinct_id: visitor, properties };
    }
    const isCall = kind < 0.3;
    const properties = {
      $process_person_profile: false,
      ...(isCall ? { $feature_flag: 'other', $feature_flag_response: kind < 0.2 } : {}),
    };
    const event = isCall ? '$feature_flag_called' : 'page seen';
    return { uuid, timestamp, event, distinct_id: visitor, properties };
  }
}
