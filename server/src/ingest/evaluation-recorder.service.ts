// Who was given which value of a flag, where the client reports no calls: an internal event, once per person and their
// groups, flag, value and UTC day. Rollouts count these people, or groups, as exposed.
import { LRUCache } from 'lru-cache';
import { v5 } from 'uuid';
import { canonicalJson, storableText } from '#kernel/json';
import { EVALUATED_EVENT, type NormalizedEvent } from './event.ts';
import { readGroups } from './event-fields.ts';

/** One person's answers. */
export type ServedEvaluations = {
  readonly distinctId: string;
  /** Group type → group key, as the request named them. */
  readonly groups?: Readonly<Record<string, string>> | undefined;
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
  /** True once it is kept, until then the promise of it. */
  readonly #seen = new LRUCache<string, true | Promise<unknown>>({ max: MAX_REMEMBERED });

  constructor(keep: KeepEvents) {
    this.#keep = keep;
  }

  /** Resolves once all are kept; rejects when one cannot be, which is then tried again with its next answer. */
  async record(environmentId: number, served: readonly ServedEvaluations[]): Promise<void> {
    const events = new Map<string, NormalizedEvent>();
    const waits: Promise<unknown>[] = [];
    for (const each of served) {
      for (const use of usesIn(environmentId, each)) {
        const seen = this.#seen.get(use.name);
        if (seen === undefined) events.set(use.name, evaluatedEvent(use));
        else if (seen !== true) waits.push(seen);
      }
    }
    if (events.size > 0) waits.push(this.#keepNew(environmentId, events));
    await Promise.all(waits);
  }

  #keepNew(environmentId: number, events: ReadonlyMap<string, NormalizedEvent>): Promise<unknown> {
    const kept = this.#keep(environmentId, [...events.values()]).then(
      () => {
        for (const name of events.keys()) this.#seen.set(name, true);
      },
      (error: unknown) => {
        // The log is full or closed.
        for (const name of events.keys()) this.#seen.delete(name);
        throw error;
      },
    );
    for (const name of events.keys()) this.#seen.set(name, kept);
    return kept;
  }
}

type Use = {
  /** Equal for everything that is noted once. */
  readonly name: string;
  readonly distinctId: string;
  readonly groups: Readonly<Record<string, string>>;
  readonly flag: string;
  readonly value: string;
  readonly atMs: number;
  /** Days since the epoch. */
  readonly day: number;
};

function usesIn(environmentId: number, served: ServedEvaluations): Use[] {
  const { evaluations, evaluatedAtMs: atMs } = served;
  const day = Math.floor(atMs / DAY_MS);
  const distinctId = [...storableText(served.distinctId)].slice(0, MAX_ID_CHARS).join('');
  if (distinctId.trim() === '') return [];
  const groups = readGroups(served.groups ?? {});
  const others = Object.keys(groups).length === 0 ? [] : [canonicalJson(groups)];
  return evaluations.flatMap(({ key, enabled, variant, failed }) => {
    if (failed) return [];
    const value = variant ?? String(enabled);
    const name = JSON.stringify([environmentId, day, key, value, distinctId, ...others]);
    return [{ name, distinctId, groups, flag: key, value, atMs, day }];
  });
}

function evaluatedEvent(use: Use): NormalizedEvent {
  const { name, distinctId, groups, flag, value, atMs, day } = use;
  return {
    uuid: v5(name, NAMESPACE),
    event: EVALUATED_EVENT,
    distinctId,
    atMs,
    // The uuid is one for the day: others may have noted the same since its start.
    claimedMs: day * DAY_MS,
    sessionId: '',
    flag,
    flagResponse: value,
    flags: {},
    groups,
    properties: {},
    person: { event: EVALUATED_EVENT, distinctId, atMs, processing: 'none' },
  };
}
