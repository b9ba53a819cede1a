// People as the management API shows them.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { type IdUse, countEventsOfIds } from './distinct-ids.query.ts';
import { distinctIdsOf } from './identity.store.ts';
import { readDistinctIds } from './person-edits.store.ts';
import { type Session, readSessions } from './sessions.query.ts';
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

/** Of a person with more, the sessions of these are shown. */
const MAX_SESSION_IDS = 1000;

/**
 * One page of a person's sessions, the latest first, and one more when there is a next page.
 * @throws not_found
 */
export async function listSessions(
  ctx: ProjectCtx,
  id: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<Session[]> {
  await getPerson(ctx, id);
  const environmentId = ctx.environment.id;
  const distinctIds = await distinctIdsOf(ctx.db, environmentId, [id], MAX_SESSION_IDS);
  return readSessions(ctx.clickhouse, environmentId, distinctIds, page);
}

export type { PersonWithIds };
