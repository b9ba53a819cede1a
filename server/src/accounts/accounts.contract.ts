// Accounts over HTTP: set-up, sessions, projects with their environments and tokens, personal API keys.
import { z } from 'zod';
import { ProjectParams, page, route } from '#kernel/http.contract';
import { SCOPES } from '#kernel/scopes';
import { OPERATORS } from '#properties/operator';
import { isTimeZone } from './account.ts';
import { ENVIRONMENT_COLORS } from './environment.ts';

export const Email = z.email().max(254);
export const Password = z.string().min(8).max(200);
export const Name = z.string().trim().min(1).max(200);

export const ProtectionBody = z
  .object({
    /** Every change of a flag says why. */
    require_reason: z.boolean(),
    /** People other than the author who must approve a change; 0: nobody. */
    required_approvals: z.number().int(),
    /** Switching a flag off is possible at once by anyone. */
    allow_emergency_off: z.boolean(),
  })
  .meta({ id: 'Protection' });

const FilterValue = z.union([z.string().max(2000), z.number(), z.boolean(), z.null()]);
const TestAccountFilter = z.strictObject({
  key: z.string().min(1).max(400),
  value: z.union([FilterValue, z.array(FilterValue).max(1000)]).optional(),
  operator: z.enum(OPERATORS).nullable().optional(),
  type: z.enum(['event', 'person', 'group', 'cohort']).optional(),
  group_type_index: z.number().int().min(0).max(255).nullable().optional(),
});

export const EnvironmentBody = z
  .object({
    id: z.number().int(),
    key: z.string(),
    name: z.string(),
    /** Project token, for SDKs. */
    token: z.string(),
    color: z.enum(ENVIRONMENT_COLORS),
    protection: ProtectionBody,
    events_per_second: z
      .number()
      .int()
      .nullable()
      .describe('Events that it may send per second; null: as many as the server is set to take.'),
    /** Until then the token before the last rotation works too; null: there is none. */
    previous_token_expires_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Environment' });

export const ProjectBody = z
  .object({
    id: z.number().int(),
    name: z.string(),
    /** Project token of the production environment. */
    api_token: z.string(),
    /** Flags without an owner are not saved. */
    require_flag_owner: z.boolean(),
    timezone: z.string().describe('IANA name: days, weeks and months of insights begin by it.'),
    week_start_day: z.number().int().describe('0: Sunday, 1: Monday.'),
    event_retention_days: z
      .number()
      .int()
      .nullable()
      .describe(
        'Older events are erased within a day; null: they stay for as long as the store keeps any.',
      ),
    anonymize_ips: z
      .boolean()
      .describe('Addresses of clients are not kept; where people are is found out before.'),
    test_account_filters: z
      .array(z.unknown())
      .describe('Conditions that real people meet; `filterTestAccounts` keeps to them.'),
    created_at: z.iso.datetime(),
    environments: z.array(EnvironmentBody),
  })
  .meta({ id: 'Project' });

export const UserBody = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    organization_id: z.number().int(),
  })
  .meta({ id: 'User' });

export const ApiKeyBody = z
  .object({
    id: z.string(),
    label: z.string(),
    /** Last four characters of the key. */
    hint: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'PersonalApiKey' });

const tag = 'accounts';

export const sessionRoutes = {
  getSetup: route({
    method: 'GET',
    path: '/api/setup/',
    summary: 'Say whether the first account is still to be made',
    tag,
    auth: 'public',
    response: z.object({ is_setup_needed: z.boolean() }),
  }),
  setUp: route({
    method: 'POST',
    path: '/api/setup/',
    summary: 'Create the first account with the one-time token and sign in',
    tag,
    auth: 'public',
    body: z.strictObject({
      setup_token: z.string().min(1).max(200),
      email: Email,
      name: Name,
      password: Password,
      organization_name: Name,
      project_name: Name,
    }),
    status: 201,
    response: UserBody,
  }),
  logIn: route({
    method: 'POST',
    path: '/api/login/',
    summary: 'Sign in; the answer sets the session cookie',
    tag,
    auth: 'public',
    body: z.strictObject({ email: z.string().min(1).max(254), password: z.string().max(200) }),
    response: UserBody,
  }),
  logOut: route({
    method: 'POST',
    path: '/api/logout/',
    summary: 'Sign out',
    tag,
    auth: 'session',
    status: 204,
  }),
};

export const projectRoutes = {
  getMe: route({
    method: 'GET',
    path: '/api/users/@me/',
    summary: 'Get the user that asks',
    tag,
    auth: 'user:read',
    response: UserBody,
  }),
  listProjects: route({
    method: 'GET',
    path: '/api/projects/',
    summary: 'List projects with their environments and tokens',
    tag,
    auth: 'project:read',
    response: page(ProjectBody),
  }),
  createProject: route({
    method: 'POST',
    path: '/api/projects/',
    summary: 'Create a project with production and development',
    tag,
    auth: 'project:write',
    body: z.strictObject({ name: Name }),
    status: 201,
    response: ProjectBody,
  }),
  getProject: route({
    method: 'GET',
    path: '/api/projects/:project_id/',
    summary: 'Get a project',
    tag,
    auth: 'project:read',
    params: ProjectParams,
    response: ProjectBody,
  }),
  updateProject: route({
    method: 'PATCH',
    path: '/api/projects/:project_id/',
    summary: "Change a project's settings",
    tag,
    auth: 'project:write',
    params: ProjectParams,
    body: z.strictObject({
      name: Name.optional(),
      require_flag_owner: z.boolean().optional(),
      timezone: z
        .string()
        .max(100)
        .refine(isTimeZone, 'Give the IANA name of a time zone, such as Europe/Berlin.')
        .optional(),
      week_start_day: z.union([z.literal(0), z.literal(1)]).optional(),
      event_retention_days: z.number().int().min(30).max(730).nullable().optional(),
      anonymize_ips: z.boolean().optional(),
      test_account_filters: z.array(TestAccountFilter).max(50).optional(),
    }),
    response: ProjectBody,
  }),
  listApiKeys: route({
    method: 'GET',
    path: '/api/personal_api_keys/',
    summary: 'List your personal API keys',
    tag,
    auth: 'session',
    response: page(ApiKeyBody),
  }),
  createApiKey: route({
    method: 'POST',
    path: '/api/personal_api_keys/',
    summary: 'Create a personal API key; its value is shown this once only',
    tag,
    auth: 'session',
    body: z.strictObject({
      label: Name,
      scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
    }),
    status: 201,
    response: ApiKeyBody.extend({ value: z.string() }),
  }),
  revokeApiKey: route({
    method: 'DELETE',
    path: '/api/personal_api_keys/:key_id/',
    summary: 'Revoke one of your personal API keys',
    tag,
    auth: 'session',
    params: z.object({ key_id: z.string().max(100) }),
    status: 204,
  }),
};

export const accountsRoutes = { ...sessionRoutes, ...projectRoutes };
