// Flags over HTTP, in the shape that PostHog's API has, so that Terraform, CI scripts and people's habits
// carry over. `?environment=` chooses where switch and targeting are read and changed.
import { z } from 'zod';
import { AuditEntryBody } from '#audit/contract';
import {
  EnvironmentQuery,
  ProjectParams,
  page,
  queryInt,
  queryJson,
  route,
} from '#kernel/http.contract';
import { NEEDS } from './dependencies.ts';
import { FiltersBody, FiltersInput } from './filters.contract.ts';
import {
  BUCKETING_IDENTIFIERS,
  EVALUATION_RUNTIMES,
  FLAG_KINDS,
  VALUE_SOURCES,
  VALUE_TYPES,
} from './flag.ts';
import { EvaluationBody, TestEvaluationInput } from './test-evaluation.contract.ts';

const MAX_NAME_CHARACTERS = 2_000;
const PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

const tag = 'flags';
const FlagParams = ProjectParams.extend({
  /** The flag's number or its key. */
  flag: z.string().min(1).max(400),
});

const UserBody = z.object({
  id: z.string(),
  uuid: z.string(),
  first_name: z.string(),
  email: z.string(),
});

export const FlagBody = z
  .object({
    id: z.number().int(),
    key: z.string(),
    /** The description. */
    name: z.string(),
    filters: FiltersBody,
    active: z.boolean(),
    archived: z.boolean(),
    deleted: z.boolean(),
    status: z.enum(['ACTIVE', 'INACTIVE', 'ARCHIVED', 'DELETED']),
    /** Counts the changes in this environment. */
    version: z.number().int(),
    tags: z.array(z.string()),
    evaluation_contexts: z.array(z.string()),
    evaluation_runtime: z.enum(EVALUATION_RUNTIMES),
    bucketing_identifier: z.enum(BUCKETING_IDENTIFIERS),
    ensure_experience_continuity: z.boolean(),
    kind: z.enum(FLAG_KINDS),
    is_remote_configuration: z.boolean(),
    /** Type of the value that OpenFeature SDKs get; null: text (the variant) with variants, else boolean. */
    value_type: z.enum(VALUE_TYPES).nullable(),
    /** What that value is taken from; null: what fits the type. */
    value_source: z.enum(VALUE_SOURCES).nullable(),
    /** Key of the flag that makes this one off for whom it is on. */
    kill_switch: z.string().nullable(),
    has_encrypted_payloads: z.literal(false),
    experiment_set: z.array(z.number().int()),
    created_by: UserBody.nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    last_modified_by: UserBody.nullable(),
    /** Key of the environment that `filters`, `active` and `version` belong to. */
    environment: z.string(),
  })
  .meta({ id: 'Flag' });

const label = z.string().trim().min(1).max(100);

const writable = {
  name: z.string().max(MAX_NAME_CHARACTERS).nullable().optional(),
  filters: FiltersInput.nullable().optional(),
  active: z.boolean().optional(),
  archived: z.boolean().optional(),
  deleted: z.boolean().optional(),
  tags: z.array(label).max(100).optional(),
  evaluation_contexts: z.array(label).max(100).optional(),
  evaluation_runtime: z.enum(EVALUATION_RUNTIMES).nullable().optional(),
  bucketing_identifier: z.enum(BUCKETING_IDENTIFIERS).nullable().optional(),
  ensure_experience_continuity: z
    .literal(false, 'Continuity across login is not kept yet; bucket by device_id instead.')
    .nullable()
    .optional(),
  kind: z.enum(FLAG_KINDS).optional(),
  /** Older form of the kind `remote_config`. */
  is_remote_configuration: z.boolean().optional(),
  value_type: z.enum(VALUE_TYPES).nullable().optional(),
  value_source: z.enum(VALUE_SOURCES).nullable().optional(),
  /** Key or number of a flag of the kind `kill_switch`: where it is on, this flag is off. */
  kill_switch: z.string().min(1).max(400).nullable().optional(),
  /** Switch off, archive or delete although other flags need this one. */
  force: z.boolean().optional(),
  /** The version that was read; a stale one is refused with 409. */
  version: z.number().int().optional(),
  /** Why, for the flag's history. */
  reason: z.string().max(1_000).nullable().optional(),
  /** Older form of one condition set without properties. */
  rollout_percentage: z.number().min(0).max(100).nullable().optional(),
  has_encrypted_payloads: z.literal(false, 'Encrypted payloads are not supported.').optional(),
  rollback_conditions: z
    .array(z.unknown())
    .max(0, 'Use a rollout with guardrails instead.')
    .nullable()
    .optional(),
};

/** What PostHog's tools send along and what tools send back from an answer: read over. */
const READ_OVER = [
  'id',
  'analytics_dashboards',
  'can_edit',
  'created_at',
  'created_by',
  'creation_context',
  'environment',
  'experiment_set',
  'experiment_set_metadata',
  'features',
  'has_enriched_analytics',
  'is_simple_flag',
  'is_used_in_replay_settings',
  'last_called_at',
  'last_modified_by',
  'performed_rollback',
  'status',
  'surveys',
  'updated_at',
  'usage_dashboard',
  'user_access_level',
  '_create_in_folder',
  '_should_create_usage_dashboard',
] as const;
const readOver = Object.fromEntries(
  READ_OVER.map((field) => [field, z.unknown().optional()]),
) as Record<(typeof READ_OVER)[number], z.ZodOptional<z.ZodUnknown>>;

const key = z.string().min(1).max(400);

export const FlagCreate = z
  .strictObject({ key, ...writable, ...readOver })
  .meta({ id: 'FlagCreate' });
export const FlagUpdate = z
  .strictObject({ key: key.optional(), ...writable, ...readOver })
  .meta({ id: 'FlagUpdate' });

const flagPath = '/api/projects/:project_id/feature_flags/:flag/';

export const flagsRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/feature_flags/',
    summary: 'List flags',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      search: z.string().max(400).optional(),
      active: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
      archived: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
      type: z.enum(['boolean', 'multivariant', 'remote_config']).optional(),
      created_by_id: z.string().max(100).optional(),
      evaluation_runtime: z.enum(EVALUATION_RUNTIMES).optional(),
      tags: queryJson(z.array(z.string().max(100)).max(100)).optional(),
      order: z
        .enum([
          'created_at',
          '-created_at',
          'updated_at',
          '-updated_at',
          'key',
          '-key',
          'name',
          '-name',
        ])
        .default('-created_at'),
      limit: queryInt(1, MAX_PAGE_SIZE).default(PAGE_SIZE),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(FlagBody),
  }),
  create: route({
    method: 'POST',
    path: '/api/projects/:project_id/feature_flags/',
    summary: 'Create a flag in every environment; switched on at most in the one asked for',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: FlagCreate,
    status: 201,
    response: FlagBody,
  }),
  get: route({
    method: 'GET',
    path: flagPath,
    summary: 'Get a flag by number or key',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: EnvironmentQuery,
    response: FlagBody,
  }),
  update: route({
    method: 'PATCH',
    path: flagPath,
    summary: 'Change what is given; filters are replaced as a whole',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    query: EnvironmentQuery,
    body: FlagUpdate,
    response: FlagBody,
  }),
  replace: route({
    method: 'PUT',
    path: flagPath,
    summary: 'Change a flag; the key must be given, other fields keep their value when left out',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    query: EnvironmentQuery,
    body: FlagCreate,
    response: FlagBody,
  }),
  remove: route({
    method: 'DELETE',
    path: flagPath,
    summary: 'Refused with 405: delete by PATCH {"deleted": true}, which can be undone',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    query: EnvironmentQuery,
  }),
  activity: route({
    method: 'GET',
    path: '/api/projects/:project_id/feature_flags/:flag/activity/',
    summary: 'List the changes of a flag, newest first',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 500).default(50),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(AuditEntryBody),
  }),
  status: route({
    method: 'GET',
    path: '/api/projects/:project_id/feature_flags/:flag/status/',
    summary: 'Say whether a flag is active, and why not',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: EnvironmentQuery,
    response: z.object({ status: FlagBody.shape.status, reason: z.string() }),
  }),
  dependents: route({
    method: 'GET',
    path: '/api/projects/:project_id/feature_flags/:flag/dependent_flags/',
    summary: 'List the flags that need a flag, in any environment: look before switching it off',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: EnvironmentQuery,
    response: z.array(
      z.object({
        id: z.number().int(),
        key: z.string(),
        name: z.string(),
        /** A condition of that flag names this one, or it is that flag's kill switch. */
        need: z.enum(NEEDS),
      }),
    ),
  }),
  testEvaluation: route({
    method: 'POST',
    path: '/api/projects/:project_id/feature_flags/:flag/test_evaluation/',
    summary: 'Evaluate a flag for one person and explain every condition set',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: EnvironmentQuery,
    body: TestEvaluationInput,
    response: EvaluationBody,
  }),
};
