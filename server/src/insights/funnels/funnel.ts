// What a funnel is: steps that people take within a window, and which of their ways through it counts.
//
// - An entry is an event of the first step within the range. From it on the way goes to the next event of the
//   second step, from there to the next of the third, and so on; steps later than the window do not count.
//   What happens in the same millisecond counts as in order, except for a step that an event of an earlier step
//   could be as well: it must come at least a millisecond later.
// - Strict: the events of the steps follow each other without any other event between. Unordered: each step
//   happens at all; an event counts for every step that it matches.
// - An exclusion spoils entries on whose way it happens between its two steps (where the second is not
//   reached: until the end of the window). Who has only spoilt entries is not in the funnel.
// - Somebody's way is the one that gets furthest; of several, the one that is there first; then the latest.
import type { Breakdown } from '../sql/breakdown.ts';
import type { Range } from '../time/date-range.ts';
import type { EventsNode, Narrowing } from '../question.ts';

export type Exclusion = {
  readonly node: EventsNode;
  /** Steps that it lies between, from 1 on. */
  readonly after: number;
  readonly before: number;
};

/** Whose ways are looked at. */
export type FunnelActor =
  | { readonly kind: 'person' }
  | { readonly kind: 'group'; readonly index: number }
  | { readonly kind: 'session' };

/** Which value somebody is counted under. */
export type Attribution =
  /** The first (last) that any event of a step has. */
  | { readonly kind: 'first_touch' | 'last_touch' }
  /** Each value by itself, with only the events that have it. */
  | { readonly kind: 'all_events' }
  /** That of the event of a step (from 1 on) on the way that counts. */
  | { readonly kind: 'step'; readonly step: number };

export type Funnel = {
  readonly order: 'ordered' | 'strict' | 'unordered';
  readonly steps: readonly EventsNode[];
  readonly exclusions: readonly Exclusion[];
  readonly windowMs: number;
  readonly range: Range;
  readonly narrowing: Narrowing;
  readonly actor: FunnelActor;
  readonly breakdown: Breakdown | undefined;
  readonly attribution: Attribution;
};

/** True when one event may match both. */
export function mayOverlap(a: EventsNode, b: EventsNode): boolean {
  return a.event === null || b.event === null || a.event === b.event;
}

/** True when the step must come later than the one before it, not just no earlier. */
export function mustComeLater(steps: readonly EventsNode[], index: number): boolean {
  const step = steps[index];
  return step !== undefined && steps.slice(0, index).some((earlier) => mayOverlap(earlier, step));
}
