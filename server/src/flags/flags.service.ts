// What people and rollouts do with flags. Every change is one transaction: rows, audit entry, version
// counted up, notice to the other replicas; this process hears of it right after the commit.
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type Ctx, type ProjectCtx, inTransaction } from '#platform/ctx';
import type { FlagFilter } from './flag-filter.ts';
import { listFlagRecordsOf } from './flag-list.store.ts';
import { type SearchPlace, listActiveIn, searchFlags } from './flag-search.store.ts';
import { staleBeforeMs } from './staleness.ts';
import {
  type FlagChange,
  type NewFlag,
  type SharedFields,
  auditAction,
  mergeShared,
} from './flag-change.ts';
import { type Clearance, DIRECT, refuseUncleared, startsSwitchedOn } from './clearance.service.ts';
import { NOBODY, keepEnrollment } from './filters-input.ts';
import { passGates } from './rollout-lock.service.ts';
import { dropLostOverrides } from './flag-overrides.service.ts';
import { tellKilled } from './kill-switch.service.ts';
import { countOverriddenOn } from './flag-overrides.store.ts';
import {
  checkKey,
  checkNewKey,
  refuseOtherSplit,
  checkedFilters,
  neededBy,
  refuseCircles,
  refuseUnfitValues,
  resolvedKillSwitch,
} from './flag-rules.service.ts';
import { refuseUnfitPayloads, refuseUnownedFlag } from './flag-upkeep.service.ts';
import { announceFlags, auditFlag, getFlag, getFlagHere, stampOf } from './flag-writes.service.ts';
import { countUp, lockFlag } from './flag-stamp.store.ts';
import type { Filters } from './flag.ts';
import {
  type FlagRecord,
  findFlagRecord,
  insertFlag,
  insertFlagEnvironment,
  listEnvironmentIds,
  updateInEnvironment,
  updateShared,
} from './flags.store.ts';

export type { FlagRecord } from './flags.store.ts';

/**
 * Creates a flag in every environment of the project; elsewhere than in the one asked for it starts
 * switched off.
 * @throws unique when the key is taken; invalid_input naming the field at fault; what
 *   `refuseUncleared` throws when it starts switched on.
 */
export async function createFlag(ctx: ProjectCtx, input: NewFlag): Promise<FlagRecord> {
  return inTransaction(ctx, async (tx) => {
    const by = stampOf(tx);
    const killSwitchId = await resolvedKillSwitch(tx, input.killSwitch);
    const shared = mergeShared(undefined, { ...input, killSwitchId });
    checkKey(shared.key);
    await refuseUnownedFlag(tx, undefined, shared, input);
    const flagId = await uniqueKey(
      insertFlag(tx.db, { ...shared, projectId: tx.projectId, createdBy: by.updatedBy, at: by.at }),
    );
    const filters = input.filters
      ? await checkedFilters(tx, input.filters, { id: flagId })
      : NOBODY;
    await refuseUnfitValues(tx, undefined, shared, filters);
    await refuseUnfitPayloads(tx, shared.payloadSchema, filters, []);
    const isOn = input.active ?? (await startsSwitchedOn(tx));
    for (const environmentId of await listEnvironmentIds(tx.db, tx.projectId)) {
      const isAsked = environmentId === tx.environment.id;
      const active = isAsked && !shared.archived && !shared.deleted && isOn;
      await insertFlagEnvironment(tx.db, { flagId, environmentId, active, filters, ...by });
    }
    const created = await getFlagHere(tx, { id: flagId });
    const { reason } = input;
    await refuseUncleared(tx, { before: undefined, after: created, reason }, DIRECT);
    await auditFlag(tx, undefined, created, { action: 'created', environmentId: null, reason });
    await announceFlags(tx, tx.projectId, null);
    return created;
  });
}

/** A flag in a list. */
export type ListedFlag = FlagRecord & {
  /** Keys of the environments in which it is on. */
  readonly activeIn: readonly string[];
  /** Ids for which an override makes it anything but false. */
  readonly overriddenOn: number;
};

/** A page of the project's flags, as they are in the environment of the ctx. */
export async function listFlags(
  ctx: ProjectCtx,
  filter: FlagFilter,
  page: Parameters<typeof searchFlags>[3],
): Promise<{ count: number; flags: ListedFlag[] }> {
  const { count, records } = await searchFlags(ctx.db, searchPlace(ctx), filter, page);
  const ids = records.map(({ id }) => id);
  const activeIn = await listActiveIn(ctx.db, ids);
  const overridden = await countOverriddenOn(ctx.db, ctx.environment.id, ids);
  return {
    count,
    flags: records.map((flag) => ({
      ...flag,
      activeIn: activeIn.get(flag.id) ?? [],
      overriddenOn: overridden.get(flag.id) ?? 0,
    })),
  };
}

/** Where a filter of the ctx looks. */
export function searchPlace(ctx: ProjectCtx): SearchPlace {
  const staleBefore = new Date(staleBeforeMs(ctx.clock.now()));
  return { projectId: ctx.projectId, environmentId: ctx.environment.id, staleBefore };
}

/** A flag in an environment, for callers that have both ids; undefined when there is none. */
export async function findFlag(
  ctx: Ctx,
  flagId: number,
  environmentId: number,
): Promise<FlagRecord | undefined> {
  return findFlagRecord(ctx.db, { environmentId }, { id: flagId });
}

/**
 * Changes what is given. Switch and targeting change in the environment of the ctx, everything else in
 * all. Filters are replaced as a whole. A change of nothing counts no version up.
 * @param action - for the audit log, in the past tense; by default the weightiest of what changed
 * @throws conflict when `version` is given and not the current one; not_found; unique; invalid_input;
 *   required when the project wants an owner; what `refuseUncleared` throws.
 */
export async function updateFlag(
  ctx: ProjectCtx,
  idOrKey: string,
  change: FlagChange,
  clearance: Clearance = DIRECT,
  action?: string,
): Promise<FlagRecord> {
  return inTransaction(ctx, async (tx) => {
    const { id } = await getFlag(tx, idOrKey);
    await lockFlag(tx.db, id);
    const before = await getFlagHere(tx, { id });
    refuseStale(before, change.version);
    const killSwitchId = await resolvedKillSwitch(tx, change.killSwitch, before);
    const shared = mergeShared(before, { ...change, killSwitchId });
    await checkNewKey(tx, before, shared.key);
    const isRetired = shared.archived || shared.deleted;
    const forcedOver = await neededBy(tx, before, { ...change, kind: shared.kind });
    if (isRetired && change.active === true) fail('invalid_input', SWITCHED_ON_RETIRED);
    const filters = change.filters
      ? keepEnrollment(await checkedFilters(tx, change.filters, before), before.filters)
      : before.filters;
    await refuseUnfit(tx, before, shared, change, filters);
    const active = !isRetired && (change.active ?? before.active);
    const wanted = { ...before, ...shared, active, filters };
    await refuseCircles(tx, wanted, change.filters !== undefined);
    const { reason, overRollout } = change;
    const served = { before, after: wanted, reason, overRollout };
    const gates = await passGates(tx, served, clearance);
    const isWide = await writeShared(tx, before, shared, isRetired);
    const isOwn = await writeOwn(tx, before, { active, filters });
    if (!isWide && !isOwn) return before;
    const environmentId = isWide ? null : tx.environment.id;
    await countUp(tx.db, id, environmentId, stampOf(tx));
    const after = await getFlagHere(tx, { id });
    const lost = await dropLostOverrides(tx, after);
    await auditFlag(tx, before, after, {
      action: action ?? auditAction(before, after),
      environmentId,
      reason,
      isEmergency: gates.isEmergency,
      beside: { before: lost, after: { ...gates.beside, ...(forcedOver[0] && { forcedOver }) } },
    });
    await tellKilled(tx, before, after, reason);
    await announceFlags(tx, tx.projectId, environmentId);
    return after;
  });
}

const SWITCHED_ON_RETIRED = {
  attr: 'active',
  detail: 'An archived flag cannot be switched on; take it out of the archive first.',
} as const;

/** What a flag must be beside usable targeting. Payloads count again only when they or their schema change. */
async function refuseUnfit(
  tx: ProjectCtx,
  before: FlagRecord,
  shared: SharedFields,
  change: FlagChange,
  filters: Filters,
): Promise<void> {
  await refuseOtherSplit(tx, before, filters);
  await refuseUnownedFlag(tx, before, shared, change);
  await refuseUnfitValues(tx, before, shared, filters);
  const { payloadSchema } = shared;
  const isSame = canonicalJson(payloadSchema) === canonicalJson(before.payloadSchema);
  if (payloadSchema === null || (isSame && !change.filters)) return;
  const everywhere = isSame ? [] : await listFlagRecordsOf(tx.db, before.id);
  const others = everywhere.filter(
    ({ environmentId }) => !change.filters || environmentId !== tx.environment.id,
  );
  await refuseUnfitPayloads(tx, payloadSchema, change.filters && filters, others);
}

/** A change of targeting made by a rollout, inside its transaction. */
export type FilterWrite = {
  readonly flagId: number;
  readonly environmentId: number;
  readonly filters: Filters;
  readonly active?: boolean;
  /** The version that the caller has seen. */
  readonly expectedVersion?: number;
  /** Past tense, for the audit log: `widened`, `rolled_back`. */
  readonly action: string;
  readonly reason: string | null;
  readonly clearance: Clearance;
};

/**
 * Replaces a flag's filters in one environment; returns the new version.
 * @throws conflict when the version is not the expected one or the flag is archived; not_found; what
 *   `refuseUncleared` throws.
 */
export async function writeFlagFilters(ctx: Ctx, write: FilterWrite): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const { flagId, environmentId, filters } = write;
    await lockFlag(tx.db, flagId);
    const place = { environmentId };
    const before = await findFlagRecord(tx.db, place, { id: flagId });
    if (!before || before.deleted) fail('not_found', { detail: `There is no flag ${flagId}.` });
    if (before.archived) fail('conflict', { detail: `The flag "${before.key}" is archived.` });
    refuseStale(before, write.expectedVersion);
    const active = write.active ?? before.active;
    const { reason, clearance } = write;
    const wanted = { ...before, active, filters };
    const { isEmergency } = await passGates(tx, { before, after: wanted, reason }, clearance);
    const stamp = stampOf(tx);
    await updateInEnvironment(tx.db, flagId, environmentId, { active, filters, at: stamp.at });
    await countUp(tx.db, flagId, environmentId, stamp);
    const after = { ...wanted, version: before.version + 1 };
    await auditFlag(tx, before, after, {
      action: write.action,
      environmentId,
      reason,
      isEmergency,
      beside: { before: await dropLostOverrides(tx, after) },
    });
    await announceFlags(tx, before.projectId, environmentId);
    return after.version;
  });
}

async function writeShared(
  tx: ProjectCtx,
  before: FlagRecord,
  shared: SharedFields,
  isRetired: boolean,
): Promise<boolean> {
  if (canonicalJson(mergeShared(before, {})) === canonicalJson(shared)) return false;
  const { at } = stampOf(tx);
  await uniqueKey(updateShared(tx.db, before.id, shared, at));
  // Coming back from the archive must not switch anything on by itself.
  if (isRetired) await updateInEnvironment(tx.db, before.id, null, { active: false, at });
  return true;
}

async function writeOwn(
  tx: ProjectCtx,
  before: FlagRecord,
  { active, filters }: Pick<FlagRecord, 'active' | 'filters'>,
): Promise<boolean> {
  const isSame =
    active === before.active && canonicalJson(filters) === canonicalJson(before.filters);
  if (isSame) return false;
  const { at } = stampOf(tx);
  await updateInEnvironment(tx.db, before.id, tx.environment.id, { active, filters, at });
  return true;
}

function refuseStale(flag: FlagRecord, expectedVersion: number | undefined): void {
  if (expectedVersion === undefined || expectedVersion === flag.version) return;
  fail('conflict', {
    attr: 'version',
    detail: `The flag is at version ${flag.version} by now, not ${expectedVersion}; reload it and try again.`,
  });
}

/** PostgreSQL's unique_violation; the partial index on live keys is the only one a write can hit. */
async function uniqueKey<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if ((error as { code?: unknown }).code !== '23505') throw error;
    fail('unique', { attr: 'key', detail: 'There is already a flag with this key.', cause: error });
  }
}
