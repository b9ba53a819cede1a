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
  /** The static cohorts that list the person. */
  readonly staticCohortIds?: readonly number[] | undefined;
  /** True when the stored person could not be read: flags that need something of it then fail. */
  readonly isPersonUnread?: boolean | undefined;
  /** Group types whose stored group could not be read, by index: flags that need one of them then fail. */
  readonly unreadGroupTypes?: readonly number[] | undefined;
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
  /** What another flag came out as for this subject; undefined when there is no such flag. */
  readonly flagValue?: ((flagKey: string) => boolean | string | undefined) | undefined;
};

/** What is known about the subject's group of that type. */
export function groupPropertiesOf(
  { groupProperties: all }: Pick<Subject, 'groupProperties'>,
  context: EvaluationContext,
  groupTypeIndex: number,
): JsonObject | undefined {
  const groupType = context.groupTypes?.[groupTypeIndex];
  if (groupType === undefined || all === undefined) return undefined;
  return Object.hasOwn(all, groupType) ? all[groupType] : undefined;
}

/** The key of the subject's group of that type: text, or a number as text; undefined when it has none. */
export function groupKeyOf(
  subject: Pick<Subject, 'groups'>,
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
