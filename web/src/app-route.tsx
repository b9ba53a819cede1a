// The root of all addresses, and the part of the app for which one must be signed in.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { ApiError, call } from './api/client.ts';
import { recallEnvironment, sessionQuery } from './api/session.ts';
import { type Search, text } from './search-values.ts';

export const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
});

export const app = createRoute({
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
