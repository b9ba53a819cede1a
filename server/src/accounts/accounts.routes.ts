// Accounts routes: contract → service.
import '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { fail } from '#kernel/errors';
import type { RouteInput } from '#kernel/http.contract';
import { type HttpDeps, type RequestCtx, registerRoutes } from '#platform/http/register';
import type { ListedApiKey, Project, ProjectSettings, User } from './account.ts';
import { projectRoutes, sessionRoutes } from './accounts.contract.ts';
import {
  addProject,
  createApiKey,
  getUser,
  listOwnApiKeys,
  revokeApiKey,
  updateProject,
} from './accounts.service.ts';
import type { AccountsDirectory } from './directory.service.ts';
import { environmentBody } from './environment-wire.routes.ts';
import { SESSION_COOKIE, createLoginLimits, logIn, logOut, openSession } from './login.service.ts';
import { registerMembers } from './members.routes.ts';
import { registerSecretKeys } from './secret-keys.routes.ts';
import { type SetSessionCookie, sessionCookieSetter, userBody } from './session-cookie.routes.ts';
import { isSetupNeeded, setUp } from './setup.service.ts';

export function registerAccounts(
  app: FastifyInstance,
  http: HttpDeps,
  directory: AccountsDirectory,
  publicUrl?: string,
): void {
  const setSessionCookie = sessionCookieSetter(publicUrl?.startsWith('https:') ?? false);
  registerSessionRoutes(app, http, directory, setSessionCookie);
  registerMembers(app, http, directory, setSessionCookie);
  registerProjectRoutes(app, http, directory);
  registerSecretKeys(app, http, directory);
}

function registerSessionRoutes(
  app: FastifyInstance,
  http: HttpDeps,
  directory: AccountsDirectory,
  setSessionCookie: SetSessionCookie,
): void {
  const limits = createLoginLimits();
  registerRoutes(app, http, sessionRoutes, {
    getSetup: async (ctx) => ({ is_setup_needed: await isSetupNeeded(ctx) }),
    setUp: async (ctx, { body }, { request, reply }) => {
      const user = await setUp(ctx, body.setup_token, {
        email: body.email,
        name: body.name,
        password: body.password,
        organizationName: body.organization_name,
        projectName: body.project_name,
      });
      await directory.refresh();
      setSessionCookie(request, reply, await openSession(ctx, user));
      return userBody(user);
    },
    logIn: async (ctx, { body }, { request, reply }) => {
      const { user, sessionToken } = await logIn(ctx, limits, { ...body, address: request.ip });
      setSessionCookie(request, reply, sessionToken);
      return userBody(user);
    },
    logOut: async (ctx, _input, { request, reply }) => {
      const token = request.cookies[SESSION_COOKIE];
      if (token !== undefined) await logOut(ctx, await userOf(ctx), token);
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
    },
  });
}

function registerProjectRoutes(
  app: FastifyInstance,
  http: HttpDeps,
  directory: AccountsDirectory,
): void {
  const bodyOf = (ctx: RequestCtx, id = ctx.projectId ?? 0) =>
    projectBody(ctx, directory, directory.projectById(id));
  registerRoutes(app, http, projectRoutes, {
    getMe: async (ctx) => userBody(await userOf(ctx)),
    listProjects: async (ctx) => {
      const user = await userOf(ctx);
      const results = directory
        .projectsOf(user.organizationId)
        .map((project) => projectBody(ctx, directory, project));
      return { count: results.length, next: null, previous: null, results };
    },
    createProject: async (ctx, { body }) => {
      const id = await addProject(ctx, await userOf(ctx), body.name);
      await directory.refresh();
      return bodyOf(ctx, id);
    },
    getProject: async (ctx) => bodyOf(ctx),
    updateProject: async (ctx, { body }) => {
      const project = directory.projectById(ctx.projectId ?? 0);
      if (project) await updateProject(ctx, project, settingsIn(body));
      await directory.refresh();
      return bodyOf(ctx);
    },
    listApiKeys: async (ctx) => {
      const results = (await listOwnApiKeys(ctx, await userOf(ctx))).map(keyBody);
      return { count: results.length, next: null, previous: null, results };
    },
    createApiKey: async (ctx, { body }) => {
      const { key, value } = await createApiKey(ctx, await userOf(ctx), body);
      return { ...keyBody(key), value };
    },
    revokeApiKey: async (ctx, { params }) => {
      await revokeApiKey(ctx, await userOf(ctx), params.key_id);
      await directory.refresh();
    },
  });
}

const userOf = (ctx: RequestCtx): Promise<User> => getUser(ctx, ctx.userId);

function projectBody(
  { clock }: RequestCtx,
  directory: AccountsDirectory,
  project: Project | undefined,
) {
  if (!project) fail('not_found', { detail: 'There is no such project.' });
  const environments = directory.environmentsOf(project.id);
  return {
    id: project.id,
    name: project.name,
    require_flag_owner: project.requireFlagOwner,
    api_token: (environments.find((e) => e.key === 'production') ?? environments[0])?.token ?? '',
    timezone: project.timezone,
    week_start_day: project.weekStartDay,
    event_retention_days: project.eventRetentionDays,
    anonymize_ips: project.anonymizeIps,
    test_account_filters: [...project.testAccountFilters],
    created_at: project.createdAt.toISOString(),
    environments: environments.map((one) => environmentBody(one, clock.now())),
  };
}

type ProjectChange = RouteInput<typeof projectRoutes.updateProject>['body'];

/** The settings that a request names. */
function settingsIn(body: ProjectChange): Partial<ProjectSettings> {
  const { name, require_flag_owner, timezone, week_start_day, test_account_filters } = body;
  const { event_retention_days, anonymize_ips } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(require_flag_owner === undefined ? {} : { requireFlagOwner: require_flag_owner }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(week_start_day === undefined ? {} : { weekStartDay: week_start_day }),
    ...(event_retention_days === undefined ? {} : { eventRetentionDays: event_retention_days }),
    ...(anonymize_ips === undefined ? {} : { anonymizeIps: anonymize_ips }),
    ...(test_account_filters === undefined ? {} : { testAccountFilters: test_account_filters }),
  };
}

const keyBody = (key: ListedApiKey) => ({
  id: key.id,
  label: key.label,
  hint: key.hint,
  scopes: [...key.scopes],
  created_at: key.createdAt.toISOString(),
  last_used_at: key.lastUsedAt?.toISOString() ?? null,
});
