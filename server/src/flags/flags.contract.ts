// Flags over HTTP, in the shape that PostHog's API has, so that Terraform, CI scripts and people's habits
// carry over. `?environment=` chooses where switch and targeting are read and changed.
import { z } from 'zod';
import { AuditEntryBody } from '#audit/contract';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { NEEDS } from './dependencies.ts';
import { FlagBody, FlagCreate, FlagUpdate, ListedFlagBody } from './flag-body.contract.ts';
import { flagFilterQuery } from './flag-filter.contract.ts';
import { FLAG_ORDERS } from './flag-filter.ts';
import { EvaluationBody, TestEvaluationInput } from './test-evaluation.contract.ts';

const PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

const tag = 'flags';
export const FlagParams = ProjectParams.extend({
  /** The flag's number or its key. */
  flag: z.string().min(1).max(400),
});

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
      ...flagFilterQuery,
      order: z.enum(FLAG_ORDERS).default('-created_at'),
      limit: queryInt(1, MAX_PAGE_SIZE).default(PAGE_SIZE),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(ListedFlagBody),
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
