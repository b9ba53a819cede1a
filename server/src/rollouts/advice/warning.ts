// What a person should know before a start, and what would mend it in one press.
import type { JsonValue } from '#kernel/json';

export const WARNING_CODES = [
  'short_bake',
  'no_limits',
  'self_control',
  'nothing_acts',
  'few_people',
  'nobody_yet',
  'undecided',
  'several_ids',
  'many_guardrails',
  'short_window',
  'weekly_cycle',
  'daily_peak',
  'estimate',
  'not_guarded',
  'data_loss',
  'no_way_back',
] as const;
type WarningCode = (typeof WARNING_CODES)[number];

/** Values of a plan on the wire to set, by dotted path. */
export type Mend = {
  readonly label: string;
  readonly changes: readonly { readonly field: string; readonly value: JsonValue }[];
};

export type Warning = {
  readonly code: WarningCode;
  /** advice: good to know, and no reason to wait. */
  readonly level: 'warning' | 'advice';
  /** Dotted path of what it is about; null: the plan. */
  readonly field: string | null;
  /** One sentence or two. */
  readonly text: string;
  readonly mends: readonly Mend[];
};
