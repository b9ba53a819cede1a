// When the stages of a rollout can begin at the earliest, and when they may be expected, as far as that can be said.
import type { Forecast } from '../api/rollout-advice.ts';
import type { Rollout } from '../api/rollouts.ts';
import { isOver } from './rollout-words.ts';

type Planned = Pick<
  Rollout,
  'state' | 'stages' | 'stage_index' | 'next' | 'min_bake_seconds' | 'observed_bake_seconds'
> & {
  readonly plan: { readonly policy?: { readonly settle_seconds?: number | undefined } | undefined };
};

/**
 * By the index of each stage that is ahead, milliseconds since the epoch; nothing while nobody can say, because a
 * person must act first. Proof of safety is foreseen at the pace so far.
 */
export function earliestStarts(rollout: Planned, nowMs: number): ReadonlyMap<number, number> {
  const { stages, stage_index: index } = rollout;
  const starts = new Map<number, number>();
  let leavesMs = leavesAt(rollout, nowMs);
  if (leavesMs === null) return starts;
  const settleMs = (rollout.plan.policy?.settle_seconds ?? 0) * 1000;
  const from = rollout.state === 'scheduled' ? index : index + 1;
  for (const stage of stages.slice(from)) {
    starts.set(stage.index, leavesMs);
    leavesMs += settleMs + stage.min_bake_seconds * 1000;
  }
  return starts;
}

type Expected = {
  readonly stages: readonly Pick<Forecast['stages'][number], 'index' | 'expected_seconds'>[];
};

/**
 * When a harmless change will be that far at the traffic of the last days, by the index of each stage that is ahead;
 * null: not by itself. Nothing behind a stage that a person has to approve.
 * @param askedAtMs when the forecast was made
 */
export function expectedStarts(
  rollout: Planned,
  forecast: Expected,
  askedAtMs: number,
): ReadonlyMap<number, number | null> {
  const starts = new Map<number, number | null>();
  const earliest = earliestStarts(rollout, askedAtMs);
  const settleMs = (rollout.plan.policy?.settle_seconds ?? 0) * 1000;
  const isBefore = rollout.state === 'scheduled';
  let leavesMs: number | null = isBefore ? leavesAt(rollout, askedAtMs) : askedAtMs;
  for (const stage of rollout.stages.slice(rollout.stage_index)) {
    const { index } = stage;
    if (earliest.has(index)) {
      starts.set(index, leavesMs && Math.max(leavesMs, earliest.get(index) ?? 0));
      leavesMs = leavesMs && leavesMs + settleMs;
    }
    const takes = forecast.stages.find((one) => one.index === index)?.expected_seconds ?? null;
    leavesMs = leavesMs === null || takes === null ? null : leavesMs + takes * 1000;
    if (stage.approval) break;
  }
  return starts;
}

/** When the running stage can be over at the earliest; of a scheduled rollout, when the first one begins. */
function leavesAt(rollout: Planned, nowMs: number): number | null {
  const { next } = rollout;
  const atMs = next.at === null ? nowMs : Date.parse(next.at);
  const bakeLeftMs = (rollout.min_bake_seconds - rollout.observed_bake_seconds) * 1000;
  if (isOver(rollout)) return null;
  switch (rollout.state) {
    case 'scheduled':
      return atMs;
    case 'applying':
      return atMs + Math.max(0, bakeLeftMs);
    case 'baking':
    case 'soaking': {
      const provenMs = nowMs + (next.forecast?.seconds_left ?? 0) * 1000;
      return Math.max(nowMs + Math.max(0, bakeLeftMs), provenMs);
    }
    default:
      return null;
  }
}
