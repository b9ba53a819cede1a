// People as the management API shows them.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { type IdUse, countEventsOfIds } from './distinct-ids.query.ts';
import { readDistinctIds } from './person-edits.store.ts';
import {
  type PersonFilter,
  type PersonWithIds,
  findPersonById,
  readPersons,
} from './person.query.ts';

/** One page of the environment's people, newest first. */
export function listPeople(
  ctx: ProjectCtx,
  filter: PersonFilter,
): Promise<{ count: number; persons: PersonWithIds[] }> {
  return readPersons(ctx.db, ctx.environment.id, filter);
}

/** @throws not_found */
export async function getPerson(ctx: ProjectCtx, id: string): Promise<PersonWithIds> {
  const person = await findPersonById(ctx.db, ctx.environment.id, id);
  return person ?? fail('not_found', { detail: 'There is no such person.' });
}

export type DistinctIdUse = { readonly distinctId: string; readonly use: IdUse | undefined };

/**
 * One page of a person's ids, with what came with each.
 * @throws not_found
 */
export async function listDistinctIds(
  ctx: ProjectCtx,
  id: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; ids: DistinctIdUse[] }> {
  await getPerson(ctx, id);
  const environmentId = ctx.environment.id;
  const { count, distinctIds } = await readDistinctIds(ctx.db, environmentId, id, page);
  const uses = await countEventsOfIds(ctx.clickhouse, environmentId, distinctIds);
  const ids = distinctIds.map((distinctId) => ({ distinctId, use: uses.get(distinctId) }));
  return { count, ids };
}

export type { PersonWithIds };
