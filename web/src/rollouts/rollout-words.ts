// The states and decisions of a rollout in words.
import { groupUnits, PEOPLE, type Units } from 'serin/kernel/units';
import type { ResponseOf } from '../api/client.ts';
import { formatNumber } from '../ui/format.ts';
import type { Tone } from '../ui/status-badge.tsx';
import { PERSON, type RolloutSummary, type Rollout } from '../api/rollouts.ts';

export type RolloutEvent = ResponseOf<'rollouts.events'>['results'][number];
export type Look = NonNullable<Rollout['evaluation']>;
export type GuardrailLook = Look['guardrails'][number];

/** What those who get the change and are compared are called. */
export const unitsOf = ({ plan: { unit } }: Pick<Rollout, 'plan'>): Units =>
  unit === PERSON ? PEOPLE : groupUnits(unit);

type StateWords = { readonly label: string; readonly tone: Tone; readonly isLive?: boolean };

const STATES: Record<RolloutSummary['state'], StateWords> = {
  draft: { label: 'Draft', tone: 'neutral' },
  scheduled: { label: 'Scheduled', tone: 'info' },
  applying: { label: 'Settling', tone: 'info', isLive: true },
  baking: { label: 'Watching', tone: 'info', isLive: true },
  holding: { label: 'Paused', tone: 'watch' },
  awaiting_approval: { label: 'Waits for approval', tone: 'watch' },
  soaking: { label: 'At everyone, watching', tone: 'info', isLive: true },
  rolling_back: { label: 'Rolling back', tone: 'harm', isLive: true },
  rolled_back: { label: 'Rolled back', tone: 'harm' },
  completed: { label: 'Completed', tone: 'safe' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
};

const OVER = new Set<RolloutSummary['state']>(['rolled_back', 'completed', 'cancelled']);

/** Nothing happens to it by itself any more. */
export const isOver = ({ state }: Pick<RolloutSummary, 'state'>): boolean => OVER.has(state);

/** Its plan can be changed: all of a draft, what is to come of one that runs. */
export const isPlanOpen = (rollout: Pick<RolloutSummary, 'state'>): boolean =>
  !isOver(rollout) && rollout.state !== 'rolling_back';

/** Somebody has or had the change by it. */
export const isStarted = ({ started_at: startedAt }: Pick<RolloutSummary, 'started_at'>): boolean =>
  startedAt !== null;

export const stateWords = (state: RolloutSummary['state']): StateWords => STATES[state];

const HOLDS: Record<NonNullable<RolloutSummary['hold_reason']>, string> = {
  manual: 'Paused by a person',
  yellow: 'Paused: a guardrail is yellow',
  red: 'Paused: harm is proven',
  srm: 'Paused: people do not split as planned',
  multi_exposure: 'Paused: too many people saw both versions',
  no_data: 'Paused: no data arrives',
  source_down: 'Paused: events cannot be read',
  actuator: 'Paused: not every process serves the stage',
  inconclusive: 'Paused: time is up and nothing is proven',
  drift: 'Paused: the flag was changed by hand, or apps report other values than they were given',
};

/** `Paused: a guardrail is yellow`, or the state alone. */
export function stateLabel(rollout: Pick<RolloutSummary, 'state' | 'hold_reason'>): string {
  const isHeld = rollout.state === 'holding' && rollout.hold_reason !== null;
  return isHeld && rollout.hold_reason ? HOLDS[rollout.hold_reason] : STATES[rollout.state].label;
}

const TYPES: Record<RolloutEvent['type'], { readonly words: string; readonly tone: Tone }> = {
  created: { words: 'Created', tone: 'neutral' },
  started: { words: 'Started', tone: 'info' },
  stage_applied: { words: 'Counting began', tone: 'info' },
  promoted: { words: 'Promoted', tone: 'safe' },
  held: { words: 'Paused', tone: 'watch' },
  resumed: { words: 'Resumed', tone: 'info' },
  scheduled: { words: 'Scheduled', tone: 'info' },
  noted: { words: 'Would have acted', tone: 'watch' },
  acknowledged: { words: 'Taken over', tone: 'info' },
  extended: { words: 'Deadline moved', tone: 'info' },
  jumped: { words: 'Put at another stage', tone: 'watch' },
  retried: { words: 'Began again', tone: 'info' },
  replanned: { words: 'Plan changed', tone: 'info' },
  deadline_near: { words: 'Reminded of the deadline', tone: 'watch' },
  escalated: { words: 'Still paused, needs somebody', tone: 'watch' },
  approval_requested: { words: 'Asked for approval', tone: 'watch' },
  approved: { words: 'Approved', tone: 'safe' },
  rollback_started: { words: 'Rolled back', tone: 'harm' },
  rollback_stuck: { words: 'Rollback does not get through', tone: 'harm' },
  rolled_back: { words: 'Rollback confirmed', tone: 'harm' },
  completed: { words: 'Completed', tone: 'safe' },
  cancelled: { words: 'Cancelled', tone: 'neutral' },
};

/** What a decision did. */
export const eventWords = (type: RolloutEvent['type']): (typeof TYPES)[typeof type] => TYPES[type];

/** How a stage ended. */
export function exitWords(type: RolloutEvent['type']): string {
  if (type === 'rollback_started') return 'Rolled back';
  if (type === 'jumped' || type === 'retried' || type === 'resumed') return 'Left for another run';
  return TYPES[type].words;
}

const BANDS: Record<GuardrailLook['band'], { readonly label: string; readonly tone: Tone }> = {
  red: { label: 'Red: harm is proven', tone: 'harm' },
  yellow: { label: 'Yellow: looks like harm', tone: 'watch' },
  safe: { label: 'Proven safe', tone: 'safe' },
  green: { label: 'Green: no harm seen', tone: 'safe' },
  unknown: { label: 'Too few people yet', tone: 'neutral' },
};

export const bandWords = (band: GuardrailLook['band']): (typeof BANDS)[typeof band] => BANDS[band];

/** Odds in words: `e^ln` to 1, without false precision. */
export function oddsWords(ln: number): string {
  const odds = Math.exp(Math.min(ln, 50));
  if (ln > 13.8) return 'over a million to 1';
  if (odds >= 100) return `${formatNumber(Math.round(odds))} to 1`;
  return `${formatNumber(Number(odds.toPrecision(2)))} to 1`;
}
