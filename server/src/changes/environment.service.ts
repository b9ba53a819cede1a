// The environment that a change waits for.
import { type Environment, listProjectEnvironments } from '#accounts';
import { fail } from '#kernel/errors';
import type { Ctx } from '#platform/ctx';

type Place = { readonly projectId: number; readonly environmentId: number };

/** `ctx` working there. @throws not_found when the environment is deleted. */
export async function inEnvironmentOf<C extends Ctx>(
  ctx: C,
  { projectId, environmentId }: Place,
): Promise<C & { readonly projectId: number; readonly environment: Environment }> {
  const environments = await listProjectEnvironments(ctx.db, projectId);
  const environment = environments.find(({ id }) => id === environmentId);
  if (!environment) fail('not_found', { detail: 'The environment of this change is deleted.' });
  return { ...ctx, projectId, environment };
}
