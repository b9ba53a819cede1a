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

/** Around a line: between which values it may lie. Null where nothing is known. */
export type ChartBand = {
  readonly key: string;
  readonly color: Color;
  readonly spans: readonly (readonly [from: number, to: number] | null)[];
};
