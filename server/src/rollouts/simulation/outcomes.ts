// What people do after they have entered, drawn by what is true of their arm: counts of people where only a share
// matters, person by person where values do.
import type { Rng } from '#kernel/rng';
import type { Guardrail } from '#metrics/guardrail';
import { isHit, isTally, type Outcome, outcomesOf } from '#metrics/outcome';
import {
  drawBinomial,
  drawCount,
  drawExponential,
  drawLognormal,
  drawNormal,
  drawPoisson,
  type Lognormal,
  lognormalOf,
} from '#stats/draws';
import type { Arm, Records } from './records.ts';
import { type ArmTruth, MINUTE_MS, type World } from './world.ts';

/** People of one arm who entered in the same minute. */
export type Entry = { readonly arm: Arm; readonly people: number; readonly bucket: number };

/** Does something to the records once so many minutes have passed. */
export type Later = (afterMinutes: number, change: (records: Records) => void) => void;

/** Standard deviation of the logarithm of a duration; half of its square lies between people. */
const DURATION_SIGMA = 0.5;
const Z_95 = 1.6448536269514722;

/** How durations with this 95th percentile are spread. */
export function durationsOf(p95Ms: number): Lognormal {
  return { mu: Math.log(p95Ms) - Z_95 * DURATION_SIGMA, sigma: DURATION_SIGMA };
}

/** What one person did: the values of their events (of bad sessions, one each), and what those are divided by. */
export type Deed = { readonly values: readonly number[]; readonly per: number };

/** What somebody does for a guardrail that looks at values; null: nothing. */
export function drawDeed(
  rng: Rng,
  { measure }: Guardrail,
  truth: ArmTruth,
  { eventsPerUser, phi }: World['cluster'],
): Deed | null {
  if (truth.kind === 'share') return drawSessions(rng, truth.share, { eventsPerUser, phi });
  if (truth.kind === 'duration') {
    const { mu, sigma } = durationsOf(truth.p95Ms);
    const part = sigma * Math.SQRT1_2;
    const own = mu + part * drawNormal(rng);
    const count = 1 + drawCount(rng, Math.max(0, eventsPerUser - 1), phi);
    const values = Array.from({ length: count }, () =>
      drawLognormal(rng, { mu: own, sigma: part }),
    );
    return { values, per: count };
  }
  if (measure.kind !== 'mean') return null;
  if (truth.share < 1 && rng() >= truth.share) return null;
  const { mean, sd } = truth;
  if (measure.per === null) {
    const value =
      measure.property === null
        ? drawCount(rng, mean, phi > 1 ? phi : (sd * sd) / mean)
        : drawLognormal(rng, lognormalOf(truth));
    return value === 0 ? null : { values: [value], per: 1 };
  }
  const per = drawCount(rng, eventsPerUser, phi);
  const one = () =>
    measure.property === null ? drawCount(rng, mean, 1) : drawLognormal(rng, lognormalOf(truth));
  return per === 0 ? null : { values: Array.from({ length: per }, one), per };
}

/** One session or more, of which about `share` are bad; with phi some people have more than their part of these. */
function drawSessions(rng: Rng, share: number, { eventsPerUser, phi }: World['cluster']): Deed {
  const per = 1 + drawPoisson(rng, Math.max(0, eventsPerUser - 1));
  const bad =
    phi <= 1 ? drawBinomial(rng, per, share) : Math.min(per, drawCount(rng, per * share, phi));
  return { values: Array.from({ length: bad }, () => 1), per };
}

/** Draws what people do for one guardrail of a plan. */
export class OutcomeMaker {
  readonly #guardrail: Guardrail;
  readonly #outcomes: readonly (readonly [outcome: Outcome, at: number])[];
  readonly #world: Pick<World, 'cluster' | 'outcomeDelayMinutes'>;
  readonly #rng: Rng;

  constructor(world: World, index: number, rng: Rng) {
    const { guardrails } = world.plan;
    const guardrail = guardrails[index];
    if (!guardrail) throw new RangeError(`the plan has no guardrail ${index}`);
    this.#guardrail = guardrail;
    this.#world = world;
    this.#rng = rng;
    const kindOf = (outcome: Outcome) =>
      isHit(outcome) ? 'hit' : isTally(outcome) ? 'tally' : 'spread';
    const before = guardrails.slice(0, index).flatMap(outcomesOf);
    const mine = outcomesOf(guardrail);
    this.#outcomes = mine.map((outcome, own) => {
      const earlier = [...before, ...mine.slice(0, own)];
      return [outcome, earlier.filter((one) => kindOf(one) === kindOf(outcome)).length];
    });
  }

  /** What these people will have done. */
  act(entry: Entry, truth: ArmTruth, later: Later): void {
    const isShare = truth.kind === 'share' && this.#guardrail.measure.kind !== 'sessions';
    if (isShare) this.#actByShare(entry, truth.share, later);
    else this.#actOneByOne(entry, truth, later);
  }

  #actByShare({ arm, people, bucket }: Entry, share: number, later: Later): void {
    const [, at] = this.#outcomes[0] ?? [null, 0];
    const hurt = drawBinomial(this.#rng, people, share);
    if (hurt === 0) return;
    if (this.#world.outcomeDelayMinutes === 0) {
      later(0, (records) => records.hit(bucket, at, arm, hurt));
      return;
    }
    for (let i = 0; i < hurt; i += 1) {
      later(this.#delay(), (records) => records.hit(bucket, at, arm, 1));
    }
  }

  #actOneByOne({ arm, people, bucket }: Entry, truth: ArmTruth, later: Later): void {
    for (let i = 0; i < people; i += 1) {
      const deed = drawDeed(this.#rng, this.#guardrail, truth, this.#world.cluster);
      if (deed) later(this.#delay(), (records) => this.#record(records, arm, bucket, deed));
    }
  }

  #record(records: Records, arm: Arm, bucket: number, { values, per }: Deed): void {
    for (const [outcome, at] of this.#outcomes) {
      if (outcome.kind === 'any') {
        records.hit(bucket, at, arm, 1);
      } else if (outcome.kind === 'above') {
        const threshold = outcome[arm];
        if (values.some((value) => value > threshold)) records.hit(bucket, at, arm, 1);
      } else if (outcome.kind === 'spread') {
        for (const value of values) records.value(at, arm, value);
      } else if (outcome.kind === 'sessions') {
        records.tally(at, arm, { y: values.length, x: per });
      } else if (outcome.kind === 'tally') {
        const { above, cap } = outcome;
        const counted = above === null ? values : values.filter((value) => value > above);
        const y = above === null ? sum(counted) : counted.length;
        records.tally(at, arm, { y: cap === null ? y : Math.min(y, cap), x: per });
      }
    }
  }

  /** A conversion that comes after its window is none: the share that is true counts those in time. */
  #delay(): number {
    const mean = this.#world.outcomeDelayMinutes;
    if (mean === 0) return 0;
    const { measure } = this.#guardrail;
    const window = measure.kind === 'conversion' ? measure.windowMs / MINUTE_MS : Infinity;
    for (;;) {
      const delay = drawExponential(this.#rng, mean);
      if (delay <= window) return delay;
    }
  }
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
