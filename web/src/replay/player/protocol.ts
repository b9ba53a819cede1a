// What the app and the document that plays say to each other, over a message port. The document may live on another
// origin and holds no credentials: the app fetches, the document reads. Times in milliseconds by the clock of the
// recorded browser.
import type { Chunk } from '../recording/chunk.ts';
import type { Digest } from '../recording/digest.ts';
import type { Stretch } from '../recording/plan.ts';
import type { Segment } from '../recording/segments.ts';

export type Opening = {
  readonly startMs: number;
  readonly endMs: number;
  readonly chunks: readonly Chunk[];
  readonly atMs: number;
  readonly speed: number;
  readonly skipsPauses: boolean;
  /** More is being recorded: at the end it waits instead of stopping. */
  readonly isOngoing: boolean;
};

export type Command =
  | ({ readonly kind: 'open' } & Opening)
  /** More was recorded meanwhile. */
  | {
      readonly kind: 'grow';
      readonly chunks: readonly Chunk[];
      readonly endMs: number;
      readonly isOngoing: boolean;
    }
  | { readonly kind: 'chunk'; readonly id: string; readonly bytes: ArrayBuffer }
  | { readonly kind: 'failed'; readonly id: string }
  /** Asks again for what could not be fetched. */
  | { readonly kind: 'retry' }
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'seek'; readonly atMs: number }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'skip'; readonly skipsPauses: boolean }
  /** Which window to stay with; null follows whoever is active. */
  | { readonly kind: 'window'; readonly windowId: string | null };

export type PlayStatus = 'loading' | 'paused' | 'playing' | 'waiting' | 'ended' | 'failed';

export type PlayState = {
  readonly atMs: number;
  /** `loading`: wants to play or to show, and what it needs is on its way. `waiting`: for more to be recorded. */
  readonly status: PlayStatus;
  readonly windowId: string;
  /** Nothing of this window can be shown at this moment: it has no full snapshot. */
  readonly isBlank: boolean;
  /** How much time without activity has just been passed over, in milliseconds; 0 otherwise. */
  readonly skippedMs: number;
  /** Size of the recorded window in CSS pixels; 0 until known. */
  readonly width: number;
  readonly height: number;
};

export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'need'; readonly chunk: Chunk }
  | { readonly kind: 'state'; readonly state: PlayState }
  | { readonly kind: 'digest'; readonly chunkId: string; readonly digest: Digest }
  | { readonly kind: 'segments'; readonly segments: readonly Segment[] }
  /** What is in memory of it. */
  | { readonly kind: 'buffered'; readonly buffered: readonly Stretch[] };

/** The first message to the document, which carries the port. */
export const CONNECT = 'serin-replay-connect';
