// What the parts of a condition are given, shared so that they need not know each other.
import type { ConditionDraft } from './condition-draft.ts';

/** A part that edits the whole condition; `attr` is where it stands, as the server names it. */
export type ConditionPartProps = {
  readonly condition: ConditionDraft;
  readonly attr: string;
  readonly onChange: (condition: ConditionDraft) => void;
};

/** An input for one kind of value, which is a text. */
export type ValuePartProps = {
  readonly text: string;
  readonly onChange: (value: unknown) => void;
  readonly error: string | undefined;
};
