// What a rollout that is waited for amounts to, as an exit status. Pure.

import { endOfWait, type Goal, type WaitEnd } from '#rollouts/goal';

/** Exit statuses of `serin rollout`; scripts count on them. */
export const EXIT = {
  /** As wished. */
  ok: 0,
  /** The change was taken back. */
  rolledBack: 1,
  /** Held, or waiting for an approval (`wait --fail-on-hold`). */
  needsPerson: 2,
  /** The time of `wait` is over. */
  timeout: 3,
  /** Over in another way: completed or cancelled. */
  over: 4,
  /** Could not be asked: wrong arguments, no such rollout, refused by the server, nothing answers. */
  failed: 5,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The parts of a rollout that the command line reads. */
export type Standing = {
  readonly id: string;
  readonly flag_key: string;
  readonly state: Parameters<typeof endOfWait>[0]['state'];
  readonly hold_reason: string | null;
  readonly stage_index: number;
  readonly stage_name: string;
  readonly percent: number;
  readonly version: number;
  readonly commands: readonly string[];
  readonly next: { readonly sentence: string };
  readonly stages: readonly { readonly name: string }[];
  readonly evaluation: { readonly guardrails: readonly { readonly summary: string }[] } | null;
};

/** `completed`, `rolled_back` or `stage:NAME`; undefined where there is no such thing. */
export function goalOf(text: string, { stages }: Pick<Standing, 'stages'>): Goal | undefined {
  if (text === 'completed' || text === 'rolled_back') return { kind: text };
  if (!text.startsWith('stage:')) return undefined;
  const index = stages.findIndex(({ name }) => name === text.slice('stage:'.length));
  return index < 0 ? undefined : { kind: 'stage', index };
}

const STATUSES: Record<WaitEnd, ExitStatus> = {
  reached: EXIT.ok,
  held: EXIT.needsPerson,
  rolled_back: EXIT.rolledBack,
  over: EXIT.over,
};

/** The status to end with; undefined while there is something to wait for. */
export function statusOf(
  { state, stage_index: stageIndex }: Standing,
  goal: Goal,
  failsOnHold: boolean,
): ExitStatus | undefined {
  const end = endOfWait({ state, stageIndex }, goal, failsOnHold);
  return end === null ? undefined : STATUSES[end];
}

/** Where it stands, in a few lines. */
export function describe(standing: Standing): string {
  const { id, flag_key: flag, state, stage_name: stage, percent, next, evaluation } = standing;
  const held = standing.hold_reason === null ? '' : ` (${standing.hold_reason})`;
  return [
    `Rollout ${id} of ${flag}: ${state}${held}, stage “${stage}”, ${percent} % have it`,
    `  ${next.sentence}`,
    ...(evaluation?.guardrails ?? []).map(({ summary }) => `  ${summary}`),
  ].join('\n');
}
