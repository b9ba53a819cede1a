// Kinds of decisions that the time line can be narrowed to.
import type { RolloutEvent } from './rollout-words.ts';

const MOVES = new Set<RolloutEvent['type']>([
  'started',
  'promoted',
  'approved',
  'jumped',
  'retried',
  'rollback_started',
  'completed',
  'cancelled',
]);
const HOLDS = new Set<RolloutEvent['type']>([
  'held',
  'resumed',
  'acknowledged',
  'extended',
  'escalated',
  'approval_requested',
  'noted',
]);

const KINDS: readonly {
  readonly value: string;
  readonly label: string;
  readonly has: (event: RolloutEvent) => boolean;
}[] = [
  { value: 'moves', label: 'Who has it changed', has: ({ type }) => MOVES.has(type) },
  { value: 'holds', label: 'Pauses and approvals', has: ({ type }) => HOLDS.has(type) },
  { value: 'people', label: 'By people', has: ({ actor }) => actor.kind !== 'system' },
  { value: 'serin', label: 'By Serin', has: ({ actor }) => actor.kind === 'system' },
];

export const DECISION_KINDS = KINDS.map(({ value, label }) => ({ value, label }));

/** @param kind undefined: every decision is */
export function isOfKind(event: RolloutEvent, kind: string | undefined): boolean {
  return KINDS.find(({ value }) => value === kind)?.has(event) ?? true;
}
