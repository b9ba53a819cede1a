// Who was given which value of a flag, where the client reports no calls: an internal event, once per person,
// flag, value and UTC day. Rollouts count these people as exposed.
import { LRUCache } from 'lru-cache';
import { v5 } from 'uuid';
import { storableText } from '#kernel/json';
import { EVALUATED_EVENT, type NormalizedEvent } from './event.ts';

/** One person's answers. */
export type ServedEvaluations = {
  readonly distinctId: string;
  /** Milliseconds since the epoch. */
  readonly evaluatedAtMs: number;
  readonly evaluations: readonly {
    readonly key: string;
    readonly enabled: boolean;
    readonly variant?: string | null | undefined;
    /** True when there was no value to give. */
    readonly failed?: boolean | undefined;
  }[];
};

/** Keeps events; rejects when they cannot be kept. */
export type KeepEvents = (
  environmentId: number,
  events: readonly NormalizedEvent[],
) => Promise<unknown>;

/** 100,000 entries, some 20 MB: repeats within them cost nothing; others end at the uuid. */
const MAX_REMEMBERED = 100_000;
const DAY_MS = 86_400_000;
const MAX_ID_CHARS = 200;
/** Namespace of the internal events' ids; any fixed UUID would do. */
const NAMESPACE = '9d1a0f8e-6a51-4a3b-8a5f-0a7c2f6d3e11';

export class EvaluationRecorder {
  readonly #keep: KeepEvents;
  readonly #seen = new LRUCache<string, true>({ max: MAX_REMEMBERED });

  constructor(keep: KeepEvents) {
    this.#keep = keep;
  }

  record(environmentId: number, served: ServedEvaluations): void {
    const atMs = served.evaluatedAtMs;
    const day = Math.floor(atMs / DAY_MS);
    const distinctId = [...storableText(served.distinctId)].slice(0, MAX_ID_CHARS).join('');
    if (distinctId.trim() === '') return;
    const events: NormalizedEvent[] = [];
    const names: string[] = [];
    for (const { key, enabled, variant, failed } of served.evaluations) {
      if (failed) continue;
      const value = variant ?? String(enabled);
      const name = JSON.stringify([environmentId, day, key, value, distinctId]);
      if (this.#seen.has(name)) continue;
      names.push(name);
      const uuid = v5(name, NAMESPACE);
      events.push(evaluatedEvent({ uuid, distinctId, flag: key, value, atMs, day }));
    }
    if (events.length === 0) return;
    for (const name of names) this.#seen.set(name, true);
    this.#keep(environmentId, events).catch(() => {
      // The log is full or closed: the next answer tries again.
      for (const name of names) this.#seen.delete(name);
    });
  }
}

type Evaluated = Pick<NormalizedEvent, 'uuid' | 'distinctId' | 'flag' | 'atMs'> & {
  readonly value: string;
  /** Days since the epoch. */
  readonly day: number;
};

function evaluatedEvent({ uuid, distinctId, flag, value, atMs, day }: Evaluated): NormalizedEvent {
  return {
    uuid,
    event: EVALUATED_EVENT,
    distinctId,
    atMs,
    // The uuid is one for the day: others may have noted the same since its start.
    claimedMs: day * DAY_MS,
    sessionId: '',
    flag,
    flagResponse: value,
    flags: {},
    groups: {},
    properties: {},
    person: { event: EVALUATED_EVENT, distinctId, atMs, processing: 'none' },
  };
}
