// What of a rollout's moves is news, how urgent it is, and what it does to the incident that people see.
import type { Verdict } from '#metrics/verdict';
import type { IncidentStep, NotificationType, Severity } from '#notify/message';
import type { HoldReason, Position, RolloutState, Transition } from './gate/rollout.ts';
import type { Plan } from './plan/plan.ts';

export type News = {
  readonly type: NotificationType;
  readonly severity: Severity;
  /** Completes "new-checkout in production …". */
  readonly what: string;
  readonly step: IncidentStep | null;
};

/** A move, and all that is told of it. */
export type RolloutNews = {
  readonly rolloutId: string;
  readonly flagKey: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly plan: Plan;
  readonly transition: Transition;
  /** What it was before the move. */
  readonly from: RolloutState;
  /** Where the rollout stands afterwards. */
  readonly position: Position;
  /** The pass through the plan before the move. */
  readonly attempt: number;
  /** The incident that the move belongs to. */
  readonly incidentId: string | null;
  /** Who moved it. */
  readonly actor: string;
  /** People counted at the look that decided, or at the last one of the stage; null without one. */
  readonly people: { readonly treatment: number; readonly control: number } | null;
  /** Of that look. */
  readonly verdict: Verdict | null;
  /** The flag that takes the rollout's flag away from everybody; null where there is none. */
  readonly killSwitchKey: string | null;
};

/** By why a rollout is held; the others are {@link HELD}. */
export const HOLDS: Partial<Record<HoldReason, News>> = {
  yellow: {
    type: 'rollout.yellow',
    severity: 'warning',
    what: 'looks worse and stops expanding',
    step: 'open',
  },
  srm: {
    type: 'rollout.srm',
    severity: 'warning',
    what: 'is split in unexpected shares and stops expanding',
    step: 'open',
  },
  no_data: {
    type: 'rollout.data_missing',
    severity: 'warning',
    what: 'gets no data and stops expanding',
    step: 'open',
  },
  red: {
    type: 'rollout.red',
    severity: 'error',
    what: 'is proven to do harm and stops expanding',
    step: 'open',
  },
  source_down: {
    type: 'rollout.source_down',
    severity: 'warning',
    what: 'cannot be watched and stops expanding',
    step: 'open',
  },
  // Whoever pauses is at it already: nobody is woken, and whoever was has an answer.
  manual: { type: 'rollout.held', severity: 'warning', what: 'is paused', step: 'acknowledge' },
  actuator: {
    type: 'rollout.held',
    severity: 'warning',
    what: 'is not served by every process and stops expanding',
    step: 'open',
  },
};

export const HELD: News = {
  type: 'rollout.held',
  severity: 'warning',
  what: 'is held',
  step: 'open',
};

/** Moves that nobody needs to hear of have none. */
export const NEWS: Partial<Record<Transition['type'], News>> = {
  noted: {
    type: 'guardrail.shadow_would_fire',
    severity: 'warning',
    what: 'looks worse; the plan leaves it to people',
    // Nothing ends it, so it must not stand open either.
    step: null,
  },
  acknowledged: {
    type: 'rollout.acknowledged',
    severity: 'info',
    what: 'is being looked at',
    step: 'acknowledge',
  },
  extended: {
    type: 'rollout.acknowledged',
    severity: 'info',
    what: 'gets more time for a decision',
    step: 'note',
  },
  jumped: {
    type: 'rollout.promoted',
    severity: 'info',
    what: 'is put at another stage by hand',
    step: 'resolve',
  },
  retried: { type: 'rollout.started', severity: 'info', what: 'begins again', step: 'resolve' },
  started: { type: 'rollout.started', severity: 'info', what: 'starts', step: null },
  stage_applied: {
    type: 'rollout.stage_applied',
    severity: 'info',
    what: 'has reached its stage, and is watched',
    step: null,
  },
  promoted: { type: 'rollout.promoted', severity: 'info', what: 'is widened', step: null },
  resumed: { type: 'rollout.resumed', severity: 'info', what: 'goes on', step: 'resolve' },
  deadline_near: {
    type: 'rollout.deadline_near',
    severity: 'warning',
    what: 'waits for a decision, and its deadline is near',
    step: 'update',
  },
  escalated: {
    type: 'rollout.escalated',
    severity: 'critical',
    what: 'waits for a decision past its deadline',
    step: 'open',
  },
  approval_requested: {
    type: 'rollout.approval_requested',
    severity: 'warning',
    what: 'waits for your approval',
    step: null,
  },
  approved: { type: 'rollout.approved', severity: 'info', what: 'is approved', step: null },
  rollback_started: {
    type: 'rollout.red',
    severity: 'error',
    what: 'is being taken back',
    step: 'open',
  },
  rollback_stuck: {
    type: 'rollout.rollback_stuck',
    severity: 'critical',
    what: 'is not taken back yet',
    step: 'open',
  },
  rolled_back: {
    type: 'rollout.rolled_back',
    severity: 'error',
    what: 'was taken back',
    step: 'update',
  },
  completed: {
    type: 'rollout.completed',
    severity: 'info',
    what: 'has reached everyone; its flag can be removed from the code',
    step: 'resolve',
  },
  cancelled: { type: 'rollout.cancelled', severity: 'info', what: 'is cancelled', step: 'resolve' },
};
