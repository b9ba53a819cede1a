// Addresses of what apps report: events, people, cohorts, insights, dashboards.
import { createRoute } from '@tanstack/react-router';
import type { NewInsightSearch } from './api/insights.ts';
import type { DefinitionsSearch } from './api/known-events.ts';
import { app } from './app-route.tsx';
import { type Search, text } from './search-values.ts';

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

const definitions = createRoute({
  getParentRoute: () => app,
  path: '/events/definitions',
  validateSearch: (search: Search): DefinitionsSearch => ({
    show: text(search['show']),
    search: text(search['search']),
    verified: text(search['verified']),
    event: text(search['event']),
    page: text(search['page']),
  }),
}).lazy(() => import('./events/definitions.page.tsx').then((page) => page.definitionsRoute));

const refused = createRoute({ getParentRoute: () => app, path: '/events/refused' }).lazy(() =>
  import('./events/refused.page.tsx').then((page) => page.refusedRoute),
);

const people = createRoute({
  getParentRoute: () => app,
  path: '/people',
  validateSearch: (search: Search): { search?: string; property?: string; page?: string } => ({
    search: text(search['search']),
    property: text(search['property']),
    page: text(search['page']),
  }),
}).lazy(() => import('./people/people.page.tsx').then((page) => page.peopleRoute));

const deletions = createRoute({
  getParentRoute: () => app,
  path: '/people/deletions',
  validateSearch: (search: Search): { page?: string } => ({ page: text(search['page']) }),
}).lazy(() => import('./people/deletions.page.tsx').then((page) => page.deletionsRoute));

const person = createRoute({ getParentRoute: () => app, path: '/people/$personId' }).lazy(() =>
  import('./people/person.page.tsx').then((page) => page.personRoute),
);

const groups = createRoute({
  getParentRoute: () => app,
  path: '/people/groups/$typeIndex',
  validateSearch: (search: Search): { search?: string; property?: string; page?: string } => ({
    search: text(search['search']),
    property: text(search['property']),
    page: text(search['page']),
  }),
}).lazy(() => import('./people/groups.page.tsx').then((page) => page.groupsRoute));

const group = createRoute({
  getParentRoute: () => app,
  path: '/people/groups/$typeIndex/$groupKey',
}).lazy(() => import('./people/group.page.tsx').then((page) => page.groupRoute));

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
  validateSearch: (search: Search): { search?: string; page?: string; show?: string } => ({
    search: text(search['search']),
    page: text(search['page']),
    show: text(search['show']),
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
  validateSearch: (search: Search): { search?: string; show?: string } => ({
    search: text(search['search']),
    show: text(search['show']),
  }),
}).lazy(() => import('./dashboards/dashboards.page.tsx').then((page) => page.dashboardsRoute));

const dashboard = createRoute({
  getParentRoute: () => app,
  path: '/dashboards/$dashboardId',
  validateSearch: (search: Search): { full?: string; refresh?: string } => ({
    full: text(search['full']),
    refresh: text(search['refresh']),
  }),
}).lazy(() => import('./dashboards/dashboard.page.tsx').then((page) => page.dashboardRoute));

export const dataRoutes = [
  events,
  warnings,
  definitions,
  refused,
  people,
  deletions,
  person,
  groups,
  group,
  cohorts,
  newCohort,
  cohort,
  insights,
  newInsight,
  insight,
  dashboards,
  dashboard,
] as const;
