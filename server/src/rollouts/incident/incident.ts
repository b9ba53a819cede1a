// What an incident is, and what a rollout's moves mean for it: a suspicion opens an investigation, taking the change
// back makes it (or opens) an incident that somebody has to acknowledge, and recovery closes an investigation.
import type { Transition } from '../gate/rollout.ts';

/** investigation: harm is suspected and nobody gets the change any more. rollback: it was taken back. */
export const INCIDENT_KINDS = ['investigation', 'rollback'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** recovered: the evidence calmed down. decided: a person went on. acknowledged: somebody has seen the rollback. */
export const CLOSINGS = ['recovered', 'decided', 'acknowledged'] as const;
export type Closing = (typeof CLOSINGS)[number];

export type ActionItem = {
  readonly id: string;
  readonly text: string;
  /** Who does it, in people's words; empty: nobody yet. */
  readonly owner: string;
  readonly done: boolean;
};

/** A session worth looking at: its recording, where there is one, has the same id. */
export type PinnedSession = {
  readonly sessionId: string;
  readonly personId: string;
  readonly atMs: number;
  /** Where its recording is opened, in milliseconds from its start; left out where there is none to play. */
  readonly openAtMs?: number;
};

/** What happened of one guardrail to those whose apps reported the flag. */
export type GuardrailHurt = {
  readonly id: string;
  readonly event: string;
  /** `down`: the event is what people are missing. */
  readonly direction: 'up' | 'down';
  readonly treatment: { readonly people: number; readonly withEvent: number };
  readonly control: { readonly people: number; readonly withEvent: number };
  /** When it first happened to somebody with the change; null where nothing did, or where less is harm. */
  readonly firstAtMs: number | null;
  readonly sessions: {
    readonly treatment: readonly PinnedSession[];
    readonly control: readonly PinnedSession[];
  };
};

/** What the event store said of an incident. */
export type IncidentEvidence = {
  readonly collectedAtMs: number;
  /** The stretch of time that was asked about. */
  readonly fromMs: number;
  readonly toMs: number;
  /** People whose apps reported that they had the change. */
  readonly affected: number;
  /** Of these, who had opted in to it. */
  readonly optedIn: number;
  /** Everybody who did anything in that time. */
  readonly active: number;
  readonly guardrails: readonly GuardrailHurt[];
  /** When the first person was hurt, by a guardrail that is at fault. */
  readonly firstHurtAtMs: number | null;
  /** Whether people have been told of recordings. */
  readonly isTold?: boolean;
};

/** Where the banner of an incident shows, while it does. */
export type Banner = {
  readonly flagKey: string;
  readonly flagId: number;
  readonly setAtMs: number;
  readonly clearedAtMs: number | null;
};

export type IncidentStep =
  | { readonly kind: 'investigate' }
  | { readonly kind: 'roll_back' }
  | { readonly kind: 'close'; readonly closing: Closing };

/** Moves that go on after a suspicion. */
const GOES_ON: ReadonlySet<Transition['type']> = new Set([
  'resumed',
  'promoted',
  'approved',
  'jumped',
  'retried',
  'completed',
  'cancelled',
]);

/**
 * What a move means for the rollout's incident.
 * @param open the kind of the one that is open, null without one
 * @param isByPerson who moved it
 */
export function incidentStep(
  { type, to, holdReason, flag }: Pick<Transition, 'type' | 'to' | 'holdReason' | 'flag'>,
  open: IncidentKind | null,
  isByPerson: boolean,
): IncidentStep | null {
  if (flag === 'rollback') return { kind: 'roll_back' };
  // An approval that is kept until the other gates are open goes on with nothing.
  if (type === 'approved' && to !== 'applying' && to !== 'completed') return null;
  if (type === 'held') {
    const isSuspicion = holdReason === 'yellow' || holdReason === 'red';
    return isSuspicion && open === null ? { kind: 'investigate' } : null;
  }
  if (open === null) return null;
  if (type === 'acknowledged') {
    return to === 'holding' ? null : { kind: 'close', closing: 'acknowledged' };
  }
  if (!GOES_ON.has(type)) return null;
  return { kind: 'close', closing: isByPerson ? 'decided' : 'recovered' };
}
