// Early-access features over HTTP, in the shape that PostHog's API has.
import { z } from 'zod';
import { PersonBody } from '#identity/contract';
import type { JsonObject } from '#kernel/json';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { STAGES } from './early-access.ts';

const tag = 'early access';
const MAX_PAYLOAD_CHARACTERS = 10_000;

const name = z.string().trim().min(1).max(200);
const description = z.string().max(10_000);
/** Pages link to it: nothing that a browser would run. */
const documentationUrl = z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2_000)]);
const payload = z
  .record(z.string(), z.json())
  .refine((value) => JSON.stringify(value).length <= MAX_PAYLOAD_CHARACTERS, {
    message: `At most ${MAX_PAYLOAD_CHARACTERS} characters of JSON.`,
  })
  .transform((value) => value as JsonObject);
const reason = z.string().max(1_000).nullable().optional();

export const FeatureBody = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    stage: z.enum(STAGES),
    documentation_url: z.string(),
    payload: z.record(z.string(), z.unknown()),
    feature_flag: z.object({ id: z.number().int(), key: z.string() }),
    /** People who have chosen it in the environment. */
    opted_in_count: z.number().int(),
    /** People who have chosen to be without it. */
    opted_out_count: z.number().int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'EarlyAccessFeature' });

const listPath = '/api/projects/:project_id/early_access_feature/';
const onePath = '/api/projects/:project_id/early_access_feature/:id/';
const FeatureParams = ProjectParams.extend({ id: z.uuid() });

export const earlyAccessRoutes = {
  list: route({
    method: 'GET',
    path: listPath,
    summary: 'List early-access features with how many people have chosen; at most 200',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: page(FeatureBody),
  }),
  create: route({
    method: 'POST',
    path: listPath,
    summary: 'Create an early-access feature for a flag, or with a new flag',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      name,
      description: description.optional(),
      stage: z.enum(STAGES).default('beta'),
      documentation_url: documentationUrl.nullable().optional(),
      payload: payload.optional(),
      feature_flag_id: z.number().int().min(1).max(999_999_999).nullable().optional(),
      reason,
      _create_in_folder: z.unknown().optional(),
    }),
    status: 201,
    response: FeatureBody,
  }),
  get: route({
    method: 'GET',
    path: onePath,
    summary: 'Get an early-access feature',
    tag,
    auth: 'feature_flag:read',
    params: FeatureParams,
    query: EnvironmentQuery,
    response: FeatureBody,
  }),
  update: route({
    method: 'PATCH',
    path: onePath,
    summary: 'Change an early-access feature; its stage decides whether opting in counts',
    tag,
    auth: 'feature_flag:write',
    params: FeatureParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      name: name.optional(),
      description: description.optional(),
      stage: z.enum(STAGES).optional(),
      documentation_url: documentationUrl.nullable().optional(),
      payload: payload.optional(),
      reason,
    }),
    response: FeatureBody,
  }),
  remove: route({
    method: 'DELETE',
    path: onePath,
    summary: 'Remove an early-access feature; its flag stays and goes by its own conditions',
    tag,
    auth: 'feature_flag:write',
    params: FeatureParams,
    query: EnvironmentQuery.extend({ reason: z.string().max(1_000).optional() }),
    status: 204,
  }),
  people: route({
    method: 'GET',
    path: '/api/projects/:project_id/early_access_feature/:id/people/',
    summary: 'List the people who opted in, or out',
    tag,
    auth: 'person:read',
    params: FeatureParams,
    query: EnvironmentQuery.extend({
      choice: z.enum(['in', 'out']).default('in'),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(PersonBody),
  }),
};
