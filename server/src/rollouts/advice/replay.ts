// A rollout played over the people of the past: the real gate decides, on the clock of back then. Whoever would have
// been asked for an approval gives it; nobody answers holds.
import { type PersonHistory, SEEN_MS } from '#metrics/person-history';
import { decideCommand } from '../gate/command.ts';
import { decide, needsObservation } from '../gate/gate.ts';
import {
  draftPosition,
  type HoldReason,
  isTerminal,
  move,
  type Position,
  type RolloutEventType,
  type Transition,
} from '../gate/rollout.ts';
import { isTargeted, type Plan } from '../plan/plan.ts';
import type { Past } from './past.ts';

type ReplayEvent = {
  readonly atMs: number;
  readonly type: RolloutEventType;
  readonly stage: string;
  readonly holdReason: HoldReason | null;
  readonly reasons: readonly string[];
  /** Guardrails that were yellow or red. */
  readonly accused: readonly { readonly id: string; readonly band: 'yellow' | 'red' }[];
  /** People with the change in the run so far. */
  readonly treated: number;
};

export type Replay = {
  /** rolled_back; released: every stage passed; held and running: by the end of the time. */
  readonly end: 'rolled_back' | 'released' | 'held' | 'running';
  readonly stage: string;
  readonly events: readonly ReplayEvent[];
};

/** Milliseconds since the start of the past. */
type Clock = { readonly fromMs: number; readonly untilMs: number };

/** The part of everyone (0 to 1) that a person falls into: below the stage's share they have the change. */
export type PlaceOf = (person: PersonHistory) => number | null;

/** Looks of a run at the most; a plan that looks more often is watched more coarsely. */
const MAX_LOOKS = 600;
/** Silence is longer than some looks. */
const SILENT_TICKS = 6;

/** The plan as the past can be played with it: no named people, no intervals, looks as often as is worth it. */
export function playable(plan: Plan, { fromMs, untilMs }: Clock): Plan {
  const { policy } = plan;
  const tickMs = Math.max(policy.tickMs, (untilMs - fromMs) / MAX_LOOKS);
  return {
    ...plan,
    stages: plan.stages
      .filter((stage) => !isTargeted(stage))
      .map((stage) => ({
        ...stage,
        needsApproval: false,
        coverPeak: false,
        comparison: stage.comparison === 'ratio' ? 'ratio' : 'absolute',
      })),
    policy: {
      ...policy,
      automation: 'auto',
      hasNoIntervals: true,
      tickMs,
      bucketMs: Math.max(policy.bucketMs, SEEN_MS),
      noDataAfterMs: Math.max(policy.noDataAfterMs, SILENT_TICKS * tickMs),
    },
  };
}

/** Plays one rollout; yields after every look, so that others have their turn. */
export function* replay(
  plan: Plan,
  past: Past,
  clock: Clock,
  placeOf: PlaceOf,
): Generator<void, Replay> {
  const played = new Played(plan, past, placeOf);
  played.start(clock.fromMs);
  while (played.isGoingOn(clock.untilMs)) {
    played.look();
    yield;
  }
  return played.tell();
}

/** Where a rollout of the past stands. */
class Played {
  readonly #plan: Plan;
  readonly #past: Past;
  readonly #placeOf: PlaceOf;
  readonly #events: ReplayEvent[] = [];
  #position: Position;
  #nowMs = 0;

  constructor(plan: Plan, past: Past, placeOf: PlaceOf) {
    this.#plan = plan;
    this.#past = past;
    this.#placeOf = placeOf;
    this.#position = draftPosition(plan, 0);
  }

  get #stage() {
    return this.#plan.stages[this.#position.stageIndex];
  }

  start(atMs: number): void {
    this.#nowMs = atMs;
    this.#position = draftPosition(this.#plan, atMs);
    // In a change window or not: what is asked is what the plan sees, not when it may begin.
    const plan = { ...this.#plan, policy: { ...this.#plan.policy, changeWindows: [] } };
    const start = decideCommand({ name: 'start', reason: null }, plan, this.#position, null, atMs);
    if (!start) return;
    const moved = move(this.#position, start, atMs);
    this.#position = { ...moved, nextEvalAtMs: atMs + plan.policy.settleMs };
    this.#note(start, []);
  }

  isGoingOn(untilMs: number): boolean {
    const { state, nextEvalAtMs } = this.#position;
    return !isTerminal(state) && nextEvalAtMs <= untilMs;
  }

  look(): void {
    this.#nowMs = Math.max(this.#nowMs + 1, this.#position.nextEvalAtMs);
    this.#past.advance(this.#nowMs);
    const known = {
      plan: this.#plan,
      position: this.#position,
      flag: 'as_applied' as const,
      isRestarted: false,
      nowMs: this.#nowMs,
      watermarkMs: this.#nowMs,
      peakHours: null,
    };
    const observation = needsObservation(known) ? this.#past.observe() : null;
    const { position, transition, verdict } = decide({ ...known, observation, sourceError: null });
    this.#position = position;
    if (!transition) return;
    const accused = (verdict?.assessments ?? []).flatMap(({ id, band }) =>
      band === 'yellow' || band === 'red' ? [{ id, band }] : [],
    );
    this.#note(transition, accused);
    if (transition.type === 'stage_applied') this.#begin();
  }

  tell(): Replay {
    const ends: { readonly [state in Position['state']]?: Replay['end'] } = {
      rolling_back: 'rolled_back',
      rolled_back: 'rolled_back',
      completed: 'released',
      holding: 'held',
    };
    const end = ends[this.#position.state] ?? 'running';
    return { end, stage: this.#stage?.name ?? '', events: this.#events };
  }

  #begin(): void {
    const share = (this.#stage?.percent ?? 0) / 100;
    this.#past.begin({
      fromMs: this.#nowMs,
      bucketMs: this.#plan.policy.bucketMs,
      armOf: (person) => {
        const place = this.#placeOf(person);
        return place === null ? null : place <= share ? 'treatment' : 'control';
      },
    });
  }

  #note({ type, reasons }: Transition, accused: ReplayEvent['accused']): void {
    const { holdReason } = this.#position;
    const stage = this.#stage?.name ?? '';
    const treated = this.#past.treated;
    this.#events.push({ atMs: this.#nowMs, type, stage, holdReason, reasons, accused, treated });
  }
}
