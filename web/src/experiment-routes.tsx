// Addresses of experiments.
import { createRoute } from '@tanstack/react-router';
import type { ExperimentsSearch } from './api/experiments.ts';
import { app } from './app-route.tsx';
import { type Search, text } from './search-values.ts';

const experiments = createRoute({
  getParentRoute: () => app,
  path: '/experiments',
  validateSearch: (search: Search): ExperimentsSearch => ({
    search: text(search['search']),
    status: text(search['status']),
    show: text(search['show']),
    page: text(search['page']),
  }),
}).lazy(() => import('./experiments/experiments.page.tsx').then((page) => page.experimentsRoute));

const newExperiment = createRoute({
  getParentRoute: () => app,
  path: '/experiments/new',
  validateSearch: (search: Search): { flag?: string; like?: string } => ({
    flag: text(search['flag']),
    like: text(search['like']),
  }),
}).lazy(() =>
  import('./experiments/new-experiment.page.tsx').then((page) => page.newExperimentRoute),
);

const savedMetrics = createRoute({ getParentRoute: () => app, path: '/experiments/metrics' }).lazy(
  () => import('./experiments/saved-metrics.page.tsx').then((page) => page.savedMetricsRoute),
);

const experiment = createRoute({
  getParentRoute: () => app,
  path: '/experiments/$experimentId',
}).lazy(() => import('./experiments/experiment.page.tsx').then((page) => page.experimentRoute));

const editExperiment = createRoute({
  getParentRoute: () => app,
  path: '/experiments/$experimentId/edit',
}).lazy(() =>
  import('./experiments/edit-experiment.page.tsx').then((page) => page.editExperimentRoute),
);

export const experimentRoutes = [
  experiments,
  newExperiment,
  savedMetrics,
  experiment,
  editExperiment,
] as const;
