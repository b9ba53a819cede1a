// Who enters a stage, by the minute and arm. People are kept as counts per stretch of the hash between two
// percentages of the plan: everybody in a stretch is always in the same arm, so nothing is lost by it.
import type { Rng } from '#kernel/rng';
import type { Stage } from '../plan/plan.ts';
import { drawBinomial, drawMultinomial, drawPoisson } from '#stats/draws';

/** People of both arms. */
export type Arms = { readonly treatment: number; readonly control: number };

type Stretch = {
  /** Upper end of its hashes. */
  readonly end: number;
  readonly width: number;
  /** People known, and those of them who have entered the run of the stage. */
  people: number;
  entered: number;
};

export type Visits = {
  /** People seen for the first time in this run. */
  readonly entered: Arms;
  /** People seen, those who entered before included. */
  readonly seen: Arms;
};

export class Crowd {
  readonly #rng: Rng;
  readonly #returningShare: number;
  readonly #stretches: Stretch[];

  constructor(rng: Rng, returningShare: number, stages: readonly Pick<Stage, 'percent'>[]) {
    this.#rng = rng;
    this.#returningShare = returningShare;
    const ends = [...new Set([...stages.map(({ percent }) => percent / 100), 1])].toSorted(
      (x, y) => x - y,
    );
    this.#stretches = ends.map((end, index) => ({
      end,
      width: end - (ends[index - 1] ?? 0),
      people: 0,
      entered: 0,
    }));
  }

  /** Another run of a stage: nobody has entered it. */
  beginRun(): void {
    for (const stretch of this.#stretches) stretch.entered = 0;
  }

  /** Visits of a minute. @param share part of everyone with the change @param isCounting the stage has settled */
  visit(rate: number, share: number, isCounting: boolean): Visits {
    const rng = this.#rng;
    const visits = drawPoisson(rng, rate);
    const known = this.#stretches.reduce((sum, { people }) => sum + people, 0);
    const returning = known > 0 ? drawBinomial(rng, visits, this.#returningShare) : 0;
    const widths = this.#stretches.map(({ width }) => width);
    const fresh = drawMultinomial(rng, visits - returning, widths);
    const back = drawMultinomial(
      rng,
      returning,
      this.#stretches.map(({ people }) => (known === 0 ? 0 : people / known)),
    );
    const entered = { treatment: 0, control: 0 };
    const seen = { treatment: 0, control: 0 };
    for (const [index, stretch] of this.#stretches.entries()) {
      const arm = stretch.end <= share ? 'treatment' : 'control';
      const came = fresh[index] ?? 0;
      const again = back[index] ?? 0;
      seen[arm] += came + again;
      if (isCounting) entered[arm] += this.#enter(stretch, came, again);
      stretch.people += came;
    }
    return { entered, seen };
  }

  /** Of those who come again, some have entered this run already. */
  #enter(stretch: Stretch, came: number, again: number): number {
    const outside = stretch.people - stretch.entered;
    const chance = stretch.people === 0 ? 0 : outside / stretch.people;
    const enters = came + Math.min(outside, drawBinomial(this.#rng, again, chance));
    stretch.entered += enters;
    return enters;
  }
}
