// Positions in bundles and what they are in the source, as they go between Serin and the thread that looks them up.
import type { SourceLines } from '../grouping/exception.ts';

export type TraceRequest = {
  readonly maps: readonly { readonly id: string; readonly gzip: Uint8Array }[];
  /** Lines and columns count from 1. */
  readonly positions: readonly Position[];
};

export type Position = { readonly mapId: string; readonly line: number; readonly column: number };

export type Traced = {
  readonly file: string;
  /** Empty outside of every function that has a name; null where the map has no source. */
  readonly function: string | null;
  readonly line: number;
  readonly column: number;
  readonly isInApp: boolean;
  readonly source: SourceLines | null;
};

/** One for each position; null where the map says nothing. */
export type TraceAnswer = readonly (Traced | null)[];

/** `webpack://shop/./src/cart.ts` → `src/cart.ts`; `../../src/cart.ts` → `src/cart.ts`. */
export function sourceName(source: string): string {
  return source
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\//iu, '')
    .replace(/^(?:\.{1,2}\/)+/u, '')
    .slice(0, 500);
}

const LINES_AROUND = 5;
const MAX_LINE_CHARS = 400;

/** The lines around one, which counts from 1. */
export function linesAround(content: string, line: number): SourceLines | null {
  const lines = content.split('\n', line + LINES_AROUND);
  const cut = (text: string) => text.replace(/\r$/u, '').slice(0, MAX_LINE_CHARS);
  const at = lines[line - 1];
  if (at === undefined) return null;
  return {
    before: lines.slice(Math.max(0, line - 1 - LINES_AROUND), line - 1).map(cut),
    line: cut(at),
    after: lines.slice(line).map(cut),
  };
}
