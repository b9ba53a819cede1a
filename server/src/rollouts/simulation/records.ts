// What the event store of a simulated world would answer: people and outcomes of one run of a stage, counted as
// they arrive.
import { countsPeople, type Guardrail } from '#metrics/guardrail';
import type { Observation } from '#metrics/observation';
import {
  isHit,
  isTally,
  maturitiesOf,
  outcomesOf,
  SHOWN_LEVELS,
  TALLY_COLUMNS,
} from '#metrics/outcome';
import type { Arms } from './crowd.ts';
import { Histogram } from './histogram.ts';

export type Arm = keyof Arms;

/** What one person did, for one tally: numerator drawn in to its cap, and denominator. */
export type Amount = { readonly y: number; readonly x: number };

type Spread = {
  readonly treatment: Histogram;
  readonly control: Histogram;
  readonly levels: readonly number[];
};

/** How far a run has come. */
type Passed = { readonly elapsedMs: number; readonly bucketMs: number };

export class Records {
  /** Per hit, where estimates decide: how long after their entry people of a bucket have had time for it. */
  readonly #maturesAfterMs: readonly number[] | null;
  readonly #hits: number;
  readonly #hasDenominator: readonly boolean[];
  readonly #rows = new Map<number, number[]>();
  readonly #tallies: number[][];
  readonly #spreads: readonly Spread[];
  #treatment = 0;
  #control = 0;
  #treatmentHits = 0;

  constructor(guardrails: readonly Guardrail[]) {
    const isEstimated = guardrails.some((one) => one.estimate && countsPeople(one));
    this.#maturesAfterMs = isEstimated ? guardrails.flatMap(maturitiesOf) : null;
    const outcomes = guardrails.flatMap(outcomesOf);
    this.#hits = outcomes.filter(isHit).length;
    const tallies = outcomes.filter(isTally);
    this.#hasDenominator = tallies.map((one) => one.kind === 'sessions' || one.x !== null);
    this.#tallies = tallies.map(() => Array.from({ length: 2 * TALLY_COLUMNS }, () => 0));
    this.#spreads = outcomes
      .filter((one) => one.kind === 'spread')
      .map(({ level }) => ({
        treatment: new Histogram(),
        control: new Histogram(),
        levels: [...SHOWN_LEVELS, level],
      }));
  }

  /** People enter the run in a bucket of time. */
  enter(bucket: number, { treatment, control }: Arms): void {
    this.#treatment += treatment;
    this.#control += control;
    const row = this.#row(bucket);
    row[0] = (row[0] ?? 0) + treatment;
    row[1] = (row[1] ?? 0) + control;
    for (const [index, tally] of this.#tallies.entries()) {
      for (const [from, people] of [
        [0, treatment],
        [TALLY_COLUMNS, control],
      ] as const) {
        add(tally, from + 1, people);
        if (this.#hasDenominator[index]) continue;
        add(tally, from + 2, people);
        add(tally, from + 4, people);
      }
    }
  }

  /** Outcomes of treatment people, whatever the guardrail. */
  get treatmentHits(): number {
    return this.#treatmentHits;
  }

  /** So many people of a bucket had the outcome of a hit. */
  hit(bucket: number, hit: number, arm: Arm, people: number): void {
    if (arm === 'treatment') this.#treatmentHits += people;
    add(this.#row(bucket), 2 + 2 * hit + (arm === 'treatment' ? 0 : 1), people);
  }

  /** What somebody who has entered did. */
  tally(index: number, arm: Arm, { y, x }: Amount): void {
    const tally = this.#tallies[index];
    if (!tally) return;
    const from = arm === 'treatment' ? 0 : TALLY_COLUMNS;
    if (y !== 0) add(tally, from, 1);
    add(tally, from + 3, y);
    add(tally, from + 5, y * y);
    add(tally, from + 6, x * y);
    if (!this.#hasDenominator[index]) return;
    add(tally, from + 2, x);
    add(tally, from + 4, x * x);
  }

  /** What somebody has done so far becomes more. */
  change(index: number, arm: Arm, before: Amount, after: Amount): void {
    const tally = this.#tallies[index];
    if (!tally) return;
    const from = arm === 'treatment' ? 0 : TALLY_COLUMNS;
    add(tally, from, Number(after.y !== 0) - Number(before.y !== 0));
    add(tally, from + 3, after.y - before.y);
    add(tally, from + 5, after.y ** 2 - before.y ** 2);
    add(tally, from + 6, after.x * after.y - before.x * before.y);
    if (!this.#hasDenominator[index]) return;
    add(tally, from + 2, after.x - before.x);
    add(tally, from + 4, after.x ** 2 - before.x ** 2);
  }

  /** A value that people read percentiles of. */
  value(spread: number, arm: Arm, value: number): void {
    this.#spreads[spread]?.[arm].add(value);
  }

  /** @param recent people seen lately */
  observe(recent: Arms, passed: Passed): Observation {
    const people = { treatment: this.#treatment, control: this.#control };
    return {
      people,
      ...this.#buckets(passed),
      tallies: this.#tallies.map((tally) => [...tally]),
      spreads: this.#spreads.map(({ treatment, control, levels }) => [
        ...treatment.quantiles(levels),
        ...control.quantiles(levels),
      ]),
      split: people,
      multiExposed: 0,
      reported: { people: people.treatment + people.control, disagreeing: 0 },
      recent: {
        treatment: Math.min(recent.treatment, people.treatment),
        control: Math.min(recent.control, people.control),
      },
    };
  }

  /** Estimates take windows of everybody who entered; evidence needs only buckets in which somebody was hit. */
  #buckets({ elapsedMs, bucketMs }: Passed): Pick<Observation, 'rows' | 'matured'> {
    if (this.#maturesAfterMs === null) {
      const rows = [...this.#rows.values()];
      return { rows: rows.filter((row) => row.some((count, at) => at > 1 && count > 0)) };
    }
    const buckets = [...this.#rows].toSorted(([one], [other]) => one - other);
    return {
      rows: buckets.map(([, row]) => row),
      matured: this.#maturesAfterMs.map(
        (afterMs) =>
          buckets.filter(([bucket]) => (bucket + 1) * bucketMs + afterMs <= elapsedMs).length,
      ),
    };
  }

  #row(bucket: number): number[] {
    const known = this.#rows.get(bucket);
    if (known) return known;
    const row = Array.from({ length: 2 + 2 * this.#hits }, () => 0);
    this.#rows.set(bucket, row);
    return row;
  }
}

function add(sums: number[], at: number, by: number): void {
  sums[at] = (sums[at] ?? 0) + by;
}
