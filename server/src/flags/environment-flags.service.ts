// The flags of an environment as a whole: what a new environment starts with, and two side by side.
import type { Ctx } from '#platform/ctx';
import { fillEnvironmentRows, listGroupTypes } from './environment-flags.store.ts';
import { NOBODY } from './filters-input.ts';
import { listAllFlagRecords } from './flag-list.store.ts';
import { keepVersions } from './flag-writes.service.ts';
import { type FlagRecord, listLiveFlags } from './flags.store.ts';

export type Filling = {
  readonly projectId: number;
  readonly environmentId: number;
  /** Targeting comes from there; null: every flag is for nobody. */
  readonly copyFromId: number | null;
  /** Flags that are on there are on here. */
  readonly keepsSwitches: boolean;
};

/**
 * Gives a new environment every flag of its project, archived ones too. Group types come along, so that
 * conditions on groups mean the same. The caller announces the environment.
 */
export async function fillEnvironment(ctx: Ctx, filling: Filling): Promise<void> {
  await fillEnvironmentRows(ctx.db, {
    ...filling,
    otherwise: NOBODY,
    at: new Date(ctx.clock.now()),
  });
  await keepVersions(ctx, await listAllFlagRecords(ctx.db, filling.environmentId), null);
}

/** Every flag of the project in that environment that is neither deleted nor archived, by key. */
export async function listEnvironmentFlags(
  ctx: Ctx,
  place: { readonly projectId: number; readonly environmentId: number },
): Promise<FlagRecord[]> {
  return listLiveFlags(ctx.db, place);
}

/** Names of an environment's group types by their number; holes where a number is not taken. */
export async function listGroupTypeNames(
  ctx: Ctx,
  environmentId: number,
): Promise<readonly (string | undefined)[]> {
  return (await listGroupTypes(ctx.db, [environmentId])).get(environmentId) ?? [];
}
