// Somebody as evaluation asks for them, with what is stored about the person and the groups they act for:
// what is given wins over what is stored, key by key, as in a request of an SDK.
import { findGroups, groupId, readPersonRecord } from '#identity';
import { type JsonObject, storableText } from '#kernel/json';
import type { ProjectCtx } from '#platform/ctx';
import { hashKeyOverridesOf } from './hash-keys.ts';
import type { FlagSnapshot } from './snapshot.ts';
import type { FlagSet } from './flag-set.ts';
import { type Subject, groupKeyOf } from './subject.ts';

/** Whom to evaluate for: what a request of theirs would bring. */
export type GivenSubject = Pick<
  Subject,
  'distinctId' | 'personProperties' | 'groups' | 'groupProperties' | 'deviceId'
>;

export type StoredSubject = {
  readonly subject: Subject;
  /** Who the id belongs to; null for somebody who is not known. */
  readonly personId: string | null;
};

/** @param set the flags that are asked about, which may hold a draft */
export async function readSubject(
  ctx: ProjectCtx,
  { groupTypes }: Pick<FlagSnapshot, 'groupTypes'>,
  set: FlagSet,
  given: GivenSubject,
): Promise<StoredSubject> {
  const stored = await readPersonRecord(ctx.db, ctx.environment.id, given.distinctId);
  const subject = {
    ...given,
    personProperties: { ...stored.properties, ...given.personProperties },
    staticCohortIds: stored.staticCohortIds,
    hashKeyOverrides: hashKeyOverridesOf(set, stored.hashKeys),
    groupProperties: await readGroups(ctx, groupTypes, given),
  };
  return { subject, personId: stored.personId ?? null };
}

async function readGroups(
  { db, environment }: ProjectCtx,
  groupTypes: FlagSnapshot['groupTypes'],
  { groups, groupProperties: given }: GivenSubject,
): Promise<NonNullable<Subject['groupProperties']>> {
  // A group type may be named `__proto__`.
  const properties = Object.assign(
    Object.create(null) as Record<string, JsonObject | undefined>,
    given,
  );
  const named = groupTypes.flatMap((type, typeIndex) => {
    const key = groupKeyOf({ groups }, { nowMs: 0, groupTypes }, typeIndex);
    if (type === undefined || key === undefined) return [];
    return [{ type, typeIndex, key: storableText(key) }];
  });
  if (named.length === 0) return properties;
  const stored = await findGroups(db, environment.id, named);
  for (const group of named) {
    properties[group.type] = { ...stored.get(groupId(group)), ...properties[group.type] };
  }
  return properties;
}
