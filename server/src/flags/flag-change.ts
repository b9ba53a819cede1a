// What a change of a flag may contain, how it merges with what there is, and what the audit log calls it.
import type { JsonObject } from '#kernel/json';
import type { FiltersInput } from './filters-input.ts';
import type {
  BucketingIdentifier,
  EvaluationRuntime,
  Filters,
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
  /** Who answers for the flag. */
  readonly ownerId: string | null;
  /** JSON Schema that every payload must fit. */
  readonly payloadSchema: JsonObject | null;
};

/** A flag at a version in one environment, as history and audit log keep it. */
export type FlagState = SharedFields & {
  readonly active: boolean;
  readonly filters: Filters;
  readonly version: number;
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
  /** Edit what a running rollout owns. */
  readonly overRollout?: boolean | undefined;
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
  ownerId: null,
  payloadSchema: null,
};

const SHARED_FIELDS = ['key', ...Object.keys(NEW)] as readonly (keyof SharedFields)[];

/** The shared fields after the change; without a flag before it, those of a new one. */
export function mergeShared(before: SharedFields | undefined, change: SharedChange): SharedFields {
  const old = before ?? { key: '', ...NEW };
  const kind = kindAfter(old.kind, change);
  const merged = Object.fromEntries(
    SHARED_FIELDS.map((field) => [field, change[field] === undefined ? old[field] : change[field]]),
  ) as SharedFields;
  return { ...merged, kind, isRemoteConfiguration: kind === 'remote_config' };
}

/** Tools that know no kinds say `isRemoteConfiguration`; what differs from before counts. */
function kindAfter(old: FlagKind, { kind = old, isRemoteConfiguration }: SharedChange): FlagKind {
  if (kind !== old) return kind;
  if (isRemoteConfiguration === true) return 'remote_config';
  return isRemoteConfiguration === false && old === 'remote_config' ? 'release' : old;
}

/** What history keeps of a flag. */
export function stateOf(flag: FlagState): FlagState {
  const { active, filters, version } = flag;
  return { ...mergeShared(flag, {}), active, filters, version };
}

/** True when the change only takes the flag away from people: that must never wait for anything. */
export function isWithdrawal(change: FlagChange): boolean {
  const { version: _seen, reason: _why, force: _anyway, ...what } = change;
  const given = Object.entries(what).filter(([, value]) => value !== undefined);
  return (
    given.length > 0 &&
    given.every(
      ([field, value]) =>
        (field === 'active' && value === false) ||
        ((field === 'archived' || field === 'deleted') && value === true),
    )
  );
}

type Switchable = SharedFields & { readonly active: boolean };

/** What happened, in one word of the past tense: the weightiest of what changed. */
export function auditAction(before: Switchable, after: Switchable): string {
  if (before.deleted !== after.deleted) return after.deleted ? 'deleted' : 'restored';
  if (before.archived !== after.archived) return after.archived ? 'archived' : 'unarchived';
  if (before.active !== after.active) return after.active ? 'switched_on' : 'switched_off';
  return 'updated';
}
