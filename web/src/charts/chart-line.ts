// What a chart over time draws.
import type { Color } from './palette.ts';

export type ChartLine = {
  readonly key: string;
  readonly name: string;
  readonly color: Color;
  readonly values: readonly (number | null)[];
  /** Of the period before: fainter. */
  readonly isPrevious: boolean;
};
