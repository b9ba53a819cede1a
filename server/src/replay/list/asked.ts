// What is asked for a page of recordings.
import type { RecordingCursor } from '../recordings/cursor.ts';
import type { RecordingFilter } from './filter.ts';
import type { Issues, Span } from './reading.ts';

/** What is known outside of ClickHouse, as far as it is asked for. */
export type Known = {
  readonly watched: readonly string[];
  readonly pinned: readonly string[];
  /** Ids of each person that a condition names, by its place. */
  readonly distinctIds: ReadonlyMap<number, readonly string[]>;
  /** Who is behind a number, by the place of the condition. */
  readonly people: ReadonlyMap<number, readonly string[]>;
  readonly issues: Issues;
};

export type Asked = Pick<RecordingFilter, 'conditions' | 'match' | 'order'> & {
  /** Of the start. */
  readonly span: Span;
  readonly cursor: RecordingCursor | undefined;
  readonly limit: number;
  readonly known: Known;
  /** Something came since: it is under way. */
  readonly liveSinceMs: number;
  /** Only these sessions; left out: all of the environment. */
  readonly among?: readonly SessionAt[] | undefined;
  /** Whether only what recordings say themselves is tested: all that are meant are found, and others. */
  readonly isRough?: boolean;
};

/** A session, and the day that it lies in. */
type SessionAt = { readonly sessionId: string; readonly day: string };
