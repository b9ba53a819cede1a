// What people may do to a rollout: which button stands first where it stands, and what each will bring about.
import type { Action, Rollout } from '../api/rollouts.ts';
import { formatPercent } from '../ui/format.ts';

export type Command = {
  readonly label: string;
  readonly title: string;
  readonly tone: 'pine' | 'harm';
  readonly reason: 'optional' | 'required';
};

/** How each is asked for. */
export const COMMANDS: Record<Action, Command> = {
  start: { label: 'Start', title: 'Start this rollout?', tone: 'pine', reason: 'optional' },
  pause: { label: 'Pause', title: 'Pause this rollout?', tone: 'pine', reason: 'optional' },
  resume: { label: 'Resume', title: 'Resume this rollout?', tone: 'pine', reason: 'optional' },
  promote: {
    label: 'Promote now',
    title: 'Go to the next stage without waiting?',
    tone: 'harm',
    reason: 'required',
  },
  approve: {
    label: 'Approve',
    title: 'Approve the next stage?',
    tone: 'pine',
    reason: 'optional',
  },
  ack: { label: 'Acknowledge', title: 'Take this over?', tone: 'pine', reason: 'optional' },
  extend: { label: 'More time', title: 'Move the deadline?', tone: 'pine', reason: 'optional' },
  jump: {
    label: 'Go to a stage…',
    title: 'Go to another stage?',
    tone: 'harm',
    reason: 'required',
  },
  retry: { label: 'Try again…', title: 'Begin again?', tone: 'pine', reason: 'required' },
  rollback: { label: 'Roll back', title: 'Roll back?', tone: 'harm', reason: 'optional' },
  cancel: {
    label: 'Cancel rollout',
    title: 'Cancel this rollout?',
    tone: 'harm',
    reason: 'optional',
  },
};

type Stand = Pick<
  Rollout,
  'state' | 'hold_reason' | 'commands' | 'stages' | 'stage_index' | 'plan' | 'percent'
>;

export type Confirmation = Rollout['confirmations'][number];

/**
 * What a command costs in data where the rollout stands, which is confirmed by typing; undefined: nothing. Cancelling
 * leaves the flag as it is here, and costs nothing.
 * @param stageIndex where a jump or another run goes; null: not chosen yet
 */
export function riskOf(
  action: Action,
  { confirmations }: Pick<Rollout, 'confirmations'>,
  stageIndex: number | null = null,
): Confirmation | undefined {
  if (action === 'cancel') return undefined;
  return confirmations.find(
    ({ command, stages }) =>
      command === action &&
      (stages === null || (stageIndex !== null && stages.includes(stageIndex))),
  );
}

/** What is sent once it has been typed. */
export const confirmed = (risk: Confirmation | undefined) => (risk ? { confirm: risk.phrase } : {});

/** What will happen, with the stages and shares of this rollout. */
export function consequence(action: Action, rollout: Stand): string {
  switch (action) {
    case 'start':
      return `${givenTo(rollout.stages[0])} at once, if nothing stands in the way.`;
    case 'pause':
      if (rollout.state === 'holding') return PAUSED_TOO;
      return 'Nobody more gets it. Those who have it keep it, and Serin goes on watching: it still rolls back when harm is proven.';
    case 'resume':
      return resumeWords(rollout);
    case 'promote':
      return `${nextWords(rollout)} Safety is not proven at this stage yet.`;
    case 'approve':
      return `Every gate has passed. ${nextWords(rollout)}`;
    case 'ack':
      return ackWords(rollout);
    case 'extend':
      return 'Nobody is called before the new deadline.';
    case 'jump':
      return 'The plan is left: the stage is written to the flag at once, without waiting for gates.';
    case 'retry':
      return 'The stage is written to the flag at once, and evidence begins anew. Say what is different now.';
    case 'rollback':
      return rollbackWords(rollout);
    case 'cancel':
      return cancelWords(rollout);
  }
}

const PAUSED_TOO =
  'It stays held until somebody resumes it or takes it back, even when what it is held for now is over.';

type Stage = Rollout['stages'][number] | undefined;

function givenTo(stage: Stage): string {
  if (!stage) return 'The stage is written to the flag';
  const who = stage.is_targeted ? 'the people it names get it' : shareOf(stage.percent);
  return `“${stage.name}” is written to the flag: ${who}`;
}

const shareOf = (percent: number): string =>
  percent === 100 ? 'everyone gets it' : `${formatPercent(percent)} of everyone get it`;

function nextWords({ stages, stage_index: index }: Stand): string {
  const next = stages[index + 1];
  return next ? `${givenTo(next)} at once.` : 'The rollout is complete.';
}

const ackWords = ({ state }: Stand): string =>
  state === 'rolled_back'
    ? 'The record says that somebody has looked at what went wrong; then the flag can be rolled out again.'
    : 'Others see that somebody looks at it. It neither escalates nor goes on by itself until you resume it or roll it back.';

const cancelWords = ({ state, stages, stage_index: index }: Stand): string =>
  state === 'draft' || state === 'scheduled'
    ? 'It will not start. The flag stays as it is.'
    : `Serin stops watching. The flag stays as it is: ${stages[index]?.name ?? 'this stage'}.`;

const RUN_AGAIN = new Set<Rollout['hold_reason']>(['srm', 'multi_exposure', 'drift']);

function resumeWords({ hold_reason: reason }: Stand): string {
  if (reason === 'drift') {
    return 'The stage is written to the flag again, over what was changed by hand, and counting begins anew.';
  }
  if (reason === 'actuator') {
    return 'The stage is written to the flag again, and clients get their time to learn of it once more.';
  }
  if (RUN_AGAIN.has(reason))
    return 'The stage runs again: what was counted in it so far proves nothing.';
  if (reason === 'yellow' || reason === 'red') {
    return 'You accept the evidence so far; it pauses again only when that has grown fourfold.';
  }
  return 'Watching goes on where it was.';
}

function rollbackWords({ plan, stages, stage_index: index }: Stand): string {
  const before = stages[index - 1];
  switch (plan.policy?.rollback_to) {
    case 'off':
      return 'The flag is switched off at once, for everybody.';
    case 'kill':
      return 'The kill switch of the flag is pulled and its percentage goes to 0 at once: nobody has the change, named people included.';
    case 'previous_tier':
      return before
        ? `The flag goes back to “${before.name}” at once.`
        : 'The change is taken back from everybody at once.';
    default:
      return stages.some(({ is_targeted: isTargeted }) => isTargeted)
        ? 'The change is taken back at once. People named in earlier stages keep it.'
        : 'The change is taken back from everybody at once.';
  }
}

/** Everyone's way out stands last, always at the same place. */
const ORDER: readonly Action[] = [
  'start',
  'approve',
  'resume',
  'promote',
  'ack',
  'retry',
  'extend',
  'pause',
  'rollback',
];

/** What has a button where it stands, the first one being what it waits for, and what is in the menu. */
export function arranged(rollout: Pick<Stand, 'state' | 'hold_reason' | 'commands'>): {
  readonly first: Action | null;
  readonly buttons: readonly Action[];
  readonly menu: readonly Action[];
} {
  const { commands, state } = rollout;
  const first = firstOf(rollout);
  const hasButton = (action: Action) =>
    action === first ||
    (action !== 'promote' &&
      !(action === 'pause' && state === 'holding') &&
      ORDER.includes(action));
  const ordered = [...(first && first !== 'rollback' ? [first] : []), ...ORDER];
  return {
    first,
    buttons: [...new Set(ordered)].filter((one) => commands.includes(one) && hasButton(one)),
    menu: commands.filter((one) => !hasButton(one)),
  };
}

/** What most people will want next; null while nothing is asked of anybody. */
function firstOf({
  state,
  hold_reason: reason,
  commands,
}: Pick<Stand, 'state' | 'hold_reason' | 'commands'>): Action | null {
  const wanted: readonly Action[] =
    state === 'holding'
      ? (HOLD_FIRST[reason ?? 'manual'] ?? ['resume'])
      : ['start', 'approve', 'ack', 'retry'];
  return wanted.find((action) => commands.includes(action)) ?? null;
}

const HOLD_FIRST: Partial<Record<NonNullable<Rollout['hold_reason']>, readonly Action[]>> = {
  red: ['rollback'],
  yellow: ['ack', 'resume'],
  inconclusive: ['promote', 'resume'],
};
