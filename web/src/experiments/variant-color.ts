// Which colour a variant has in every chart, by its place: the first two have those of the two arms of a comparison.
import type { Color } from '../charts/palette.ts';

const COLORS: readonly Color[] = ['off', 'on', 'pine', 'purple', 'mustard', 'pink', 'sky', 'brown'];

export const variantColor = (place: number): Color => COLORS[place % COLORS.length] ?? 'grey';
