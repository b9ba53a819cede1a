// What an application may offer its people to opt in to, for posthog-js `getEarlyAccessFeatures`.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { OfferedFeature } from '#early-access';
import { fail } from '#kernel/errors';

type Deps = {
  readonly accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>;
  readonly offeredFeatures: (
    projectId: number,
    stages: readonly string[],
  ) => Promise<readonly OfferedFeature[]>;
};
type Query = { readonly token?: unknown; readonly stage?: unknown };

/** Registers the list; stages are repeated: `&stage=beta&stage=alpha`. */
export function registerOfferedFeatures(sdk: FastifyInstance, deps: Deps): void {
  sdk.get<{ Querystring: Query }>('/api/early_access_features', async (request, reply) => {
    const { token, stage = [] } = request.query;
    const environment =
      typeof token === 'string' ? deps.accounts.findEnvironmentByToken(token) : undefined;
    if (!environment) fail('invalid_api_key', { attr: 'token' });
    const stages = [stage].flat().filter((one) => typeof one === 'string');
    const features = await deps.offeredFeatures(environment.projectId, stages);
    // posthog-js keeps the list by itself, and says when it wants a fresh one.
    return reply.header('cache-control', 'no-cache').send({
      earlyAccessFeatures: features.map((feature) => ({
        id: feature.id,
        name: feature.name,
        description: feature.description,
        stage: feature.stage,
        documentationUrl: feature.documentationUrl || null,
        payload: feature.payload,
        flagKey: feature.flagKey,
      })),
    });
  });
}
