// A batch of accepted events on its way into the store: freed of repeats, and grouped as the store keeps it.
import type { PersonStamp } from '#identity/person';
import type { LogBatch, LoggedEvent } from './record.ts';
import { type AgeClues, doubtOf } from './repeat-doubt.ts';
import { finishRow } from './row.ts';
import type { RecentUuids } from './uuid-set.ts';

/** An accepted event with what its request says about it. */
export type WaitingEvent = LoggedEvent & {
  readonly environmentId: number;
  readonly receivedMs: number;
};

/** A batch's events, each uuid once. */
export type SiftedBatch = {
  readonly events: readonly WaitingEvent[];
  /** Those of `events` that the store may have from longer ago than the set reaches. */
  readonly doubtful: readonly WaitingEvent[];
  /** Those that it hardly has, see `repeat-doubt.ts`. */
  readonly unlikely: readonly WaitingEvent[];
};

/** Leaves out what `recent` has seen, and adds the rest to it. */
export function siftRepeats(batches: readonly LogBatch[], recent: RecentUuids): SiftedBatch {
  const events: WaitingEvent[] = [];
  const doubtful: WaitingEvent[] = [];
  const unlikely: WaitingEvent[] = [];
  for (const { environmentId, receivedMs, events: own } of batches) {
    for (const logged of own) {
      if (!recent.add(environmentId, logged.uuid, receivedMs)) continue;
      const event = { ...logged, environmentId, receivedMs };
      events.push(event);
      const doubt = doubtOf(ageCluesOf(event), recent.completeSinceMs);
      if (doubt === 'possible') doubtful.push(event);
      else if (doubt === 'unlikely') unlikely.push(event);
    }
  }
  return { events, doubtful, unlikely };
}

/** What the event says about its age. */
export function ageCluesOf({ uuid, claimedMs, person, receivedMs }: WaitingEvent): AgeClues {
  return { uuid, claimedMs, event: person.event, atMs: person.atMs, receivedMs };
}

/** An event with its complete row. */
export type StorableEvent = { readonly event: WaitingEvent; readonly row: string };

/**
 * Complete rows by year of the event: one insert each. The store keeps months apart and takes at most 100
 * of them per insert, which imported history would exceed.
 */
export function rowsByYear(
  events: readonly WaitingEvent[],
  stamps: readonly PersonStamp[],
): Map<string, StorableEvent[]> {
  const years = new Map<string, StorableEvent[]>();
  for (const [index, event] of events.entries()) {
    const stamp = stamps[index];
    if (!stamp) throw new Error('an event has no person');
    const year = new Date(event.person.atMs).toISOString().slice(0, 4);
    const storable = { event, row: finishRow(event.row, stamp.personId, stamp.mode) };
    const others = years.get(year);
    if (others) others.push(storable);
    else years.set(year, [storable]);
  }
  return years;
}

/** How many events of which names each environment got. */
export function countStored(
  events: readonly WaitingEvent[],
): { environmentId: number; count: number; names: string[] }[] {
  const groups = Map.groupBy(events, (event) => event.environmentId);
  return [...groups].map(([environmentId, own]) => ({
    environmentId,
    count: own.length,
    names: [...new Set(own.map((event) => event.person.event))],
  }));
}
