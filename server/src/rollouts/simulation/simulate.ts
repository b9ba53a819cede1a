// A whole rollout on a simulated clock: the real gate and commands decide, the people are drawn from a seed. Nobody
// answers holds or approves anything.
import { decideCommand } from '../gate/command.ts';
import { decide, type Decision, needsObservation } from '../gate/gate.ts';
import {
  draftPosition,
  type HoldReason,
  isTerminal,
  move,
  type Position,
  type RolloutEventType,
} from '../gate/rollout.ts';
import type { Plan } from '../plan/plan.ts';
import { Town } from './town.ts';
import { isFaulty, MINUTE_MS, peakHoursOf, type World } from './world.ts';

/** Simulated clocks start here: Monday, 2026-01-05 00:00 UTC. */
const START_MS = Date.UTC(2026, 0, 5);

export const ENDS = ['rolled_back', 'held', 'released', 'running'] as const;
/** rolled_back; released: every stage passed; held: at the end of its time; running: neither of them by then. */
export type End = (typeof ENDS)[number];

/** One entry of the time line. */
type StoryEvent = {
  readonly minute: number;
  readonly type: RolloutEventType;
  readonly stage: string;
  readonly holdReason: HoldReason | null;
};

export type Story = {
  readonly seed: number;
  readonly end: End;
  /** When that was decided: for a hold, when it began. */
  readonly minute: number;
  readonly stage: string;
  /** People who had entered a stage with the change by then, once per stage. */
  readonly treatmentPeople: number;
  readonly events: readonly StoryEvent[];
  readonly position: Position;
};

/** Told of every look, with what it saw and decided. */
export type OnLook = (minute: number, decision: Decision) => void;

/** More looks than this in a minute would see nothing new. */
const MAX_LOOKS_A_MINUTE = 60;

/** Runs one rollout until it is over, or the world's time is. */
export function simulate(world: World, seed: number, onLook?: OnLook): Story {
  const drive = new Drive(world, seed, onLook);
  let minute = 0;
  for (; minute < world.minutes && !isTerminal(drive.position.state); minute += 1) {
    drive.look(minute);
    drive.live(minute);
  }
  drive.look(minute);
  return drive.tell(minute);
}

class Drive {
  readonly #world: World;
  readonly #seed: number;
  readonly #onLook: OnLook | undefined;
  readonly #plan: Plan;
  readonly #peakHours: number[] | null;
  readonly #town: Town;
  readonly #events: StoryEvent[] = [];
  #position: Position;
  #startedAtMs = START_MS;
  /** Treatment people when the last hold or rollback began. */
  #hurt = 0;

  constructor(world: World, seed: number, onLook: OnLook | undefined) {
    this.#world = world;
    this.#seed = seed;
    this.#onLook = onLook;
    this.#plan = { ...world.plan, policy: { ...world.plan.policy, hasNoIntervals: true } };
    this.#peakHours = peakHoursOf(world);
    this.#town = new Town(world, seed);
    this.#position = draftPosition(this.#plan, START_MS);
    this.#start(0, START_MS);
  }

  get position(): Position {
    return this.#position;
  }

  live(minute: number): void {
    const { stageIndex, attempt, stageSettledAtMs } = this.#position;
    const stage = this.#plan.stages[stageIndex];
    this.#town.live(minute, {
      run: `${stageIndex}.${attempt}`,
      percent: stage?.percent ?? 0,
      isSettled: stageSettledAtMs !== null,
    });
  }

  /** All looks that have become due by the start of a minute. */
  look(minute: number): void {
    const nowMs = this.#clockAt(minute);
    if (isFaulty(this.#world, 'restart', minute)) {
      this.#startedAtMs = nowMs + 1;
      return;
    }
    for (let looks = 0; looks < MAX_LOOKS_A_MINUTE; looks += 1) {
      const { state, nextEvalAtMs } = this.#position;
      if (isTerminal(state) || nextEvalAtMs > nowMs) return;
      const atMs = Math.max(nextEvalAtMs, nowMs - MINUTE_MS + 1);
      if (state === 'scheduled') this.#start(minute, atMs);
      else this.#decide(minute, atMs);
    }
  }

  tell(minute: number): Story {
    const { state } = this.#position;
    const ends: { readonly [state in Position['state']]?: End } = {
      rolled_back: 'rolled_back',
      completed: 'released',
      holding: 'held',
    };
    const end = ends[state] ?? 'running';
    const type = end === 'held' ? 'held' : 'rollback_started';
    const isDecided = end === 'held' || end === 'rolled_back';
    const decided = isDecided ? this.#events.findLast((event) => event.type === type) : undefined;
    return {
      seed: this.#seed,
      end,
      minute: decided?.minute ?? minute,
      stage: this.#stageName,
      treatmentPeople: isDecided ? this.#hurt : this.#town.everTreated,
      events: this.#events,
      position: this.#position,
    };
  }

  get #stageName(): string {
    return this.#plan.stages[this.#position.stageIndex]?.name ?? '';
  }

  #clockAt(minute: number): number {
    const jumped = this.#world.faults
      .filter((fault) => fault.kind === 'clock_jump' && fault.atMinute <= minute)
      .reduce((sum, fault) => sum + fault.forMinutes, 0);
    return START_MS + (minute + jumped) * MINUTE_MS;
  }

  #start(minute: number, nowMs: number): void {
    const command = { name: 'start', reason: null } as const;
    const start = decideCommand(command, this.#plan, this.#position, null, nowMs);
    if (!start) return;
    const moved = move(this.#position, start, nowMs);
    const isScheduled = start.to === 'scheduled';
    const dueAtMs = isScheduled ? (start.deadlineAtMs ?? nowMs) : nowMs;
    this.#position = { ...moved, nextEvalAtMs: dueAtMs };
    this.#note(minute, start.type);
  }

  #decide(minute: number, nowMs: number): void {
    const asked = {
      plan: this.#plan,
      position: this.#position,
      flag: 'as_applied' as const,
      isRestarted: this.#isRestarted,
      nowMs,
      watermarkMs: Math.min(nowMs, this.#watermarkAt(minute)),
      peakHours: this.#peakHours,
    };
    const isDown = isFaulty(this.#world, 'source_down', minute);
    const isAsked = needsObservation(asked);
    const decision = decide({
      ...asked,
      observation: isAsked && !isDown ? this.#town.observe() : null,
      sourceError: isAsked && isDown ? 'it does not answer' : null,
    });
    this.#position = decision.position;
    this.#onLook?.(minute, decision);
    if (!decision.transition) return;
    const { type } = decision.transition;
    if (type === 'held' || type === 'rollback_started') this.#hurt = this.#town.everTreated;
    this.#note(minute, type);
  }

  get #isRestarted(): boolean {
    const { lastEvalAtMs } = this.#position;
    return lastEvalAtMs !== null && this.#startedAtMs > lastEvalAtMs;
  }

  /** Everything received before this instant is in the event store. */
  #watermarkAt(minute: number): number {
    const last = minute - 1;
    if (!isFaulty(this.#world, 'late_events', last)) return this.#clockAt(minute);
    const late = this.#world.faults.filter(
      ({ kind, atMinute, forMinutes }) =>
        kind === 'late_events' && last >= atMinute && last < atMinute + forMinutes,
    );
    return this.#clockAt(Math.min(...late.map(({ atMinute }) => atMinute)));
  }

  #note(minute: number, type: RolloutEventType): void {
    const { holdReason } = this.#position;
    this.#events.push({ minute, type, stage: this.#stageName, holdReason });
  }
}
