// Starts the web app: styles, theme, the query cache, the router.
import './ui/styles.ts';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError, setSignedOutHandler } from './api/client.ts';
import { sessionQuery } from './api/session.ts';
import { createAppRouter } from './router.tsx';
import { cssVariables, theme } from './theme.ts';
import { ConfirmProvider } from './ui/confirm.tsx';

const MAX_RETRIES = 2;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused it will refuse again; what it could not answer it may.
      retry: (failures, error) =>
        failures < MAX_RETRIES &&
        error instanceof ApiError &&
        (error.status === 0 || error.status >= 500),
    },
  },
});

const router = createAppRouter(queryClient);

setSignedOutHandler(() => {
  // Whoever was not signed in before is led by the routes, to set-up perhaps.
  if (queryClient.getQueryData(sessionQuery.queryKey) === undefined) return;
  queryClient.clear();
  void router.navigate({ to: '/login', search: { next: router.state.location.href } });
});

const colorSchemes = localStorageColorSchemeManager({ key: 'serin-color-scheme' });
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <ConfirmProvider>
          <RouterProvider router={router} />
        </ConfirmProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
