// What a notification says, before it takes the form of any channel.
import type { JsonObject } from '#kernel/json';

/** Everything people can be told of. */
export const NOTIFICATION_TYPES = [
  'rollout.started',
  'rollout.stage_applied',
  'rollout.promoted',
  'rollout.held',
  'rollout.yellow',
  'rollout.deadline_near',
  'rollout.escalated',
  'rollout.red',
  'rollout.rolled_back',
  'rollout.rollback_stuck',
  'rollout.approval_requested',
  'rollout.approved',
  'rollout.source_down',
  'rollout.data_missing',
  'rollout.srm',
  'rollout.resumed',
  'rollout.completed',
  'rollout.cancelled',
  'rollout.acknowledged',
  'flag.killed',
  'guardrail.shadow_would_fire',
  'experiment.started',
  'experiment.decision',
  'experiment.guardrail',
  'experiment.stopped',
  'experiment.unhealthy',
  'experiment.no_exposures',
  'experiment.ends_soon',
  'experiment.ended',
  'error.new',
  'error.regression',
  'error.spike',
  'channel.test',
] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** From the least to the most urgent. */
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

export type Fact = { readonly name: string; readonly value: string };
export type Link = { readonly text: string; readonly url: string };

/**
 * Opens something that wants a person, tells more of it, says that somebody is at it, or closes it. `note` tells those who
 * follow it, and wakes nobody.
 */
export type IncidentStep = 'open' | 'update' | 'acknowledge' | 'resolve' | 'note';

export type IncidentRef = {
  /** One thread of messages. */
  readonly key: string;
  readonly step: IncidentStep;
  /** What wakes people apart from the rest of the incident; left out: the incident itself. */
  readonly alert?: string;
};

/** Under what pagers know it: an alert that is open, or that somebody is at already, wakes nobody again. */
export const alertKey = ({ key, alert }: IncidentRef): string =>
  alert === undefined ? key : `${key}:${alert}`;

export type NotificationMessage = {
  /** Stays the same over retries: receivers tell repeats by it. */
  readonly id: string;
  readonly type: NotificationType;
  readonly severity: Severity;
  /** One line. */
  readonly title: string;
  /** What happened and what happens next, in sentences. */
  readonly summary: string;
  readonly facts: readonly Fact[];
  readonly links: readonly Link[];
  /** ISO 8601. */
  readonly at: string;
  /** What it is about, for example `new-checkout/production`. */
  readonly source: string;
  /** All messages of one incident share the key; null for mere news. */
  readonly incident: IncidentRef | null;
  /** For programs: snake_case. */
  readonly data: JsonObject;
};

/** Cuts at a length in characters of the receiver's limit, with an ellipsis. */
export function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
