// What was done to flags and rollouts, at the place of a time axis where it happened.
import type { AuditEntry } from '../api/audit.ts';
import { actionWords } from '../audit/audit-words.ts';
import { eventWords, type RolloutEvent } from '../rollouts/rollout-words.ts';
import type { Tone } from '../ui/status-badge.tsx';

export type Annotation = {
  readonly id: string;
  readonly at: string;
  /** `Switched on`, `Rolled back`. */
  readonly what: string;
  /** The key of the flag. */
  readonly flag: string;
  readonly who: string;
  readonly why: string | null;
  readonly tone: Tone;
  readonly to:
    | { readonly kind: 'flag'; readonly id: string }
    | { readonly kind: 'rollout'; readonly id: string };
};

/** Moves of a rollout: what else is on record of one (reminders, ticks of its checklists, plans) changes nothing for anybody. */
const MOVES = new Set([
  'started',
  'promoted',
  'approved',
  'held',
  'resumed',
  'jumped',
  'retried',
  'rollback_started',
  'completed',
  'cancelled',
]);
/** A rollout moves its flag in the same transaction; 5 s leave room for a slow one. */
const SAME_MOVE_MS = 5_000;
/** Fields that describe a flag; a change of these alone gives nobody another value. */
const DESCRIBING = new Set([
  'version',
  'updatedAt',
  'updated_at',
  'name',
  'tags',
  'ownerId',
  'description',
]);

/**
 * @param only the key of the one flag that is asked about; undefined: all
 */
export function annotationsOf(
  entries: readonly AuditEntry[],
  only: string | undefined,
): Annotation[] {
  const all = entries
    .filter(isTelling)
    .map(annotationOf)
    .filter(({ flag }) => only === undefined || flag === only)
    .toSorted((a, b) => a.at.localeCompare(b.at));
  const moves = all.filter(({ to }) => to.kind === 'rollout');
  return all.filter((one) => one.to.kind === 'rollout' || !moves.some((of) => isPartOf(one, of)));
}

function isTelling({ action, changes, resource_kind: kind }: AuditEntry): boolean {
  if (kind === 'rollout') return MOVES.has(action);
  return action !== 'updated' || changes.some(({ field }) => !DESCRIBING.has(field));
}

/** What a rollout did to its flag is told once, as the rollout's step. */
function isPartOf(change: Annotation, move: Annotation): boolean {
  const apart = Math.abs(Date.parse(change.at) - Date.parse(move.at));
  return change.flag === move.flag && change.who === move.who && apart <= SAME_MOVE_MS;
}

function annotationOf(entry: AuditEntry): Annotation {
  const { id, at, action, actor, reason, resource_id: resource, resource_label: label } = entry;
  const shared = { id, at, who: actor.kind === 'system' ? 'Serin' : actor.label, why: reason };
  if (entry.resource_kind !== 'rollout') {
    const flag = label ?? resource;
    const to = { kind: 'flag', id: resource } as const;
    return { ...shared, what: actionWords(action), flag, tone: 'neutral', to };
  }
  // Actions of rollouts are the types of their decisions.
  const { words, tone } = eventWords(action as RolloutEvent['type']) ?? {
    words: actionWords(action),
    tone: 'neutral',
  };
  const flag = label ?? 'Rollout';
  return {
    ...shared,
    what: `Rollout: ${words}`,
    flag,
    tone,
    to: { kind: 'rollout', id: resource },
  };
}

/** By the index of the interval in which each happened. @param days starts of the intervals, in the time zone */
export function placedOn(
  annotations: readonly Annotation[],
  days: readonly string[],
  timeZone: string,
): ReadonlyMap<number, readonly Annotation[]> {
  const format = localTime(timeZone);
  const starts = days.map((day) => (day.length > 10 ? day : `${day} 00:00:00`));
  const placed = annotations.map(
    (one) => [starts.findLastIndex((start) => start <= format(one.at)), one] as const,
  );
  const groups = Map.groupBy(
    placed.filter(([index]) => index >= 0),
    ([index]) => index,
  );
  return new Map([...groups].map(([index, of]) => [index, of.map(([, one]) => one)]));
}

/** `2026-11-20 14:03:12` as clocks in a time zone show it. */
function localTime(timeZone: string): (at: string) => string {
  // Swedish writes dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (at) => format.format(new Date(at));
}
