// What people are told of a rollout's moves: pure, so that a page can show the same words.
import type { IncidentRef, IncidentStep, NotificationMessage } from '#notify/message';
import { HELD, HOLDS, type News, NEWS, type RolloutNews } from './news.ts';
import { culpritsOf, factsOf, linksOf } from './notification-body.ts';

function newsOf(news: RolloutNews): News | undefined {
  const { transition, plan } = news;
  if (transition.type === 'held') {
    return (transition.holdReason && HOLDS[transition.holdReason]) ?? HELD;
  }
  const told = NEWS[transition.type];
  // In the shadow nobody is told.
  if (transition.type === 'noted' && plan.policy.automation === 'shadow') return undefined;
  return told && { ...told, step: stepOf(told.step, news) };
}

/** Going on, and acknowledging what was taken back, ends what people were woken for. */
function stepOf(
  step: IncidentStep | null,
  { transition: { type, to }, from, incidentId }: RolloutNews,
): IncidentStep | null {
  if (type === 'acknowledged' && to !== 'holding') return 'resolve';
  // Whoever takes a change back by hand has closed its incident in the same move.
  if (type === 'rolled_back' && incidentId === null) return 'resolve';
  const isHoldOver = from === 'holding' && to !== 'holding' && to !== 'rolling_back';
  const isEnded = (type === 'promoted' || type === 'approved') && incidentId !== null;
  return isHoldOver || isEnded ? 'resolve' : step;
}

/** A rollback wakes people whatever they were woken for before: it has an alert of its own. */
const ROLLBACK = 'rollback';

function alertOf({ transition: { type, to } }: RolloutNews): Pick<IncidentRef, 'alert'> {
  const isOfRollback = type === 'retried' || to === 'rolling_back' || to === 'rolled_back';
  return isOfRollback || type === 'rollback_stuck' ? { alert: ROLLBACK } : {};
}

/** Of the pass in which it was opened: what begins another one ends it. */
const incidentKey = ({ rolloutId, attempt }: RolloutNews) =>
  `rollout:${rolloutId}:attempt:${attempt}`;

/** Messages in the order in which they are to be told. */
export type RolloutMessage = {
  readonly message: Omit<NotificationMessage, 'id' | 'at'>;
  /** Only for those who keep alerts: it says nothing to people. */
  readonly isForAlerts: boolean;
};

/** What is told of a move: to everybody, and to those who keep the alert that it ends beside its own. */
export function rolloutMessages(news: RolloutNews): RolloutMessage[] {
  const message = rolloutMessage(news);
  if (!message) return [];
  const { incident } = message;
  const told = { message, isForAlerts: false };
  const isRollback = news.transition.type === 'rollback_started';
  if (!isRollback && incident?.step !== 'resolve') return [told];
  // The end of either alert is that of both: whoever holds one of an earlier version has no other.
  const isOfHold = isRollback || incident?.alert !== undefined;
  const title = `${news.flagKey} in ${news.environment.name} is not ${isOfHold ? 'held' : 'being taken back'} any more`;
  const ended = {
    key: incidentKey(news),
    step: 'resolve' as const,
    ...(isOfHold ? {} : { alert: ROLLBACK }),
  };
  // The rollback wakes people before anything else is said.
  return [told, { message: { ...message, title, incident: ended }, isForAlerts: true }];
}

/** The message, or null when the move is no news. */
function rolloutMessage(news: RolloutNews): Omit<NotificationMessage, 'id' | 'at'> | null {
  const { transition, position, flagKey, environment } = news;
  const told = newsOf(news);
  if (!told) return null;
  return {
    type: told.type,
    severity: told.severity,
    title: `${flagKey} in ${environment.name} ${told.what}`,
    summary: transition.reasons.join(' ') || `${flagKey} in ${environment.name} ${told.what}.`,
    facts: factsOf(news),
    links: linksOf(news, told.type),
    source: `${flagKey}/${environment.key}`,
    incident: told.step && { key: incidentKey(news), step: told.step, ...alertOf(news) },
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
      verdict: news.verdict?.level ?? null,
      culprits: [...culpritsOf(news)],
    },
  };
}
