// The people of a simulated world and what the event store knows of them, minute by minute.
import { createRng, type Rng } from '#kernel/rng';
import type { Observation } from '#metrics/observation';
import { type Arms, Crowd } from './crowd.ts';
import { type Later, OutcomeMaker } from './outcomes.ts';
import { type Arm, Records } from './records.ts';
import { isFaulty, MINUTE_MS, rateAt, type Truth, type World } from './world.ts';

/** The stage as clients have it. */
export type Served = {
  /** Tells runs of stages apart. */
  readonly run: string;
  readonly percent: number;
  /** Clients had time to learn of it. */
  readonly isSettled: boolean;
};

export class Town {
  readonly #world: World;
  readonly #crowd: Crowd;
  readonly #makers: readonly OutcomeMaker[];
  #records: Records;
  #run = '';
  /** First minute of the run in which people counted. */
  #fromMinute: number | null = null;
  /** What will be stored, by minute. */
  readonly #due = new Map<number, (() => void)[]>();
  /** What was received and waits outside the event store. */
  #backlog: (() => void)[] = [];
  readonly #seen: Arms[] = [];
  #everTreated = 0;
  #minute = 0;

  constructor(world: World, seed: number) {
    const rng: Rng = createRng(seed);
    this.#world = world;
    this.#crowd = new Crowd(rng, world.returningShare, world.plan.stages);
    this.#makers = world.plan.guardrails.map((_, index) => new OutcomeMaker(world, index, rng));
    this.#records = new Records(world.plan.guardrails);
  }

  /** People who entered with the change; once per run of a stage. */
  get everTreated(): number {
    return this.#everTreated;
  }

  /** Outcomes of people with the change that are stored of this run. */
  get treatmentHits(): number {
    return this.#records.treatmentHits;
  }

  /** One minute of the world, with the flag as it is now. */
  live(minute: number, served: Served): void {
    this.#minute = minute;
    this.#changeRun(served);
    const visits = this.#crowd.visit(
      rateAt(this.#world, minute),
      served.percent / 100,
      served.isSettled,
    );
    const isLost = isFaulty(this.#world, 'no_treatment_exposures', minute);
    const seen = isLost ? { ...visits.seen, treatment: 0 } : visits.seen;
    this.#seen.push(seen);
    this.#everTreated += visits.entered.treatment;
    if (served.isSettled) {
      this.#fromMinute ??= minute;
      this.#enter(minute, isLost ? { ...visits.entered, treatment: 0 } : visits.entered);
    }
    this.#store(minute);
  }

  /** What the event store answers at the end of a minute. */
  observe(): Observation {
    const silence = this.#world.plan.policy.noDataAfterMs / MINUTE_MS;
    const recent = { treatment: 0, control: 0 };
    for (const { treatment, control } of this.#seen.slice(-Math.max(1, Math.ceil(silence)))) {
      recent.treatment += treatment;
      recent.control += control;
    }
    const { bucketMs } = this.#world.plan.policy;
    const elapsedMs = (this.#minute + 1 - (this.#fromMinute ?? this.#minute)) * MINUTE_MS;
    return this.#records.observe(recent, { elapsedMs, bucketMs });
  }

  #changeRun({ run }: Served): void {
    if (run === this.#run) return;
    this.#run = run;
    this.#records = new Records(this.#world.plan.guardrails);
    this.#crowd.beginRun();
    this.#fromMinute = null;
  }

  #enter(minute: number, entered: Arms): void {
    const passedMs = (minute - (this.#fromMinute ?? minute)) * MINUTE_MS;
    const bucket = Math.floor(passedMs / this.#world.plan.policy.bucketMs);
    const records = this.#records;
    const later: Later = (after, change) => {
      const at = minute + Math.floor(after);
      const due = this.#due.get(at);
      const stored = () => change(records);
      if (due) due.push(stored);
      else this.#due.set(at, [stored]);
    };
    later(0, (current) => current.enter(bucket, entered));
    for (const [index, maker] of this.#makers.entries()) {
      const truth = truthAt(this.#world.truth[index] ?? [], minute);
      for (const arm of ARMS) {
        const people = entered[arm];
        if (truth && people > 0) maker.act({ arm, people, bucket }, truth[arm], later);
      }
    }
  }

  /** What is received reaches the event store at once, unless it waits for something. */
  #store(minute: number): void {
    const received = this.#due.get(minute) ?? [];
    this.#due.delete(minute);
    this.#backlog.push(...received);
    if (isFaulty(this.#world, 'late_events', minute)) return;
    for (const store of this.#backlog) store();
    this.#backlog = [];
  }
}

const ARMS: readonly Arm[] = ['treatment', 'control'];

function truthAt(truth: readonly Truth[], minute: number): Truth | undefined {
  return truth.findLast(({ fromMinute }) => fromMinute <= minute);
}
