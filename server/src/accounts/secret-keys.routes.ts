// Routes of secret keys: contract → service. What is answered is in force in this process.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import type { AccountsDirectory } from './directory.service.ts';
import type { ListedSecretKey } from './secret-key.ts';
import { secretKeysRoutes } from './secret-keys.contract.ts';
import {
  type FreshSecretKey,
  createSecretKey,
  endSecretKeyOverlap,
  listSecretKeys,
  revokeSecretKey,
  rotateSecretKey,
} from './secret-keys.service.ts';

export function registerSecretKeys(
  app: FastifyInstance,
  http: HttpDeps,
  directory: AccountsDirectory,
): void {
  const bodyOf = (key: ListedSecretKey) => ({
    id: key.id,
    environment: directory.environmentById(key.environmentId)?.key ?? '',
    label: key.label,
    hint: key.hint,
    scopes: [...key.scopes],
    previous_valid_until: key.previousValidUntil?.toISOString() ?? null,
    created_at: key.createdAt.toISOString(),
    rotated_at: key.rotatedAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
  });
  const inForce = async ({ key, value }: FreshSecretKey) => {
    await directory.refresh();
    return { ...bodyOf(key), value };
  };
  registerRoutes(app, http, secretKeysRoutes, {
    listSecretKeys: async (request) => {
      const results = (await listSecretKeys(projectCtx(request))).map(bodyOf);
      return { count: results.length, next: null, previous: null, results };
    },
    createSecretKey: async (request, { body }) =>
      inForce(await createSecretKey(projectCtx(request), body)),
    rotateSecretKey: async (request, { params, body }) =>
      inForce(
        await rotateSecretKey(projectCtx(request), params.key_id, body.overlap_seconds * 1000),
      ),
    endSecretKeyOverlap: async (request, { params }) => {
      const key = await endSecretKeyOverlap(projectCtx(request), params.key_id);
      await directory.refresh();
      return bodyOf(key);
    },
    revokeSecretKey: async (request, { params }) => {
      await revokeSecretKey(projectCtx(request), params.key_id);
      await directory.refresh();
    },
  });
}
