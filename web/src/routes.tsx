// Every address of the web app. Pages load when they are first opened; an address holds what a link to
// the page should show again (environment, search text, tab).
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import type { AuditSearch } from './api/audit.ts';
import { ApiError, call } from './api/client.ts';
import type { NewInsightSearch } from './api/insights.ts';
import type { FlagListSearch } from './api/flag-list.ts';
import { recallEnvironment, sessionQuery } from './api/session.ts';
import { ownPath, type Search, text } from './search-values.ts';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search: Search): { token?: string } => ({ token: text(search['token']) }),
}).lazy(() => import('./accounts/setup.page.tsx').then((page) => page.setupRoute));

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Search): { next?: string } => ({ next: ownPath(search['next']) }),
}).lazy(() => import('./accounts/login.page.tsx').then((page) => page.loginRoute));

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  validateSearch: (search: Search): { token?: string } => ({ token: text(search['token']) }),
}).lazy(() => import('./accounts/invite.page.tsx').then((page) => page.inviteRoute));

const shared = createRoute({ getParentRoute: () => root, path: '/shared/$token' }).lazy(() =>
  import('./dashboards/shared.page.tsx').then((page) => page.sharedRoute),
);

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  validateSearch: (search: Search): { environment?: string } => ({
    environment: text(search['environment']),
  }),
  search: { middlewares: [retainSearchParams(['environment'])] },
  beforeLoad: async ({ context, location, search }) => {
    // The address always names the environment, so that a link shows others the same.
    const environment = recallEnvironment();
    if (environment !== undefined && search.environment === undefined) {
      throw redirect({
        to: location.pathname,
        search: { ...location.search, environment },
        replace: true,
      });
    }
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const { is_setup_needed: isSetupNeeded } = await call('accounts.getSetup', {});
      if (isSetupNeeded) throw redirect({ to: '/setup' });
      throw redirect({ to: '/login', search: { next: location.href } });
    }
  },
}).lazy(() => import('./shell/shell.page.tsx').then((page) => page.shellRoute));

const home = createRoute({ getParentRoute: () => app, path: '/' }).lazy(() =>
  import('./home/home.page.tsx').then((page) => page.homeRoute),
);

const flags = createRoute({
  getParentRoute: () => app,
  path: '/feature-flags',
  validateSearch: (search: Search): FlagListSearch => ({
    search: text(search['search']),
    show: text(search['show']),
    state: text(search['state']),
    kind: text(search['kind']),
    tag: text(search['tag']),
    owner: text(search['owner']),
    sort: text(search['sort']),
    page: text(search['page']),
  }),
}).lazy(() => import('./flags/flags.page.tsx').then((page) => page.flagsRoute));

const newFlag = createRoute({
  getParentRoute: () => app,
  path: '/feature-flags/new',
  validateSearch: (search: Search): { key?: string } => ({ key: text(search['key']) }),
}).lazy(() => import('./flags/new-flag.page.tsx').then((page) => page.newFlagRoute));

const unknownFlags = createRoute({
  getParentRoute: () => app,
  path: '/feature-flags/unknown',
}).lazy(() => import('./flags/unknown-flags.page.tsx').then((page) => page.unknownFlagsRoute));

const auditLog = createRoute({
  getParentRoute: () => app,
  path: '/audit-log',
  validateSearch: (search: Search): AuditSearch => ({
    search: text(search['search']),
    actor: text(search['actor']),
    action: text(search['action']),
    kind: text(search['kind']),
    after: text(search['after']),
    before: text(search['before']),
  }),
}).lazy(() => import('./audit/audit.page.tsx').then((page) => page.auditRoute));

const flag = createRoute({
  getParentRoute: () => app,
  path: '/feature-flags/$flagId',
  validateSearch: (search: Search): { tab?: string; person?: string } => ({
    tab: text(search['tab']),
    person: text(search['person']),
  }),
}).lazy(() => import('./flags/flag.page.tsx').then((page) => page.flagRoute));

const earlyAccess = createRoute({ getParentRoute: () => app, path: '/early-access' }).lazy(() =>
  import('./early-access/early-access.page.tsx').then((page) => page.earlyAccessRoute),
);

const rollouts = createRoute({ getParentRoute: () => app, path: '/rollouts' }).lazy(() =>
  import('./rollouts/rollouts.page.tsx').then((page) => page.rolloutsRoute),
);

const newRollout = createRoute({
  getParentRoute: () => app,
  path: '/rollouts/new',
  validateSearch: (search: Search): { flag?: string } => ({ flag: text(search['flag']) }),
}).lazy(() => import('./rollouts/new-rollout.page.tsx').then((page) => page.newRolloutRoute));

const rollout = createRoute({ getParentRoute: () => app, path: '/rollouts/$rolloutId' }).lazy(() =>
  import('./rollouts/rollout.page.tsx').then((page) => page.rolloutRoute),
);

const events = createRoute({
  getParentRoute: () => app,
  path: '/events',
  validateSearch: (search: Search): { event?: string; distinct_id?: string } => ({
    event: text(search['event']),
    distinct_id: text(search['distinct_id']),
  }),
}).lazy(() => import('./events/events.page.tsx').then((page) => page.eventsRoute));

const warnings = createRoute({
  getParentRoute: () => app,
  path: '/events/warnings',
  validateSearch: (search: Search): { days?: string } => ({ days: text(search['days']) }),
}).lazy(() => import('./events/warnings.page.tsx').then((page) => page.warningsRoute));

const refused = createRoute({ getParentRoute: () => app, path: '/events/refused' }).lazy(() =>
  import('./events/refused.page.tsx').then((page) => page.refusedRoute),
);

const people = createRoute({
  getParentRoute: () => app,
  path: '/people',
  validateSearch: (search: Search): { search?: string } => ({ search: text(search['search']) }),
}).lazy(() => import('./people/people.page.tsx').then((page) => page.peopleRoute));

const deletions = createRoute({
  getParentRoute: () => app,
  path: '/people/deletions',
  validateSearch: (search: Search): { page?: string } => ({ page: text(search['page']) }),
}).lazy(() => import('./people/deletions.page.tsx').then((page) => page.deletionsRoute));

const person = createRoute({ getParentRoute: () => app, path: '/people/$personId' }).lazy(() =>
  import('./people/person.page.tsx').then((page) => page.personRoute),
);

const cohorts = createRoute({
  getParentRoute: () => app,
  path: '/cohorts',
  validateSearch: (search: Search): { search?: string } => ({ search: text(search['search']) }),
}).lazy(() => import('./cohorts/cohorts.page.tsx').then((page) => page.cohortsRoute));

const newCohort = createRoute({ getParentRoute: () => app, path: '/cohorts/new' }).lazy(() =>
  import('./cohorts/new-cohort.page.tsx').then((page) => page.newCohortRoute),
);

const cohort = createRoute({ getParentRoute: () => app, path: '/cohorts/$cohortId' }).lazy(() =>
  import('./cohorts/cohort.page.tsx').then((page) => page.cohortRoute),
);

const insights = createRoute({
  getParentRoute: () => app,
  path: '/insights',
  validateSearch: (search: Search): { search?: string; page?: string } => ({
    search: text(search['search']),
    page: text(search['page']),
  }),
}).lazy(() => import('./insights/insights.page.tsx').then((page) => page.insightsRoute));

const newInsight = createRoute({
  getParentRoute: () => app,
  path: '/insights/new',
  validateSearch: (search: Search): NewInsightSearch => ({
    q: text(search['q']),
    flag: text(search['flag']),
    since: text(search['since']),
    events: text(search['events']),
  }),
}).lazy(() => import('./insights/insight.page.tsx').then((page) => page.newInsightRoute));

const insight = createRoute({
  getParentRoute: () => app,
  path: '/insights/$shortId',
  validateSearch: (search: Search): { q?: string } => ({ q: text(search['q']) }),
}).lazy(() => import('./insights/insight.page.tsx').then((page) => page.insightRoute));

const dashboards = createRoute({
  getParentRoute: () => app,
  path: '/dashboards',
  validateSearch: (search: Search): { search?: string } => ({ search: text(search['search']) }),
}).lazy(() => import('./dashboards/dashboards.page.tsx').then((page) => page.dashboardsRoute));

const dashboard = createRoute({
  getParentRoute: () => app,
  path: '/dashboards/$dashboardId',
  validateSearch: (search: Search): { full?: string; refresh?: string } => ({
    full: text(search['full']),
    refresh: text(search['refresh']),
  }),
}).lazy(() => import('./dashboards/dashboard.page.tsx').then((page) => page.dashboardRoute));

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  validateSearch: (search: Search): { tab?: string } => ({ tab: text(search['tab']) }),
}).lazy(() => import('./settings/settings.page.tsx').then((page) => page.settingsRoute));

const compare = createRoute({
  getParentRoute: () => app,
  path: '/environments/compare',
  validateSearch: (search: Search): { from?: string; to?: string; flag?: string } => ({
    from: text(search['from']),
    to: text(search['to']),
    flag: text(search['flag']),
  }),
}).lazy(() => import('./environments/compare.page.tsx').then((page) => page.compareRoute));

const changes = createRoute({
  getParentRoute: () => app,
  path: '/changes',
  validateSearch: (search: Search): { tab?: string; show?: string } => ({
    tab: text(search['tab']),
    show: text(search['show']),
  }),
}).lazy(() => import('./changes/changes.page.tsx').then((page) => page.changesRoute));

const change = createRoute({ getParentRoute: () => app, path: '/changes/$number' }).lazy(() =>
  import('./changes/request.page.tsx').then((page) => page.requestRoute),
);

export const tree = root.addChildren([
  setup,
  login,
  invite,
  shared,
  app.addChildren([
    home,
    flags,
    newFlag,
    unknownFlags,
    auditLog,
    flag,
    earlyAccess,
    changes,
    change,
    compare,
    rollouts,
    newRollout,
    rollout,
    events,
    warnings,
    refused,
    people,
    deletions,
    person,
    cohorts,
    newCohort,
    cohort,
    insights,
    newInsight,
    insight,
    dashboards,
    dashboard,
    settings,
  ]),
]);
