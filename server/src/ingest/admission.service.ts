// Decides whether a request's events are taken now, or whether their sender shall come again.
import { hash } from 'node:crypto';
import { fail } from '#kernel/errors';
import { isJsonObject } from '#kernel/json';
import type { Clock } from '#kernel/clock';
import { EventLimit } from './event-limit.ts';
import type { WarningNotes } from './warning-notes.job.ts';

type Deps = {
  readonly clock: Clock;
  readonly notes: Pick<WarningNotes, 'note'>;
  /** What an environment may send per second; 0: any number. */
  readonly eventsPerSecondOf: (environmentId: number) => number;
};

type Arrival = {
  readonly environmentId: number;
  readonly events: readonly unknown[];
  readonly isLastChance?: boolean | undefined;
};

const MAX_ID_CHARS = 64;

export class Admission {
  readonly #deps: Deps;
  readonly #limit = new EventLimit();
  #refusedRequests = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Since the start of this process. */
  get refusedRequests(): number {
    return this.#refusedRequests;
  }

  /**
   * What is taken is to be counted, as far as it can be used.
   * @throws unavailable when the environment sends more than it may; the same may be sent again
   */
  admit({ environmentId, events, isLastChance = false }: Arrival): void {
    const { clock, notes, eventsPerSecondOf } = this.#deps;
    const eventsPerSecond = eventsPerSecondOf(environmentId);
    const name = (): string => nameOf(events);
    const waitSeconds = this.#limit.take(
      { environmentId, eventsPerSecond, name, isLastChance },
      clock.now(),
    );
    if (waitSeconds === 0) return;
    this.#refusedRequests += 1;
    notes.note(environmentId, 'events_rate_limited', {
      detail: `${events.length} events came above the ${eventsPerSecond} per second that are taken.`,
      ...sampleOf(events[0]),
    });
    // Not 429: posthog-js drops events on any 4xx, and sends them again on 5xx.
    fail('unavailable', {
      detail: `More than ${eventsPerSecond} events per second; send these again later.`,
      retryAfterSeconds: waitSeconds,
    });
  }

  /** Counts usable events of a request that was admitted. */
  count(environmentId: number, usable: number): void {
    const { clock, eventsPerSecondOf } = this.#deps;
    const eventsPerSecond = eventsPerSecondOf(environmentId);
    this.#limit.count({ environmentId, eventsPerSecond }, usable, clock.now());
  }
}

/** The same whenever an SDK sends the same events again. */
function nameOf([first]: readonly unknown[]): string {
  const uuid = isJsonObject(first) ? first['uuid'] : undefined;
  if (typeof uuid === 'string' && uuid !== '' && uuid.length <= MAX_ID_CHARS) return uuid;
  return hash('sha1', JSON.stringify(first) ?? '', 'base64');
}

function sampleOf(first: unknown) {
  if (!isJsonObject(first)) return {};
  const { event, distinct_id: distinctId } = first;
  return {
    event: typeof event === 'string' ? event : undefined,
    distinctId: typeof distinctId === 'string' ? distinctId : undefined,
  };
}
