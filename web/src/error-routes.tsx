// Addresses of errors.
import { createRoute } from '@tanstack/react-router';
import type { ErrorsSearch } from './api/errors.ts';
import { app } from './app-route.tsx';
import { type Search, text } from './search-values.ts';

const errors = createRoute({
  getParentRoute: () => app,
  path: '/errors',
  validateSearch: (search: Search): ErrorsSearch => ({
    search: text(search['search']),
    status: text(search['status']),
    since: text(search['since']),
    flag: text(search['flag']),
    release: text(search['release']),
    variant: text(search['variant']),
    owner: text(search['owner']),
    sort: text(search['sort']),
    page: text(search['page']),
  }),
}).lazy(() => import('./errors/errors.page.tsx').then((page) => page.errorsRoute));

const issue = createRoute({
  getParentRoute: () => app,
  path: '/errors/$issueId',
  validateSearch: (search: Search): { since?: string | undefined } => ({
    since: text(search['since']),
  }),
}).lazy(() => import('./errors/issue.page.tsx').then((page) => page.issueRoute));

export const errorRoutes = [errors, issue] as const;
