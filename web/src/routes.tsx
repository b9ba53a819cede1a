// Every address of the web app. Pages load when they are first opened; an address holds what a link to
// the page should show again (environment, search text, tab).
import { createRoute } from '@tanstack/react-router';
import type { AuditSearch } from './api/audit.ts';
import type { FlagListSearch } from './api/flag-list.ts';
import { app, root } from './app-route.tsx';
import { dataRoutes } from './data-routes.tsx';
import { errorRoutes } from './error-routes.tsx';
import { experimentRoutes } from './experiment-routes.tsx';
import { replayRoutes } from './replay-routes.tsx';
import { ownPath, type Search, text } from './search-values.ts';

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

const sharedResults = createRoute({
  getParentRoute: () => root,
  path: '/shared/experiments/$token',
}).lazy(() =>
  import('./experiments/shared-results.page.tsx').then((page) => page.sharedResultsRoute),
);

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
  validateSearch: (search: Search): { tab?: string; person?: string; version?: string } => ({
    tab: text(search['tab']),
    person: text(search['person']),
    version: text(search['version']),
  }),
}).lazy(() => import('./flags/flag.page.tsx').then((page) => page.flagRoute));

const earlyAccess = createRoute({ getParentRoute: () => app, path: '/early-access' }).lazy(() =>
  import('./early-access/early-access.page.tsx').then((page) => page.earlyAccessRoute),
);

const rollouts = createRoute({
  getParentRoute: () => app,
  path: '/rollouts',
  validateSearch: (search: Search) => ({
    search: text(search['search']),
    show: text(search['show']),
  }),
}).lazy(() => import('./rollouts/rollouts.page.tsx').then((page) => page.rolloutsRoute));

const newRollout = createRoute({
  getParentRoute: () => app,
  path: '/rollouts/new',
  validateSearch: (search: Search): { flag?: string } => ({ flag: text(search['flag']) }),
}).lazy(() => import('./rollouts/new-rollout.page.tsx').then((page) => page.newRolloutRoute));

const rolloutTemplates = createRoute({
  getParentRoute: () => app,
  path: '/rollouts/templates',
}).lazy(() => import('./rollouts/templates.page.tsx').then((page) => page.templatesRoute));

const dryRuns = createRoute({ getParentRoute: () => app, path: '/rollouts/dry-runs' }).lazy(() =>
  import('./rollouts/dry-runs.page.tsx').then((page) => page.dryRunsRoute),
);

const rollout = createRoute({ getParentRoute: () => app, path: '/rollouts/$rolloutId' }).lazy(() =>
  import('./rollouts/rollout.page.tsx').then((page) => page.rolloutRoute),
);

const editPlan = createRoute({
  getParentRoute: () => app,
  path: '/rollouts/$rolloutId/plan',
}).lazy(() => import('./rollouts/edit-plan.page.tsx').then((page) => page.editPlanRoute));

const incidents = createRoute({ getParentRoute: () => app, path: '/incidents' }).lazy(() =>
  import('./incidents/incidents.page.tsx').then((page) => page.incidentsRoute),
);

const incident = createRoute({ getParentRoute: () => app, path: '/incidents/$incidentId' }).lazy(
  () => import('./incidents/incident.page.tsx').then((page) => page.incidentRoute),
);

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
  sharedResults,
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
    rolloutTemplates,
    dryRuns,
    rollout,
    editPlan,
    ...errorRoutes,
    ...experimentRoutes,
    incidents,
    incident,
    ...dataRoutes,
    ...replayRoutes,
    settings,
  ]),
]);
