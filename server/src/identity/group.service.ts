// Writes what a batch of events says about groups: types that are new, and properties within their bounds.
import type { Db } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { findGroupTypes, findGroups, insertGroupTypes, writeGroups } from './group.store.ts';
import { applyGroupUpdates, groupId, groupUpdates, planGroupTypes } from './group.ts';
import type { PersonEvent } from './person.ts';

export type GroupWarning = {
  readonly environmentId: number;
  readonly kind: 'group_type_limit' | 'group_properties_too_large';
  readonly detail: string;
};

/** What became of groups. */
export type GroupChanges = {
  /** Groups whose properties were written, as {@link groupId} names them. */
  readonly groupIds: readonly string[];
  readonly hasNewTypes: boolean;
  /** What could not be kept. */
  readonly warnings: readonly GroupWarning[];
};

const UNCHANGED: GroupChanges = { groupIds: [], hasNewTypes: false, warnings: [] };

/** Applies what the events say about groups, and tells the other replicas. */
export async function writeGroupUpdates(
  db: Db,
  environmentId: number,
  events: readonly PersonEvent[],
): Promise<GroupChanges> {
  const withGroups = events.filter(
    (event) => event.groups !== undefined || event.group !== undefined,
  );
  if (withGroups.length === 0) return UNCHANGED;
  const known = await findGroupTypes(db, environmentId);
  const plan = planGroupTypes(known, withGroups);
  const hasNewTypes = plan.newTypes.length > 0;
  if (hasNewTypes) {
    await insertGroupTypes(db, environmentId, plan.types, plan.newTypes);
  }
  const warnings = plan.refused.map((type) => typeWarning(environmentId, type));
  const updates = [...groupUpdates(plan.types, withGroups).values()];
  if (updates.length > 0) {
    const stored = await findGroups(db, environmentId, updates);
    const groups = updates.map(({ typeIndex, key, updates: own, firstMs }) => {
      const before = stored.get(groupId({ typeIndex, key })) ?? {};
      const { properties, tooLarge } = applyGroupUpdates(before, own);
      for (let i = 0; i < tooLarge; i += 1) warnings.push(groupSizeWarning(environmentId, key));
      return { typeIndex, key, properties, createdAtMs: firstMs };
    });
    await writeGroups(db, environmentId, groups);
  }
  const groupIds = updates.map(groupId);
  if (hasNewTypes || groupIds.length > 0) {
    await notify(db, 'group.changed', { environmentId, groupIds, hasNewTypes });
  }
  return { groupIds, hasNewTypes, warnings };
}

function typeWarning(environmentId: number, type: string): GroupWarning {
  const detail = `The group type "${type}" is one too many; its groups are not kept.`;
  return { environmentId, kind: 'group_type_limit', detail };
}

function groupSizeWarning(environmentId: number, key: string): GroupWarning {
  const detail = `The properties of the group "${key}" would grow too large; this change is left out.`;
  return { environmentId, kind: 'group_properties_too_large', detail };
}
