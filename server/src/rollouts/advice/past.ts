// People of the past in one run of a stage: who would have entered when, in which arm, and what of theirs would have
// been counted by then. The same rules as the event store's (metrics/outcome-sql.ts), one event after the other.
import type { Guardrail } from '#metrics/guardrail';
import type { Observation } from '#metrics/observation';
import { isHit, isTally, type Outcome, outcomesOf } from '#metrics/outcome';
import type { Happened, PersonHistory } from '#metrics/person-history';
import { type Arm, Records } from '../simulation/records.ts';

type ArmOf = (person: PersonHistory) => Arm | null;

/** Values of one person that count towards percentiles. */
const MAX_VALUES = 50;

type Due = { readonly atMs: number; readonly apply: (records: Records) => void };

type Run = {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly armOf: ArmOf;
};

export class Past {
  readonly #people: readonly PersonHistory[];
  readonly #outcomes: readonly Outcome[];
  /** The sources of each outcome. */
  readonly #sources: readonly (readonly number[])[];
  readonly #guardrails: readonly Guardrail[];
  #records: Records;
  #due: Due[] = [];
  #next = 0;
  #treated = 0;
  #run: Pick<Run, 'fromMs' | 'bucketMs'> = { fromMs: 0, bucketMs: 1 };
  #nowMs = 0;

  /** @param sources the numbers of the series of each outcome */
  constructor(
    people: readonly PersonHistory[],
    guardrails: readonly Guardrail[],
    sources: readonly (readonly number[])[],
  ) {
    this.#people = people;
    this.#guardrails = guardrails;
    this.#outcomes = guardrails.flatMap(outcomesOf);
    this.#sources = sources;
    this.#records = new Records(guardrails);
  }

  /** People with the change in this run. */
  get treated(): number {
    return this.#treated;
  }

  /** Another run of a stage: everybody enters anew, at their first sign of life. */
  begin(run: Run): void {
    this.#records = new Records(this.#guardrails);
    this.#treated = 0;
    this.#next = 0;
    this.#run = run;
    this.#nowMs = run.fromMs;
    this.#due = this.#people.flatMap((person) => this.#dueOf(person, run));
    this.#due.sort((x, y) => x.atMs - y.atMs);
  }

  /** Everything that was received before this is counted. */
  advance(toMs: number): void {
    this.#nowMs = toMs;
    for (let due = this.#due[this.#next]; due && due.atMs < toMs; due = this.#due[this.#next]) {
      due.apply(this.#records);
      this.#next += 1;
    }
  }

  /** What a look would have found. Nobody falls silent: only what was received is played. */
  observe(): Observation {
    const { fromMs, bucketMs } = this.#run;
    return this.#records.observe(EVERYBODY, { elapsedMs: this.#nowMs - fromMs, bucketMs });
  }

  #dueOf(person: PersonHistory, { fromMs, bucketMs, armOf }: Run): Due[] {
    const arm = armOf(person);
    const entryMs = person.seenAtMs.find((at) => at >= fromMs);
    if (arm === null || entryMs === undefined) return [];
    const bucket = Math.floor((entryMs - fromMs) / bucketMs);
    const people = {
      treatment: arm === 'treatment' ? 1 : 0,
      control: arm === 'control' ? 1 : 0,
    };
    const enter: Due = {
      atMs: entryMs,
      apply: (records) => {
        records.enter(bucket, people);
        this.#treated += people.treatment;
      },
    };
    const counts = { hit: 0, tally: 0, spread: 0 };
    const outcomes = this.#outcomes.flatMap((outcome, k) => {
      const kind = isHit(outcome) ? 'hit' : isTally(outcome) ? 'tally' : 'spread';
      const at = counts[kind];
      counts[kind] += 1;
      const after = (this.#sources[k] ?? []).map((source) =>
        (person.series[source] ?? []).filter(({ atMs }) => atMs >= entryMs),
      );
      return dueOfOutcome(outcome, after, { entryMs, bucket, arm, at });
    });
    return [enter, ...outcomes];
  }
}

const EVERYBODY = { treatment: Infinity, control: Infinity } as const;

type Place = {
  readonly entryMs: number;
  readonly bucket: number;
  readonly arm: Arm;
  /** Which of its kind the outcome is. */
  readonly at: number;
};

function dueOfOutcome(
  outcome: Outcome,
  [first = [], ...others]: readonly (readonly Happened[])[],
  { entryMs, bucket, arm, at }: Place,
): Due[] {
  const hit = (when: Happened | undefined): Due[] =>
    when ? [{ atMs: when.atMs, apply: (records) => records.hit(bucket, at, arm, 1) }] : [];
  switch (outcome.kind) {
    case 'any': {
      const { afterMs = 0 } = outcome;
      return hit(first.find(({ atMs }) => atMs >= entryMs + afterMs));
    }
    case 'steps':
      return hit(lastStep([first, ...others], entryMs + outcome.windowMs));
    case 'above':
      return hit(first.slice(0, MAX_VALUES).find(({ amount }) => amount > outcome[arm]));
    case 'spread':
      return first.slice(0, MAX_VALUES).map(({ atMs, amount }) => ({
        atMs,
        apply: (records) => records.value(at, arm, amount),
      }));
    case 'sessions':
      return [];
    case 'tally':
      return tallyDue(outcome, first, others[0] ?? null, { arm, at });
  }
}

/** The last of the steps, each at or after the one before, in time. */
function lastStep(steps: readonly (readonly Happened[])[], untilMs: number): Happened | undefined {
  let last: Happened | undefined;
  for (const [index, step] of steps.entries()) {
    const isSame = steps.slice(0, index).includes(step);
    const before = last;
    last = step.find(({ atMs }) => !before || (isSame ? atMs > before.atMs : atMs >= before.atMs));
    if (!last || last.atMs > untilMs) return undefined;
  }
  return last;
}

/** Each event changes what the person adds to the sums. */
function tallyDue(
  { cap, above }: Extract<Outcome, { readonly kind: 'tally' }>,
  ys: readonly Happened[],
  xs: readonly Happened[] | null,
  { arm, at }: Pick<Place, 'arm' | 'at'>,
): Due[] {
  const changes = [
    ...ys.map((one) => ({ ...one, isY: true })),
    ...(xs ?? []).map((one) => ({ ...one, isY: false })),
  ].toSorted((one, other) => one.atMs - other.atMs);
  let [y, x] = [0, xs === null ? 1 : 0];
  return changes.map(({ atMs, amount, isY }) => {
    const before = { y: capped(y, cap), x };
    const counted = above === null ? amount : Number(amount > above);
    if (isY) y += counted;
    else x += above === null ? amount : 1;
    const after = { y: capped(y, cap), x };
    return { atMs, apply: (records) => records.change(at, arm, before, after) };
  });
}

const capped = (value: number, cap: number | null) => (cap === null ? value : Math.min(value, cap));
