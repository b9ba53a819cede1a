// Many flags at once, and the tags of a project. `bulk_keys`, `bulk_delete` and `bulk_update_tags` have the
// form of PostHog's API; `bulk_update` does everything else.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { FlagFilterBody } from './flag-filter.contract.ts';
import { BULK_ACTIONS, MAX_BULK } from './bulk.ts';

const tag = 'flags';
const base = '/api/projects/:project_id/feature_flags/';
const label = z.string().trim().min(1).max(100);
const labels = z.array(label).min(1).max(100);
const flagId = z.number().int().min(1).max(2_147_483_647);
const ids = z.array(flagId).min(1).max(MAX_BULK);
const reason = z.string().max(1_000).nullable().optional().describe('Why, for the audit log.');

/** Either of the two says which flags; a filter may mean at most {@link MAX_BULK}. */
const which = { ids: ids.optional(), filters: FlagFilterBody.optional() };

export const BulkResultBody = z.object({
  updated: z.array(z.object({ id: z.number().int(), key: z.string(), version: z.number().int() })),
  unchanged: z.array(z.object({ id: z.number().int(), key: z.string() })),
  refused: z.array(
    z.object({
      id: z.number().int(),
      key: z.string().nullable(),
      code: z.string(),
      attr: z.string().nullable(),
      detail: z.string(),
      dependents: z
        .array(z.string())
        .describe('Keys of the flags that need it; `force` changes it all the same.'),
    }),
  ),
});

const TagBody = z.object({ name: z.string(), count: z.number().int() });

export const bulkRoutes = {
  update: route({
    method: 'POST',
    path: `${base}bulk_update/`,
    summary:
      'Do the same to many flags, each as a whole or not at all; says which were refused and why',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      ...which,
      action: z.enum(BULK_ACTIONS),
      tags: labels.optional().describe('For add_tags, remove_tags and set_tags.'),
      owner_id: z.string().max(100).nullable().optional().describe('For set_owner.'),
      force: z.boolean().optional().describe('Although other flags need one of them.'),
      reason,
    }),
    response: BulkResultBody,
  }),
  keys: route({
    method: 'POST',
    path: `${base}bulk_keys/`,
    summary: 'Give the keys of flags by number; numbers without a flag are left out',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      ids: z
        .array(z.union([z.number(), z.string().max(100)]))
        .max(1_000)
        .default([]),
    }),
    response: z.object({ keys: z.record(z.string(), z.string()), warning: z.string().optional() }),
  }),
  delete: route({
    method: 'POST',
    path: `${base}bulk_delete/`,
    summary: 'Delete many flags; says which could not be deleted and why',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({ ...which, force: z.boolean().optional(), reason }),
    response: z.object({
      deleted: z.array(
        z.object({
          id: z.number().int(),
          key: z.string(),
          rollout_state: z.enum(['fully_rolled_out', 'not_rolled_out', 'partial']),
          active_variant: z.string().nullable(),
        }),
      ),
      errors: z.array(
        z.object({ id: z.number().int(), key: z.string().optional(), reason: z.string() }),
      ),
    }),
  }),
  updateTags: route({
    method: 'POST',
    path: `${base}bulk_update_tags/`,
    summary: 'Add, remove or set tags of many flags',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      ids,
      action: z.enum(['add', 'remove', 'set']),
      tags: z.array(label).max(100),
      reason,
    }),
    response: z.object({
      updated: z.array(z.object({ id: z.number().int(), tags: z.array(z.string()) })),
      skipped: z.array(z.object({ id: z.number().int(), reason: z.string() })),
    }),
  }),
  listTags: route({
    method: 'GET',
    path: '/api/projects/:project_id/flag_tags/',
    summary: 'List the tags of a project and how many flags have each',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z.object({ results: z.array(TagBody) }),
  }),
  renameTag: route({
    method: 'POST',
    path: '/api/projects/:project_id/flag_tags/rename/',
    summary: 'Rename a tag on every flag; to the name of another one, the two become one',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      from: label,
      to: label.nullable().describe('Null takes it away.'),
      reason,
    }),
    response: BulkResultBody,
  }),
};
