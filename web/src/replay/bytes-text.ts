// Sizes of what was recorded, as people read them.
import { formatNumber } from '../ui/format.ts';

const KIB = 1024;

/** `812 B`, `14 KiB`. */
export const bytesText = (count: number): string =>
  count < KIB ? `${count} B` : `${formatNumber(Math.round(count / KIB))} KiB`;
