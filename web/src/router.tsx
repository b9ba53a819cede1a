// The router of the web app: how addresses are read and written, and what stands where a page fails.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRouter,
  type ErrorComponentProps,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router';
import { tree } from './routes.tsx';
import { NotFound } from './ui/not-found.tsx';
import { Page } from './ui/page.tsx';
import { ErrorState } from './ui/states.tsx';

function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <Page narrow>
      <ErrorState error={error} onRetry={reset} />
    </Page>
  );
}

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    // Values stay texts: an id of digits must not become a number.
    parseSearch: parseSearchWith((value) => value),
    stringifySearch: stringifySearchWith(String),
    defaultPreload: 'intent',
    defaultPreloadDelay: 80,
    // The query cache decides what is fresh.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  // Module augmentation asks for an interface of this name.
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
