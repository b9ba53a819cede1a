// What the process and the thread that makes lines say to each other.
import type { Numbered } from './talk.ts';

export type LinesOrder = Numbered & {
  /** A `BlockLines` as a line of JSON each. */
  readonly rows: Uint8Array;
  readonly maySeeBodies: boolean;
  readonly isGzip: boolean;
};

export type LinesAnswer = Numbered & { readonly body: Uint8Array<ArrayBuffer> };
