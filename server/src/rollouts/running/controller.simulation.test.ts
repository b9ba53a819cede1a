// The whole controller on a simulated clock: real plan, gate and transitions; people, visits and errors
// are drawn from a seed. Short here; the full tables are a program of their own.
import { expect, test } from 'vitest';
import { ManualClock } from '#kernel/clock';
import { createRng, type Rng } from '#kernel/rng';
import type { Observation } from '#metrics/observation';
import { decideCommand } from '../gate/command.ts';
import { decide, type Decision, needsObservation } from '../gate/gate.ts';
import type { Plan } from '../plan/plan.ts';
import { draftPosition, isTerminal, move, type Position } from '../gate/rollout.ts';
import { aPlan, aPolicy, aStage, T0 } from '../test-builders.ts';

const MINUTE_MS = 60_000;

type World = {
  readonly seed: number;
  readonly visitsPerMinute: number;
  /** Share of visits by people who came before. */
  readonly returningShare: number;
  readonly controlRate: number;
  readonly treatmentRate: number;
};

type Person = { readonly hash: number; enteredRun: string };

/** People who visit, entered and counted per run of a stage as the exposure rule says. */
class Crowd {
  readonly #rng: Rng;
  readonly #world: World;
  readonly #people: Person[] = [];
  #run = '';
  #rows = new Map<number, number[]>();
  #minute = 0;

  constructor(world: World) {
    this.#world = world;
    this.#rng = createRng(world.seed);
  }

  /** One minute of visits; they count only in a stage that has settled. */
  visit(plan: Plan, position: Position): void {
    const run = `${position.stageIndex}.${position.attempt}`;
    const isCounting = position.stageSettledAtMs !== null;
    if (run !== this.#run) {
      this.#run = run;
      this.#rows = new Map();
      this.#minute = 0;
    }
    for (let i = 0; i < this.#world.visitsPerMinute; i += 1) {
      const person = this.#visitor();
      if (isCounting && person.enteredRun !== run) this.#enter(plan, position, person, run);
    }
    this.#minute += 1;
  }

  #visitor(): Person {
    if (this.#people.length > 0 && this.#rng() < this.#world.returningShare) {
      return this.#people[Math.floor(this.#rng() * this.#people.length)] as Person;
    }
    const person = { hash: this.#rng(), enteredRun: '' };
    this.#people.push(person);
    return person;
  }

  #enter(plan: Plan, position: Position, person: Person, run: string): void {
    person.enteredRun = run;
    const share = (plan.stages[position.stageIndex]?.percent ?? 0) / 100;
    const isTreated = person.hash <= share;
    const rate = isTreated ? this.#world.treatmentRate : this.#world.controlRate;
    const bucket = Math.floor(this.#minute / 10);
    const row = this.#rows.get(bucket) ?? [0, 0, 0, 0];
    const at = isTreated ? 0 : 1;
    row[at] = (row[at] ?? 0) + 1;
    if (this.#rng() < rate) row[2 + at] = (row[2 + at] ?? 0) + 1;
    this.#rows.set(bucket, row);
  }

  observe(): Observation {
    const rows = [...this.#rows.values()];
    const sum = (at: number) => rows.reduce((total, row) => total + (row[at] ?? 0), 0);
    const people = { treatment: sum(0), control: sum(1) };
    return {
      people,
      rows: rows.filter((row) => (row[2] ?? 0) + (row[3] ?? 0) > 0),
      split: people,
      multiExposed: 0,
      reported: { people: people.treatment + people.control, disagreeing: 0 },
      recent: people,
    };
  }
}

type Story = { readonly end: Position; readonly types: string[]; readonly hurt: number };

const PLAN = aPlan({
  stages: [
    aStage({ name: '5 %', percent: 5 }),
    aStage({ name: '25 %', percent: 25 }),
    aStage({ name: '50 %', percent: 50 }),
    aStage({ name: '100 %', percent: 100, comparison: 'absolute', minBakeMs: 0, safeFor: [] }),
  ],
  policy: aPolicy({ bucketMs: 10 * MINUTE_MS }),
});

/** Runs a rollout to its end, or for two days. */
function simulate(world: World, plan: Plan = PLAN): Story {
  const clock = new ManualClock(T0);
  const crowd = new Crowd(world);
  const start = decideCommand(
    { name: 'start', reason: null },
    plan,
    draftPosition(plan, T0),
    null,
    T0,
  );
  let position = start ? move(draftPosition(plan, T0), start, T0) : draftPosition(plan, T0);
  const types: string[] = [];
  let hurt = 0;
  for (let minute = 0; minute < 2880 && !isTerminal(position.state); minute += 1) {
    crowd.visit(plan, position);
    clock.advance(MINUTE_MS);
    const nowMs = clock.now();
    if (nowMs < position.nextEvalAtMs) continue;
    const input = { plan, position, flag: 'as_applied' as const, isRestarted: false, nowMs };
    const asked = { ...input, watermarkMs: nowMs, peakHours: null };
    const observation = needsObservation(asked) ? crowd.observe() : null;
    const decision: Decision = decide({ ...asked, observation, sourceError: null });
    position = decision.position;
    if (decision.transition) types.push(decision.transition.type);
    if (decision.transition?.type === 'rollback_started') {
      hurt = decision.verdict?.assessments[0]?.counts.nT ?? 0;
    }
  }
  return { end: position, types, hurt };
}

const HARMLESS: World = {
  seed: 1,
  visitsPerMinute: 200,
  returningShare: 0.3,
  controlRate: 0.01,
  treatmentRate: 0.01,
};
const stories = (runs: number, world: Partial<World>) =>
  Array.from({ length: runs }, (_, i) => simulate({ ...HARMLESS, ...world, seed: 100 + i }));

test('a harmless release walks through every stage to everyone', () => {
  const all = stories(20, {});
  const finished = all.filter((story) => story.end.state === 'completed');
  expect(finished.length).toBeGreaterThanOrEqual(18);
  const walks = finished.map((story) => story.types.filter((type) => type === 'promoted').length);
  expect(new Set(walks)).toEqual(new Set([3]));
});

test('five times the errors are taken back within a few hundred people', () => {
  const all = stories(10, { treatmentRate: 0.05 });
  expect(all.map((story) => story.end.state)).toEqual(all.map(() => 'rolled_back'));
  const people = all.map((story) => story.hurt).toSorted((x, y) => x - y);
  expect(people[5]).toBeLessThan(350);
});

test('a doubled error rate never reaches everyone', () => {
  const all = stories(6, { treatmentRate: 0.02 });
  expect(all.filter((story) => story.end.state === 'completed')).toEqual([]);
});

test('a ramp in which nearly everyone returns keeps the sample ratio quiet', () => {
  const all = stories(10, { returningShare: 0.9 });
  expect(all.flatMap((story) => story.types).filter((type) => type === 'held')).toEqual([]);
  expect(all.map((story) => story.end.state)).toEqual(all.map(() => 'completed'));
});

test('the same seed tells the same story', () => {
  expect(simulate({ ...HARMLESS, seed: 5 })).toEqual(simulate({ ...HARMLESS, seed: 5 }));
});
