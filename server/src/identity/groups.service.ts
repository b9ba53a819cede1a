// Groups as the management API shows and changes them.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { type ProjectCtx, afterCommit, inTransaction } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { sendEntities } from './entity-outbox.store.ts';
import { type GroupKey, groupId } from './group.ts';
import {
  type GroupFilter,
  type GroupType,
  type StoredGroup,
  deleteGroup,
  readGroupTypes,
  readGroups,
  readGroupsByKey,
  renameGroupType,
  setGroupProperties,
} from './groups.store.ts';
import { lockPeople } from './identity.store.ts';
import { applyProperties, isTooLarge } from './person.ts';

/** The environment's group types, by index. */
export const listTypes = (ctx: ProjectCtx): Promise<GroupType[]> =>
  readGroupTypes(ctx.db, ctx.environment.id);

export type NewNames = {
  readonly index: number;
  /** Undefined: as it is. */
  readonly singular?: string | null | undefined;
  readonly plural?: string | null | undefined;
};

/**
 * Says what groups of some types are called.
 * @throws invalid_input when there is no such type
 */
export async function renameTypes(
  ctx: ProjectCtx,
  names: readonly NewNames[],
): Promise<GroupType[]> {
  return inTransaction(ctx, async (tx) => {
    await lockPeople(tx.db, tx.environment.id);
    const before = await listTypes(tx);
    for (const [place, { index, singular, plural }] of names.entries()) {
      const known = before.find((type) => type.index === index);
      if (!known) {
        const attr = `${place}.group_type_index`;
        fail('invalid_input', { detail: `There is no group type ${index}.`, attr });
      }
      const after = {
        ...known,
        singular: singular === undefined ? known.singular : singular,
        plural: plural === undefined ? known.plural : plural,
      };
      await renameGroupType(tx.db, tx.environment.id, after);
      await recordAudit(tx, {
        projectId: tx.projectId,
        environmentId: tx.environment.id,
        action: 'renamed',
        resourceKind: 'group_type',
        resourceId: String(index),
        resourceLabel: known.name,
        before: { singular: known.singular, plural: known.plural },
        after: { singular: after.singular, plural: after.plural },
      });
    }
    return listTypes(tx);
  });
}

/** One page of the groups of a type, the newest first. */
export const listGroups = (ctx: ProjectCtx, filter: GroupFilter) =>
  readGroups(ctx.db, ctx.environment.id, filter);

/** @throws not_found */
export async function getGroup(ctx: ProjectCtx, which: GroupKey): Promise<StoredGroup> {
  const [group] = await readGroupsByKey(ctx.db, ctx.environment.id, [which]);
  return group ?? fail('not_found', { detail: 'There is no such group.' });
}

export type PropertyEdit = {
  readonly set?: JsonObject;
  readonly unset?: readonly string[];
  readonly reason: string | null | undefined;
};

/**
 * Sets or deletes properties of a group.
 * @throws not_found, invalid_input when they would grow too large
 */
export async function editGroup(
  ctx: ProjectCtx,
  which: GroupKey,
  edit: PropertyEdit,
): Promise<StoredGroup> {
  return change(ctx, which, async (tx, group) => {
    const properties = applyProperties(group.properties, edit);
    if (properties === group.properties) return group;
    if (isTooLarge(properties)) {
      const detail = 'The properties of the group would grow too large; delete some first.';
      fail('invalid_input', { detail, attr: 'value' });
    }
    await setGroupProperties(tx.db, tx.environment.id, which, properties);
    await recordAudit(tx, {
      ...about(tx, group),
      action: 'updated',
      before: { properties: group.properties },
      after: { properties },
      reason: edit.reason ?? null,
    });
    return { ...group, properties };
  });
}

/**
 * Forgets a group and its properties, also in insights; events keep its key.
 * @throws not_found
 */
export async function removeGroup(ctx: ProjectCtx, which: GroupKey): Promise<void> {
  await change(ctx, which, async (tx, group) => {
    await deleteGroup(tx.db, tx.environment.id, which);
    await recordAudit(tx, {
      ...about(tx, group),
      action: 'deleted',
      before: { properties: Object.keys(group.properties) },
    });
  });
}

/** One change at a time; then caches and the event store learn of it. */
async function change<T>(
  ctx: ProjectCtx,
  which: GroupKey,
  verb: (tx: ProjectCtx, group: StoredGroup) => Promise<T>,
): Promise<T> {
  const environmentId = ctx.environment.id;
  const result = await inTransaction(ctx, async (tx) => {
    await lockPeople(tx.db, environmentId);
    const done = await verb(tx, await getGroup(tx, which));
    const changed = { environmentId, groupIds: [groupId(which)], hasNewTypes: false };
    await notify(tx.db, 'group.changed', changed);
    afterCommit(tx, () => tx.events.emit('group.changed', changed));
    return done;
  });
  try {
    await sendEntities(ctx.db, ctx.clickhouse);
  } catch (err) {
    ctx.log.warn({ err }, 'the event store learns of a change of a group later');
  }
  return result;
}

const about = (tx: ProjectCtx, { typeIndex, key, properties }: StoredGroup) => ({
  projectId: tx.projectId,
  environmentId: tx.environment.id,
  resourceKind: 'group',
  resourceId: groupId({ typeIndex, key }),
  resourceLabel: typeof properties['name'] === 'string' ? properties['name'] : key,
});

export type { GroupType, StoredGroup };
