// The colour of each kind of moment, the same in the list, on the time line and in the filter.
import type { Color } from '../charts/palette.ts';
import type { Kind } from './moments.ts';

const COLORS: Readonly<Record<Kind, Color>> = {
  exception: 'harm',
  rage: 'on',
  dead: 'mustard',
  flag: 'pine',
  page: 'off',
  custom: 'purple',
  console: 'pink',
  network: 'sky',
  other: 'grey',
};

export const kindColor = (kind: Kind): Color => COLORS[kind];
