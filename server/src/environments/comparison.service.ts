// Flags in two environments: in what they differ, and what one would be with parts of the other. Ids in
// conditions (cohorts, flags) are the project's and carry over; group types are each environment's own and
// are carried over by name.
import { type Environment, listProjectEnvironments } from '#accounts';
import { type FlagRecord, getFlag, listEnvironmentFlags, listGroupTypeNames } from '#flags';
import type { Filters } from '#flags/flag';
import { FLAG_PARTS, type FlagPart, differingParts, withParts } from '#flags/flag-parts';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import type { FindRollouts, OfProject } from './environments.service.ts';
import { withGroupTypes } from './group-types.ts';

export type PromotedPart = Exclude<FlagPart, 'settings'>;

/** Two different environments of one project. */
export type Pair = { readonly from: Environment; readonly to: Environment };

export type Difference = {
  readonly from: FlagRecord;
  readonly to: FlagRecord;
  readonly parts: readonly PromotedPart[];
  /** The rollout that the flag belongs to in `to`. */
  readonly rolloutId: string | null;
};

/** @throws invalid_input naming the environment that there is not. */
export async function pairOf(
  ctx: OfProject,
  keys: { readonly from: string; readonly to: string },
): Promise<Pair> {
  const environments = await listProjectEnvironments(ctx.db, ctx.projectId);
  const find = (attr: 'from' | 'to'): Environment =>
    environments.find(({ key }) => key === keys[attr]) ??
    fail('invalid_input', { attr, detail: `There is no environment “${keys[attr]}”.` });
  const pair = { from: find('from'), to: find('to') };
  if (pair.from.id === pair.to.id) {
    fail('invalid_input', { attr: 'to', detail: 'Name two different environments.' });
  }
  return pair;
}

/** Every flag in which the two differ, by key; archived ones are left out. */
export async function listDifferences(
  ctx: OfProject,
  { from, to }: Pair,
  findRollouts: FindRollouts,
): Promise<Difference[]> {
  const { projectId } = ctx;
  const there = await listEnvironmentFlags(ctx, { projectId, environmentId: to.id });
  const byId = new Map(there.map((flag) => [flag.id, flag]));
  const rollouts = await rolloutsByFlag(ctx, to, findRollouts);
  return (await listEnvironmentFlags(ctx, { projectId, environmentId: from.id })).flatMap(
    (flag) => {
      const other = byId.get(flag.id);
      if (!other) return [];
      const parts = promotedParts(flag, other);
      if (parts.length === 0) return [];
      return [{ from: flag, to: other, parts, rolloutId: rollouts.get(flag.id) ?? null }];
    },
  );
}

/** One flag in both. @throws not_found */
export async function compareFlag(
  ctx: OfProject,
  { from, to }: Pair,
  idOrKey: string,
  findRollouts: FindRollouts,
): Promise<Difference> {
  const one = await getFlag(inside(ctx, from), idOrKey);
  const other = await getFlag(inside(ctx, to), idOrKey);
  const rollouts = await rolloutsByFlag(ctx, to, findRollouts);
  return {
    from: one,
    to: other,
    parts: promotedParts(one, other),
    rolloutId: rollouts.get(one.id) ?? null,
  };
}

/** What `to` would be with these parts of `from`, or why it cannot be. */
export async function promoted(
  ctx: OfProject,
  { from, to }: Pair,
  difference: Difference,
  parts: readonly PromotedPart[],
): Promise<{ active: boolean; filters: Filters } | { obstacle: string }> {
  const source = difference.from;
  const names = {
    from: await listGroupTypeNames(ctx, from.id),
    to: await listGroupTypeNames(ctx, to.id),
  };
  const carried = parts.includes('targeting')
    ? withGroupTypes(source.filters, names)
    : source.filters;
  if ('missing' in carried) {
    return {
      obstacle: `A condition is about groups of the type “${carried.missing}”, which ${to.name} has not seen yet. Send an event of such a group there first.`,
    };
  }
  return {
    active: parts.includes('switch') ? source.active : difference.to.active,
    filters: withParts(difference.to.filters, carried, parts),
  };
}

export const inside = (ctx: OfProject, environment: Environment): ProjectCtx => ({
  ...ctx,
  environment,
});

function promotedParts(one: FlagRecord, other: FlagRecord): PromotedPart[] {
  const differing = differingParts(one, other);
  return FLAG_PARTS.filter((part): part is PromotedPart => part !== 'settings').filter((part) =>
    differing.includes(part),
  );
}

async function rolloutsByFlag(ctx: OfProject, to: Environment, findRollouts: FindRollouts) {
  const rollouts = await findRollouts(ctx, to.id);
  return new Map(rollouts.map(({ id, flagId }) => [flagId, id]));
}
