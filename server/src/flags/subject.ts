// Whom a flag is evaluated for, and what the evaluator may ask about the world. Everything is handed
// in, so that evaluation needs no store, no clock and no network.
import type { JsonObject } from '#kernel/json';

/** One person (or device, or groups) asking for flags. */
export type Subject = {
  readonly distinctId: string;
  /** True when the request names nobody (the id is empty then): what a hash would decide fails. */
  readonly isNameless?: boolean | undefined;
  /** Stored properties overlaid by those of the request. */
  readonly personProperties: JsonObject;
  /** True when the stored properties could not be read: flags that need one of them then fail. */
  readonly isPersonUnread?: boolean | undefined;
  /** Left out: the person property `$device_id`. */
  readonly deviceId?: string | null | undefined;
  /** The id before login: continuity flags bucket by it while no override is stored. */
  readonly anonDistinctId?: string | null | undefined;
  /** Stored ids that continuity flags bucket by, by flag key. */
  readonly hashKeyOverrides?: { readonly [flagKey: string]: string } | undefined;
  /** Group key (text or number) by group type. */
  readonly groups?: { readonly [groupType: string]: unknown } | undefined;
  /** By group type: stored properties overlaid by those of the request. */
  readonly groupProperties?: { readonly [groupType: string]: JsonObject | undefined } | undefined;
};

/** What evaluation may ask beyond the subject. */
export type EvaluationContext = {
  /** Milliseconds since the epoch, for relative dates. */
  readonly nowMs: number;
  /** Names of the environment's group types by their index. */
  readonly groupTypes?: readonly (string | undefined)[] | undefined;
  /** Whether the subject's person is in the cohort; undefined when there is no such cohort. */
  readonly isInCohort?: ((cohortId: number) => boolean | undefined) | undefined;
  /** What another flag came out as for this subject; undefined when there is no such flag. */
  readonly flagValue?: ((flagKey: string) => boolean | string | undefined) | undefined;
};

/** The key of the subject's group of that type: text, or a number as text; undefined when it has none. */
export function groupKeyOf(
  subject: Subject,
  context: EvaluationContext,
  groupTypeIndex: number,
): string | undefined {
  const groupType = context.groupTypes?.[groupTypeIndex];
  if (groupType === undefined || subject.groups === undefined) return undefined;
  if (!Object.hasOwn(subject.groups, groupType)) return undefined;
  const key = subject.groups[groupType];
  if (typeof key === 'number') return String(key);
  return typeof key === 'string' && key !== '' ? key : undefined;
}
