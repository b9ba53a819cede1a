// What a change of a flag may contain, how it merges with what there is, and what the audit log calls it.
import type { FiltersInput } from './filters-input.ts';
import type { BucketingIdentifier, EvaluationRuntime, ValueSource, ValueType } from './flag.ts';

/** What code asks for: it goes into URLs, SDK calls and hashes. */
export const FLAG_KEY = /^[a-zA-Z0-9_-]{1,400}$/;

/** What all environments of a project share. */
export type SharedFields = {
  readonly key: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly archived: boolean;
  readonly deleted: boolean;
  readonly evaluationRuntime: EvaluationRuntime;
  readonly evaluationContexts: readonly string[];
  readonly bucketingIdentifier: BucketingIdentifier;
  readonly ensureExperienceContinuity: boolean;
  readonly isRemoteConfiguration: boolean;
  readonly valueType: ValueType | null;
  readonly valueSource: ValueSource | null;
};

type SharedChange = { readonly [F in keyof SharedFields]?: SharedFields[F] | undefined };

/** Only what is given changes. */
export type FlagChange = SharedChange & {
  readonly active?: boolean | undefined;
  readonly filters?: FiltersInput | undefined;
  /** The version that the caller has seen; another one is a conflict. */
  readonly version?: number | undefined;
  /** Why, for the audit log. */
  readonly reason?: string | null | undefined;
};

export type NewFlag = Omit<FlagChange, 'version'> & { readonly key: string };

const NEW: Omit<SharedFields, 'key'> = {
  name: '',
  tags: [],
  archived: false,
  deleted: false,
  evaluationRuntime: 'all',
  evaluationContexts: [],
  bucketingIdentifier: 'distinct_id',
  ensureExperienceContinuity: false,
  isRemoteConfiguration: false,
  valueType: null,
  valueSource: null,
};

/** The shared fields after the change; without a flag before it, those of a new one. */
export function mergeShared(before: SharedFields | undefined, change: SharedChange): SharedFields {
  const old = before ?? { key: '', ...NEW };
  return {
    key: change.key ?? old.key,
    name: change.name ?? old.name,
    tags: change.tags ?? old.tags,
    archived: change.archived ?? old.archived,
    deleted: change.deleted ?? old.deleted,
    evaluationRuntime: change.evaluationRuntime ?? old.evaluationRuntime,
    evaluationContexts: change.evaluationContexts ?? old.evaluationContexts,
    bucketingIdentifier: change.bucketingIdentifier ?? old.bucketingIdentifier,
    ensureExperienceContinuity: change.ensureExperienceContinuity ?? old.ensureExperienceContinuity,
    isRemoteConfiguration: change.isRemoteConfiguration ?? old.isRemoteConfiguration,
    valueType: change.valueType === undefined ? old.valueType : change.valueType,
    valueSource: change.valueSource === undefined ? old.valueSource : change.valueSource,
  };
}

type Switchable = SharedFields & { readonly active: boolean };

/** What happened, in one word of the past tense: the weightiest of what changed. */
export function auditAction(before: Switchable, after: Switchable): string {
  if (before.deleted !== after.deleted) return after.deleted ? 'deleted' : 'restored';
  if (before.archived !== after.archived) return after.archived ? 'archived' : 'unarchived';
  if (before.active !== after.active) return after.active ? 'switched_on' : 'switched_off';
  return 'updated';
}
