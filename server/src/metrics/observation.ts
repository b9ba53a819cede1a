// What one look at the event store found, and whether it can be trusted: planned against actual split,
// people in both arms, reported against assigned values. Checks void evidence; they never promote.
import { PEOPLE, type Units } from '#kernel/units';
import { sampleRatioLogE } from '#stats/sample-ratio';
import type { Answers } from './outcome.ts';

/** People of both arms. */
export type ArmCounts = { readonly treatment: number; readonly control: number };

/** Everything the controller learns from the event store at one look. */
export type Observation = Answers & {
  /** People by the arm of the first id they were seen with, nobody left out: what the split made. */
  readonly split: ArmCounts;
  /** People whose ids fall into both arms. */
  readonly multiExposed: number;
  /** People whose clients still report a value some time after they entered. */
  readonly reported: { readonly people: number; readonly disagreeing: number };
  /** People seen in the last stretch before the watermark (the plan's no-data time). */
  readonly recent: ArmCounts;
};

/** 1 %: error rate of calling a fair split unfair, at any time of the stage. */
const SPLIT_ALPHA = 0.01;
const MIN_MULTI_EXPOSED = 10;
const MAX_MULTI_EXPOSED_SHARE = 0.01;
/**
 * Leaving people of both arms out thins the smaller arm; beyond this part of it those who remain are no
 * longer comparable with the other arm.
 */
const MAX_SMALLER_ARM_LOSS = 0.1;
const MIN_REPORTING = 20;
const MAX_DISAGREEING_SHARE = 0.05;

export type HealthProblem = {
  readonly reason: 'srm' | 'multi_exposure' | 'drift';
  /** One sentence with the numbers. */
  readonly detail: string;
};

export type Health = {
  /** ln E against "people arrive in the planned split". */
  readonly lnESplit: number;
  readonly multiExposedShare: number;
  readonly disagreeingShare: number;
  readonly problem: HealthProblem | null;
};

/**
 * The fraction of people with the change that is to be expected among those who are compared: leaving people of both
 * arms out takes the same number from each, and so more of the smaller one.
 */
export function comparedShare(
  { people, split }: Pick<Observation, 'people' | 'split'>,
  plannedShare: number,
): number {
  const kept = (arm: keyof ArmCounts) => (split[arm] === 0 ? 1 : people[arm] / split[arm]);
  const treatment = plannedShare * kept('treatment');
  const control = (1 - plannedShare) * kept('control');
  return treatment > 0 && control > 0 ? treatment / (treatment + control) : plannedShare;
}

/** Checks a look at a percentage stage; `treatmentShare` is the planned fraction in treatment, `units` are for its words. */
export function checkHealth(
  observation: Observation,
  treatmentShare: number,
  { many }: Units = PEOPLE,
): Health {
  const { split, multiExposed, reported, people } = observation;
  const total = split.treatment + split.control;
  const lnESplit =
    total === 0
      ? 0
      : sampleRatioLogE([split.treatment, split.control], [treatmentShare, 1 - treatmentShare]);
  const multiExposedShare = total === 0 ? 0 : multiExposed / total;
  const disagreeingShare = reported.people === 0 ? 0 : reported.disagreeing / reported.people;
  const smallerArm = Math.min(people.treatment, people.control);
  const isThinned =
    multiExposedShare >= MAX_MULTI_EXPOSED_SHARE ||
    multiExposed / (multiExposed + smallerArm) >= MAX_SMALLER_ARM_LOSS;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  let problem: HealthProblem | null = null;
  if (lnESplit >= -Math.log(SPLIT_ALPHA)) {
    problem = {
      reason: 'srm',
      detail: `${split.treatment} of ${total} ${many} have the change (${percent(split.treatment / total)}), where ${percent(treatmentShare)} were planned: some are lost before they are counted.`,
    };
  } else if (multiExposed >= MIN_MULTI_EXPOSED && isThinned) {
    problem = {
      reason: 'multi_exposure',
      detail: `${multiExposed} of ${total} ${many} were seen both with and without the change (${percent(multiExposedShare)}).`,
    };
  } else if (reported.people >= MIN_REPORTING && disagreeingShare > MAX_DISAGREEING_SHARE) {
    problem = {
      reason: 'drift',
      detail: `${reported.disagreeing} of ${reported.people} ${many} report another value than they were assigned (${percent(disagreeingShare)}).`,
    };
  }
  return { lnESplit, multiExposedShare, disagreeingShare, problem };
}
