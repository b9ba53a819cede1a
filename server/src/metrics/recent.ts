// What a guardrail measured lately, among people of a day.
import type { RatioSums } from '#stats/half-normal';

export type Recent = {
  /** People, counted once a day. */
  readonly people: number;
  /** Those of them with the outcome; of a duration, those above its percentile. */
  readonly affected: number;
  /** In the guardrail's own unit: a share, milliseconds, a number per person; null where there is nothing. */
  readonly value: number | null;
  /** `affected` as a part of `people`. */
  readonly share: number | null;
  /** Durations: the parts above the percentile with red taken off, and put on top; null elsewhere. */
  readonly shareBelow: number | null;
  readonly shareAbove: number | null;
  /** Sums over people, of what is a mean. */
  readonly sums: RatioSums | null;
};
