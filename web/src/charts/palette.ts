// Which colour a line of a chart has. The two arms of a comparison keep theirs in every chart.
import styles from './palette.module.css';

/** Colours in the order in which lines get them. */
const LINES = ['pine', 'off', 'purple', 'mustard', 'pink', 'sky', 'brown', 'on'] as const;
export type Color = (typeof LINES)[number] | 'grey' | 'safe' | 'harm' | 'watch';

/** The colour of the n-th line; they repeat. */
export const lineColor = (index: number): Color => LINES[index % LINES.length] ?? 'grey';

/** The class that sets `color`. */
export const colorOf = (color: Color): string => styles[color] ?? '';
