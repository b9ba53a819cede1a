// What a change of a flag may contain, how it merges with what there is, and what the audit log calls it.
import type { FiltersInput } from './filters-input.ts';
import type {
  BucketingIdentifier,
  EvaluationRuntime,
  FlagKind,
  ValueSource,
  ValueType,
} from './flag.ts';

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
  /** `remote_config` exactly when `isRemoteConfiguration`, the older way to say it. */
  readonly kind: FlagKind;
  readonly isRemoteConfiguration: boolean;
  readonly valueType: ValueType | null;
  readonly valueSource: ValueSource | null;
  /** The flag that makes this one off for whom it is on. */
  readonly killSwitchId: number | null;
};

type SharedChange = { readonly [F in keyof SharedFields]?: SharedFields[F] | undefined };

/** Only what is given changes. */
export type FlagChange = Omit<SharedChange, 'killSwitchId'> & {
  /** Number or key of the kill switch; null takes it away. */
  readonly killSwitch?: string | null | undefined;
  /** Switch off, archive or delete although other flags need this one. */
  readonly force?: boolean | undefined;
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
  kind: 'release',
  isRemoteConfiguration: false,
  valueType: null,
  valueSource: null,
  killSwitchId: null,
};

/** The shared fields after the change; without a flag before it, those of a new one. */
export function mergeShared(before: SharedFields | undefined, change: SharedChange): SharedFields {
  const old = before ?? { key: '', ...NEW };
  const kind = kindAfter(old.kind, change);
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
    valueType: change.valueType === undefined ? old.valueType : change.valueType,
    valueSource: change.valueSource === undefined ? old.valueSource : change.valueSource,
    kind,
    isRemoteConfiguration: kind === 'remote_config',
    killSwitchId: change.killSwitchId === undefined ? old.killSwitchId : change.killSwitchId,
  };
}

/** Tools that know no kinds say `isRemoteConfiguration`; what differs from before counts. */
function kindAfter(old: FlagKind, { kind = old, isRemoteConfiguration }: SharedChange): FlagKind {
  if (kind !== old) return kind;
  if (isRemoteConfiguration === true) return 'remote_config';
  return isRemoteConfiguration === false && old === 'remote_config' ? 'release' : old;
}

type Switchable = SharedFields & { readonly active: boolean };

/** What happened, in one word of the past tense: the weightiest of what changed. */
export function auditAction(before: Switchable, after: Switchable): string {
  if (before.deleted !== after.deleted) return after.deleted ? 'deleted' : 'restored';
  if (before.archived !== after.archived) return after.archived ? 'archived' : 'unarchived';
  if (before.active !== after.active) return after.active ? 'switched_on' : 'switched_off';
  return 'updated';
}
