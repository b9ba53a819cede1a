// What the store adds to a request for flags: the person behind the id, and the groups that the person acts for.
// What cannot be read is marked, so that only flags that need it fail.
import { type FlagSnapshot, hashKeyOverridesOf } from '#flags';
import type { Subject } from '#flags/evaluate';
import type { GroupKey, HashKeys, Login, PersonRecord } from '#identity';
import type { JsonObject } from '#kernel/json';
import type { EvaluationRequest } from './evaluation-request.ts';
import type { StoredPersons } from './stored-person.service.ts';

type StoredPerson = {
  readonly record?: PersonRecord;
  /** Instead of those of the record. */
  readonly hashKeys?: HashKeys;
  readonly isPersonUnread: boolean;
};

type StoredGroups = {
  /** By group type. */
  readonly groupProperties?: Readonly<Record<string, JsonObject>>;
  /** Indexes of the types whose group could not be read. */
  readonly unreadGroupTypes?: readonly number[];
};

export type Stored = StoredPerson & StoredGroups;

/** Nothing is known of anybody, nor asked. */
export const NOBODY: Stored = { isPersonUnread: false };

/** A group of the request. */
export type NamedGroup = GroupKey & { readonly type: string };

/** Reads the person, and keeps what a login must not change. */
export async function readPerson(
  persons: StoredPersons,
  environmentId: number,
  { distinctId, anonymousId }: EvaluationRequest,
  snapshot: FlagSnapshot,
): Promise<StoredPerson> {
  if (distinctId === undefined) return NOBODY;
  let record: PersonRecord;
  try {
    record = await persons.recordOf(environmentId, distinctId);
  } catch {
    return { isPersonUnread: true };
  }
  const login = loginOf(snapshot, environmentId, distinctId, anonymousId);
  if (!login) return { record, isPersonUnread: false };
  // What cannot be kept now is served all the same: by the anonymous id, as before the login.
  const hashKeys = await persons.keepHashKeys(login).catch(() => record.hashKeys);
  return { record, hashKeys, isPersonUnread: false };
}

/** Undefined unless the request tells of a login that some flag must not notice. */
function loginOf(
  { set }: FlagSnapshot,
  environmentId: number,
  distinctId: string,
  anonymousId: string | undefined,
): Login | undefined {
  if (anonymousId === undefined || anonymousId === distinctId) return undefined;
  if (set.keepingExperience.length === 0) return undefined;
  const flagIds = set.keepingExperience.map(({ definition }) => definition.id);
  return { environmentId, distinctId, anonymousId, flagIds };
}

/** Reads the groups; those of the request win over what is stored, key by key. */
export async function readGroups(
  persons: StoredPersons,
  environmentId: number,
  { groupProperties: given }: EvaluationRequest,
  groups: readonly NamedGroup[],
): Promise<StoredGroups> {
  if (groups.length === 0) return {};
  const unreadGroupTypes: number[] = [];
  // A group type may be named `__proto__`.
  const groupProperties = Object.assign(Object.create(null) as Record<string, JsonObject>, given);
  const read = async (group: NamedGroup): Promise<void> => {
    try {
      const stored = await persons.propertiesOfGroup(environmentId, group);
      groupProperties[group.type] = { ...stored, ...given[group.type] };
    } catch {
      unreadGroupTypes.push(group.typeIndex);
    }
  };
  await Promise.all(groups.map(read));
  return { groupProperties, unreadGroupTypes };
}

/** Whom flags are evaluated for: what is stored, overlaid by what the request says. */
export function subjectOf(
  request: EvaluationRequest,
  stored: Stored,
  { set }: FlagSnapshot,
): Subject {
  const { distinctId, personProperties: given } = request;
  const { record, hashKeys = record?.hashKeys } = stored;
  return {
    distinctId: distinctId ?? '',
    isNameless: distinctId === undefined,
    personProperties: record ? { ...record.properties, ...given } : given,
    staticCohortIds: record?.staticCohortIds,
    isPersonUnread: stored.isPersonUnread,
    deviceId: request.deviceId,
    anonDistinctId: request.anonymousId,
    hashKeyOverrides: hashKeys && hashKeyOverridesOf(set, hashKeys),
    groups: request.groups,
    groupProperties: stored.groupProperties ?? request.groupProperties,
    unreadGroupTypes: stored.unreadGroupTypes,
  };
}
