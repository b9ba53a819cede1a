// What people are told of a rollout's moves: pure, so that a page can show the same words.
import type { IncidentStep, Link, NotificationMessage, NotificationType } from '#notify/message';
import type { Plan } from './plan/plan.ts';
import { recordingsUrl } from './incident/recordings-link.ts';
import { describeWayBack } from './plan/way-back.ts';
import type { Position, Transition } from './gate/rollout.ts';
import { HELD, HOLDS, type News, NEWS } from './news.ts';

export type RolloutNews = {
  readonly rolloutId: string;
  readonly flagKey: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly plan: Plan;
  readonly transition: Transition;
  /** Where the rollout stands afterwards. */
  readonly position: Position;
  /** The pass through the plan before the move. */
  readonly attempt: number;
  /** The incident that the move belongs to. */
  readonly incidentId: string | null;
  /** Who moved it. */
  readonly actor: string;
  /** People counted at the look that decided, null without one. */
  readonly people: { readonly treatment: number; readonly control: number } | null;
};

function newsOf({ transition, plan, incidentId }: RolloutNews): News | undefined {
  if (transition.type === 'held') {
    return (transition.holdReason && HOLDS[transition.holdReason]) ?? HELD;
  }
  const told = NEWS[transition.type];
  // In the shadow nobody is told.
  if (transition.type === 'noted' && plan.policy.automation === 'shadow') return undefined;
  return told && { ...told, step: stepOf(told.step, transition, incidentId) };
}

/** Going on, and acknowledging what was taken back, ends the incident. */
function stepOf(
  step: IncidentStep | null,
  { type, to }: Transition,
  incidentId: string | null,
): IncidentStep | null {
  if (type === 'acknowledged' && to !== 'holding') return 'resolve';
  // Whoever takes a change back by hand has closed its incident in the same move.
  if (type === 'rolled_back' && incidentId === null) return 'resolve';
  const isEnded = (type === 'promoted' || type === 'approved') && incidentId !== null;
  return isEnded ? 'resolve' : step;
}

/** The message, or null when the move is no news. */
export function rolloutMessage(news: RolloutNews): Omit<NotificationMessage, 'id' | 'at'> | null {
  const { transition, position, flagKey, environment } = news;
  const told = newsOf(news);
  if (!told) return null;
  // Of the pass in which it was opened: what begins another one ends it.
  const key = `rollout:${news.rolloutId}:attempt:${news.attempt}`;
  return {
    type: told.type,
    severity: told.severity,
    title: `${flagKey} in ${environment.name} ${told.what}`,
    summary: transition.reasons.join(' ') || `${flagKey} in ${environment.name} ${told.what}.`,
    facts: factsOf(news),
    links: linksOf(news, told.type),
    source: `${flagKey}/${environment.key}`,
    incident: told.step === null ? null : { key, step: told.step },
    data: {
      rollout_id: news.rolloutId,
      incident_id: news.incidentId,
      flag_key: flagKey,
      environment: environment.key,
      state: transition.to,
      hold_reason: transition.holdReason,
      stage_index: transition.stageIndex,
      attempt: position.attempt,
      reasons: [...transition.reasons],
      deadline_at:
        transition.deadlineAtMs === null ? null : new Date(transition.deadlineAtMs).toISOString(),
      people: news.people && { ...news.people },
    },
  };
}

/** Where a message leads, the most useful first. */
function linksOf(news: RolloutNews, type: NotificationType): Link[] {
  const { flagKey, environment } = news;
  return [
    ...(type === 'rollout.completed'
      ? [
          {
            text: 'Remove the flag from the code',
            url: `/feature-flags/${flagKey}?environment=${environment.key}&tab=use`,
          },
        ]
      : []),
    ...(news.incidentId === null
      ? []
      : [
          {
            text: 'Open the incident',
            url: `/incidents/${news.incidentId}?environment=${environment.key}`,
          },
        ]),
    ...(news.incidentId === null || news.transition.flag !== 'rollback'
      ? []
      : [
          {
            text: 'Watch recordings with the change',
            url: recordingsUrl({
              environmentKey: environment.key,
              flagKey,
              treatment: news.plan.treatment ?? 'true',
              from: '-1d',
            }),
          },
        ]),
    {
      text: 'Open the rollout',
      url: `/rollouts/${news.rolloutId}?environment=${environment.key}`,
    },
    {
      text: 'Open the flag',
      url: `/feature-flags/${flagKey}?environment=${environment.key}`,
    },
  ];
}

/** News after which somebody may have to decide about going back, or about what it has cost. */
const ASKS_WHAT_IT_COSTS: ReadonlySet<Transition['type']> = new Set([
  'held',
  'deadline_near',
  'escalated',
  'approval_requested',
  'rollback_started',
  'rolled_back',
]);

/** News of a stage that begins. */
const BEGINS_STAGE: ReadonlySet<Transition['type']> = new Set([
  'started',
  'promoted',
  'approved',
  'jumped',
  'retried',
]);

function factsOf({ plan, transition, actor, people }: RolloutNews) {
  const stage = plan.stages[transition.stageIndex];
  const { deadlineAtMs } = transition;
  return [
    ...(stage
      ? [
          {
            name: 'Stage',
            value: `${transition.stageIndex + 1} of ${plan.stages.length}: ${stage.name} (${stage.percent} %)`,
          },
        ]
      : []),
    ...(people
      ? [
          {
            name: 'People',
            value: `${people.treatment} with the change, ${people.control} without`,
          },
        ]
      : []),
    ...(deadlineAtMs === null
      ? []
      : [{ name: 'Decide before', value: new Date(deadlineAtMs).toISOString() }]),
    ...(plan.impact.kind !== 'A' && ASKS_WHAT_IT_COSTS.has(transition.type)
      ? [{ name: 'Data', value: describeWayBack(plan, transition.stageIndex) }]
      : []),
    ...(stage?.feedback?.channel && BEGINS_STAGE.has(transition.type)
      ? [{ name: 'Feedback', value: stage.feedback.channel }]
      : []),
    { name: 'By', value: actor },
  ];
}
