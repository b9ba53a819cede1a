// What the numbers of one guardrail amount to, whatever it measures. Computed by weigh-evidence.ts.
import type { RateBucket } from '#stats/rate';

/** Evidence against fixed limits, as natural logarithms of e-values. */
export type AbsoluteEvidence = {
  readonly lnERed: number;
  readonly lnEYellow: number;
  readonly lnESafe: number;
  /** The control arm breaks the limit too, so that it says nothing about the change. */
  readonly isRedMuted: boolean;
  readonly isYellowMuted: boolean;
};

export type Limits = { readonly lower: number; readonly upper: number | null };

/** What was measured of one arm, in the guardrail's own unit; null while there is nobody. */
export type ArmValue = {
  readonly value: number | null;
  readonly interval: Limits | null;
  /** Median, 95th and 99th percentile, where values are measured. */
  readonly percentiles?: readonly number[];
};

/** Treatment held against control. */
export type Compared = {
  /** On the scale of the guardrail's bands. */
  readonly effect: number | null;
  readonly effectInterval: Limits | null;
  /** ln E against "no harm", of this stage alone. */
  readonly lnE: number;
  /** ln E against "the red effect or worse". */
  readonly lnESafe: number;
  /** False while there are too few people for a statistic that is right only for many. */
  readonly isMature: boolean;
  /** Set where the effect is held against the same people before, not against control. */
  readonly isAgainstBefore?: true;
};

/** All numbers of one guardrail at one look. Limits that the data does not set are null. */
export type Evidence = Compared & {
  /** People in treatment and control, and how many of them had the outcome. */
  readonly counts: RateBucket;
  readonly treatment: ArmValue;
  readonly control: ArmValue;
  readonly absolute: AbsoluteEvidence | null;
  /**
   * Standard deviations towards harm by which three of the last five windows or more lie off the same hours of earlier
   * weeks; null while too few windows or weeks are known.
   */
  readonly shift?: number | null;
  /** Where estimates decide: complete windows, and whether enough of the last ones lie beyond a band. */
  readonly estimate?: {
    readonly windows: number;
    readonly isYellow: boolean;
    readonly isRed: boolean;
    /** None of the last ones lies beyond a band, and there are enough. */
    readonly isClear: boolean;
  };
};

export const NOT_COMPARED: Compared = {
  effect: null,
  effectInterval: null,
  lnE: 0,
  lnESafe: 0,
  isMature: true,
};
