// What the parts of the explorer are given.
import type { ActorsSource, Answer, InsightQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import type { ValueWords } from './value-words.ts';
import type { TimeSpan } from './use-annotations.ts';

/** Edits a question; each change is asked about at once. */
export type EditorProps<Q> = {
  readonly query: Q;
  readonly onChange: (query: Q) => void;
};

export type ToolsProps<Q> = EditorProps<Q> & {
  /** The present day in the project's time zone. */
  readonly today: string;
};

/** People to be looked at. */
export type Picked = {
  readonly title: string;
  readonly source: ActorsSource;
  /** Others of the same cell, to change over to; the first are those of `source`. */
  readonly views?: readonly { readonly label: string; readonly source: ActorsSource }[];
};

/** Shows the answer to a question. */
export type ViewProps<Q extends InsightQuery> = {
  readonly query: Q;
  readonly answer: Answer;
  /** Null for strangers, who see no changes of flags. */
  readonly scope: Scope | null;
  /** What the insight is called, for files. */
  readonly title: string;
  /** How values are called that the answer tells apart. */
  readonly wordsOf: ValueWords;
  /** Undefined where nobody is to be looked at. */
  readonly onPick: ((picked: Picked) => void) | undefined;
};

/** The time that an answer is about. */
export function spanOf({ resolved_date_range: range, timezone }: Answer): TimeSpan | undefined {
  return range && { from: range.date_from, to: range.date_to, timeZone: timezone };
}
