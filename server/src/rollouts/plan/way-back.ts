// What going back costs in data, by what the change writes: the words of it, how much Serin may do by itself, and
// which commands somebody must confirm. Classes: docs/rollouts.md, “What going back does to data”.
import { isBeforeStart, type Position } from '../gate/rollout.ts';
import { type Automation, isLossy, type Plan } from './plan.ts';

/** The stage from which on there is no way back without a backup; null: there always is one. */
export function pointOfNoReturn({ impact, stages }: Plan): number | null {
  const index = stages.findIndex((stage) => stage.isPointOfNoReturn);
  return impact.kind === 'D' && index !== -1 ? index : null;
}

/** True once only a backup brings the data back. */
export function hasNoWayBack(plan: Plan, stageIndex: number): boolean {
  const point = pointOfNoReturn(plan);
  return point !== null && stageIndex >= point;
}

/** True when taking the change back from this stage loses or breaks what was written with it. */
export function losesData(plan: Plan, stageIndex: number): boolean {
  return plan.impact.kind === 'D' ? hasNoWayBack(plan, stageIndex) : isLossy(plan);
}

/**
 * What Serin may do by itself at a stage: past the point of no return it holds at most, because what it would go back
 * to cannot read the data any more. A loss that was accepted at the start is no reason to let people be hurt.
 */
export function automationAt(plan: Plan, stageIndex: number): Automation {
  const { automation } = plan.policy;
  return automation === 'auto' && hasNoWayBack(plan, stageIndex) ? 'hold' : automation;
}

/** What going back from a stage does to data, in one or two sentences and the words of the plan. */
export function describeWayBack(plan: Plan, stageIndex: number): string {
  const { note } = plan.impact;
  return note === '' ? costOf(plan, stageIndex) : `${costOf(plan, stageIndex)} ${note}`;
}

const LOSES = 'Going back loses what was written with the change.';

function costOf(plan: Plan, stageIndex: number): string {
  const { kind, isInStep } = plan.impact;
  switch (kind) {
    case 'A':
      return 'Going back costs no data: the change writes what was written before.';
    case 'B':
      return 'Going back costs no data: the version before ignores the fields that the change has added.';
    case 'C':
      return isInStep ? 'Going back costs no data: both representations are kept in step.' : LOSES;
    case 'D':
      return hasNoWayBack(plan, stageIndex)
        ? 'There is no way back without a backup: the version before cannot read the data any more.'
        : `Going back costs no data until “${nameOfPoint(plan)}”: from there on there is no way back without a backup.`;
  }
}

function nameOfPoint(plan: Plan): string {
  return plan.stages[pointOfNoReturn(plan) ?? -1]?.name ?? '';
}

/** Commands that may cost data. */
export const RISKY_COMMANDS = [
  'start',
  'retry',
  'approve',
  'promote',
  'jump',
  'rollback',
  'cancel',
] as const;
type RiskyCommand = (typeof RISKY_COMMANDS)[number];

/**
 * accept: going back will lose data, and Serin may go back. cross: no way back without a backup from there on.
 * lose: this goes back, and data is lost.
 */
export const RISKS = ['accept', 'cross', 'lose'] as const;
export type Risk = (typeof RISKS)[number];

/** A command, as far as it matters for data. */
type Asked = {
  readonly name: string;
  /** Of cancel: only `revert` takes the change back. */
  readonly flag?: 'keep' | 'revert' | undefined;
  /** Of jump and retry: where to. */
  readonly stageIndex?: number | undefined;
};

/** What somebody must know and confirm before a command; null: nothing. */
export function riskOf(plan: Plan, position: Position, asked: Asked): Risk | null {
  const { name } = asked;
  if (!isRisky(name) || position.state === 'rolling_back') return null;
  if (name === 'start' || name === 'retry') return riskOfBegin(plan, asked.stageIndex ?? 0);
  return isBeforeStart(position) ? null : riskOfGoing(plan, position.stageIndex, name, asked);
}

function riskOfBegin(plan: Plan, stageIndex: number): Risk | null {
  if (plan.impact.kind === 'C' && isLossy(plan)) return 'accept';
  return hasNoWayBack(plan, stageIndex) ? 'cross' : null;
}

/** Of a rollout that runs: going back loses, going on may pass the point of no return. */
function riskOfGoing(plan: Plan, from: number, name: RiskyCommand, asked: Asked): Risk | null {
  const isEnd = name === 'rollback' || name === 'cancel';
  if (name === 'cancel' && asked.flag !== 'revert') return null;
  const to = asked.stageIndex ?? from + 1;
  if (isEnd || to < from) return losesData(plan, from) ? 'lose' : null;
  return hasNoWayBack(plan, to) && !hasNoWayBack(plan, from) ? 'cross' : null;
}

/** What is confirmed, in the words of the plan. */
export function describeRisk(plan: Plan, risk: Risk, stageIndex: number): string {
  const { note } = plan.impact;
  const words = riskWords(plan, risk, stageIndex);
  return note === '' ? words : `${words} ${note}`;
}

function riskWords(plan: Plan, risk: Risk, stageIndex: number): string {
  switch (risk) {
    case 'accept':
      return plan.policy.automation === 'auto'
        ? 'Going back loses what was written with the change, and Serin goes back by itself when it does harm.'
        : LOSES;
    case 'cross':
      return `From “${nameOfPoint(plan)}” on there is no way back without a backup, and Serin does not go back by itself.`;
    case 'lose':
      return plan.impact.kind === 'D' ? costOf(plan, stageIndex) : LOSES;
  }
}

/** A command that has to be confirmed where the rollout stands. */
export type Confirmation = {
  readonly command: RiskyCommand;
  /** Only when it goes to one of these; null: always. */
  readonly stages: readonly number[] | null;
  readonly risk: Risk;
  readonly text: string;
};

/** Which of these commands somebody must confirm, with what they risk; jumps by where they go. */
export function confirmationsOf(
  plan: Plan,
  position: Position,
  commands: readonly string[],
): Confirmation[] {
  return RISKY_COMMANDS.filter((name) => commands.includes(name)).flatMap((command) => {
    const isFree = command === 'jump' || command === 'retry';
    const targets = isFree ? plan.stages.map((_, index) => index) : [undefined];
    return RISKS.flatMap((risk) => {
      const risky = targets.filter((stageIndex) => {
        const asked = { name: command, flag: 'revert' as const, stageIndex };
        return riskOf(plan, position, asked) === risk;
      });
      if (risky.length === 0) return [];
      const stages = isFree ? risky.filter((index) => index !== undefined) : null;
      return [{ command, stages, risk, text: describeRisk(plan, risk, position.stageIndex) }];
    });
  });
}

function isRisky(name: string): name is RiskyCommand {
  return RISKY_COMMANDS.some((one) => one === name);
}
