// Overrides over HTTP: what a flag is for single people, below the flag; and what every flag is for one
// person, and why.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, queryJson, route } from '#kernel/http.contract';
import { FORCED_BY } from './flag.ts';
import { REASON_CODES } from './test-evaluation.contract.ts';

const tag = 'flags';
const FlagParams = ProjectParams.extend({ flag: z.string().min(1).max(400) });
/** 200: where `/flags` cuts ids, so that a longer one would never be met. */
const distinctId = z.string().min(1).max(200);
/** As many ids of one person as the list of people shows. */
const distinctIds = z.array(distinctId).min(1).max(100);
const value = z.union([z.boolean(), z.string().min(1).max(400)]);

export const OverrideBody = z
  .object({
    distinct_id: z.string(),
    /** true, false or the key of a variant. */
    value,
    created_by: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'FlagOverride' });

/** All of them; a flag has at most 500 in an environment. */
const OverrideList = z.object({ results: z.array(OverrideBody) });
const path = '/api/projects/:project_id/feature_flags/:flag/overrides/';

export const overridesRoutes = {
  list: route({
    method: 'GET',
    path,
    summary: 'List the people for whom a flag is what somebody said, whatever its conditions say',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: EnvironmentQuery,
    response: OverrideList,
  }),
  set: route({
    method: 'PUT',
    path,
    summary: 'Make a flag on, off or one of its variants for these ids, at once; null ends that',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      distinct_ids: distinctIds,
      value: value.nullable(),
      reason: z.string().max(1_000).nullable().optional(),
    }),
    response: OverrideList,
  }),
  remove: route({
    method: 'DELETE',
    path,
    summary: 'Take an override away',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    query: EnvironmentQuery.extend({
      distinct_id: distinctId,
      reason: z.string().max(1_000).optional(),
    }),
    response: OverrideList,
  }),
  forPerson: route({
    method: 'GET',
    path: '/api/projects/:project_id/feature_flags/evaluation_reasons/',
    summary: 'Say what every active flag is for a person, and why',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      distinct_id: z.string().min(1).max(400),
      groups: queryJson(z.record(z.string(), z.union([z.string(), z.number()])))
        .optional()
        .describe('JSON: group type → group key.'),
    }),
    response: z.record(
      z.string(),
      z.object({
        value: z.union([z.boolean(), z.string()]),
        evaluation: z.object({
          reason: z.enum(REASON_CODES),
          condition_index: z.number().int().nullable(),
          forced_by: z.enum(FORCED_BY).nullable(),
        }),
      }),
    ),
  }),
};
