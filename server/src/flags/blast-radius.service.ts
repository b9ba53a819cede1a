// Whom one condition set means before its share: known people, or known groups of a type.
import { type Scan, extrapolate } from '#cohorts';
import { countGroups, readGroupsAfter } from '#identity';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { setWith, unsavedFlag, withDraft } from './flag-draft.service.ts';
import { evaluateFlags } from './flag-set.ts';
import type { GroupInput } from './filters-input.ts';
import type { FlagSnapshot } from './snapshot.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import { previewTargeting } from './targeting-preview.service.ts';

export type BlastRadius = {
  readonly affected: number;
  readonly total: number;
  /** True when not all were looked at. */
  readonly isEstimate: boolean;
};

/**
 * @param groupTypeIndex null counts people
 * @throws invalid_input naming the field of the condition that could not be saved, or an unknown group type
 */
export async function blastRadius(
  ctx: ProjectCtx,
  snapshots: FlagSnapshots,
  condition: GroupInput,
  groupTypeIndex: number | null,
): Promise<BlastRadius> {
  // The share and the variant play no part in whom the properties mean.
  const { rollout_percentage: _share, variant: _variant, ...properties } = condition;
  const whole = { ...properties, aggregation_group_type_index: groupTypeIndex };
  if (groupTypeIndex === null) {
    const draft = { filters: { groups: [whole] } };
    const preview = await previewTargeting(ctx, snapshots, undefined, draft);
    const affected = preview.sets[0]?.matching ?? 0;
    return { affected, total: preview.people, isEstimate: preview.isEstimate };
  }
  await snapshots.settled();
  const snapshot = snapshots.get(ctx.environment.id);
  if (snapshot.groupTypes[groupTypeIndex] === undefined) {
    const detail = `The environment has no group type ${groupTypeIndex}.`;
    fail('invalid_input', { attr: 'group_type_index', detail });
  }
  return countMatchingGroups(ctx, snapshot, whole, groupTypeIndex);
}

const BATCH_ROWS = 2_000;
const MAX_ROWS = 20_000;
const MAX_MS = 2_000;
const KEY = 'unnamed';

async function countMatchingGroups(
  ctx: ProjectCtx,
  snapshot: FlagSnapshot,
  condition: GroupInput,
  typeIndex: number,
): Promise<BlastRadius> {
  const { groupTypes } = snapshot;
  const type = groupTypes[typeIndex] ?? '';
  const draft = { filters: { groups: [condition] } };
  const set = setWith(snapshot, await withDraft(ctx, unsavedFlag(KEY), draft, snapshot));
  const context = { nowMs: ctx.clock.now(), groupTypes };
  const isMeant = ({ key, properties }: Group): boolean => {
    const subject = {
      distinctId: '',
      personProperties: {},
      groups: { [type]: key },
      groupProperties: { [type]: properties },
    };
    return evaluateFlags(set, subject, context, { keys: [KEY] })[0]?.enabled ?? false;
  };
  let affected = 0;
  const scan = await scanGroups(ctx, typeIndex, (group) => {
    if (isMeant(group)) affected += 1;
  });
  return { affected: extrapolate(affected, scan), total: scan.total, isEstimate: !scan.isComplete };
}

type Group = Awaited<ReturnType<typeof readGroupsAfter>>[number];

/** Calls `visit` for one group after the other, in the order of their keys. */
async function scanGroups(
  { db, environment, clock }: ProjectCtx,
  typeIndex: number,
  visit: (group: Group) => void,
): Promise<Scan> {
  const deadlineMs = clock.now() + MAX_MS;
  const total = await countGroups(db, environment.id, typeIndex);
  let scanned = 0;
  let afterKey: string | undefined;
  while (scanned < MAX_ROWS && clock.now() <= deadlineMs) {
    const groups = await readGroupsAfter(db, environment.id, typeIndex, afterKey, BATCH_ROWS);
    for (const group of groups) visit(group);
    scanned += groups.length;
    if (groups.length < BATCH_ROWS) return { scanned, total, isComplete: true };
    afterKey = groups.at(-1)?.key;
  }
  return { scanned, total, isComplete: false };
}
