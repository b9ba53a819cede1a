// Routes of bulk changes and tags: contract → service.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { activeVariant, rolloutState } from './bulk.ts';
import { type BulkResultBody, bulkRoutes } from './bulk.contract.ts';
import { type BulkResult, changeMany, findFlagKeys, listTags, renameTag } from './bulk.service.ts';
import { filterOf } from './flag-wire.routes.ts';
import type { FlagSnapshots } from './snapshot.service.ts';

/** The largest number that PostgreSQL takes for a flag. */
const MAX_ID = 2_147_483_647;
const TAG_ACTIONS = { add: 'add_tags', remove: 'remove_tags', set: 'set_tags' } as const;

export function registerBulk(
  app: FastifyInstance,
  http: HttpDeps,
  snapshots: Pick<FlagSnapshots, 'settled'>,
): void {
  registerRoutes(app, http, bulkRoutes, {
    update: async (request, { body }) => {
      const { ids, filters, action, tags, owner_id: ownerId = null, force, reason } = body;
      const needsTags = action.endsWith('_tags');
      if (needsTags && !tags) fail('required', { attr: 'tags', detail: 'Say which tags.' });
      if (action === 'set_owner' && body.owner_id === undefined) {
        fail('required', { attr: 'owner_id', detail: 'Say whose they are; null for nobody.' });
      }
      const which = { ids, filter: filters && filterOf(filters) };
      const bulk = { action, tags: tags ?? [], ownerId };
      const result = await changeMany(projectCtx(request), which, bulk, { force, reason });
      await snapshots.settled();
      return resultBody(result);
    },
    keys: async (request, { body }) => keysOf(projectCtx(request), body.ids),
    delete: async (request, { body }) => {
      const { ids, filters, force, reason } = body;
      const which = { ids, filter: filters && filterOf(filters) };
      const bulk = { action: 'delete', tags: [], ownerId: null } as const;
      const result = await changeMany(projectCtx(request), which, bulk, { force, reason });
      await snapshots.settled();
      return deletionBody(result);
    },
    updateTags: async (request, { body }) => {
      const { ids, tags, reason } = body;
      const bulk = { action: TAG_ACTIONS[body.action], tags, ownerId: null };
      const result = await changeMany(projectCtx(request), { ids }, bulk, { reason });
      await snapshots.settled();
      return {
        updated: [...result.updated, ...result.unchanged].map((flag) => ({
          id: flag.id,
          tags: [...flag.tags],
        })),
        skipped: result.refused.map(({ id, detail }) => ({ id, reason: detail })),
      };
    },
    listTags: async (request) => ({ results: await listTags(projectCtx(request)) }),
    renameTag: async (request, { body }) => {
      const { from, to, reason } = body;
      const result = await renameTag(projectCtx(request), from, to, { reason });
      await snapshots.settled();
      return resultBody(result);
    },
  });
}

async function keysOf(ctx: ProjectCtx, ids: readonly (string | number)[]) {
  const numbers = ids.map(Number).filter((id) => Number.isInteger(id) && id > 0 && id <= MAX_ID);
  const keys = await findFlagKeys(ctx, numbers);
  const ignored = ids.length - numbers.length;
  return {
    keys: Object.fromEntries([...keys].map(([id, key]) => [String(id), key])),
    ...(ignored > 0 ? { warning: `${ignored} ids are no numbers and were ignored.` } : {}),
  };
}

const deletionBody = ({ updated, refused }: BulkResult) => ({
  deleted: updated.map(({ id, key, filters }) => ({
    id,
    key,
    rollout_state: rolloutState(filters),
    active_variant: activeVariant(filters),
  })),
  errors: refused.map(({ id, key, detail }) => ({
    id,
    ...(key === null ? {} : { key }),
    reason: detail,
  })),
});

const resultBody = ({
  updated,
  unchanged,
  refused,
}: BulkResult): z.input<typeof BulkResultBody> => ({
  updated: updated.map(({ id, key, version }) => ({ id, key, version })),
  unchanged: unchanged.map(({ id, key }) => ({ id, key })),
  refused: refused.map(({ dependents, ...one }) => ({ ...one, dependents: [...dependents] })),
});
