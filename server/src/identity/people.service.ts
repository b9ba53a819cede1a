// People as the management API shows them.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
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

export type { PersonWithIds };
