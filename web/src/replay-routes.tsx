// Addresses of recordings of sessions, ours and those that PostHog's SDKs make.
import { createRoute, redirect } from '@tanstack/react-router';
import { rememberProject, sessionQuery } from './api/session.ts';
import { app } from './app-route.tsx';
import { type Search, text } from './search-values.ts';

const recordings = createRoute({
  getParentRoute: () => app,
  path: '/replay',
  validateSearch: (search: Search): { filter?: string } => ({
    /** JSON, see `RecordingFilter`. */
    filter: text(search['filter']),
  }),
}).lazy(() => import('./replay/recordings.page.tsx').then((page) => page.recordingsRoute));

const replay = createRoute({
  getParentRoute: () => app,
  path: '/replay/$sessionId',
  validateSearch: (search: Search): { t?: string; tab?: string; filter?: string } => ({
    /** Milliseconds since the start. */
    t: text(search['t']),
    tab: text(search['tab']),
    /** Of the list that one came from, and goes on with. */
    filter: text(search['filter']),
  }),
}).lazy(() => import('./replay/replay.page.tsx').then((page) => page.replayRoute));

const MS_PER_S = 1000;

/** As `posthog.get_session_replay_url()` writes it, with `t` in seconds: apps keep such links in their logs. */
const sdkLink = createRoute({
  getParentRoute: () => app,
  path: '/project/$token/replay/$sessionId',
  validateSearch: (search: Search): { t?: string } => ({ t: text(search['t']) }),
  beforeLoad: async ({ context, params, search }) => {
    const { projects } = await context.queryClient.ensureQueryData(sessionQuery);
    const places = projects.flatMap((project) =>
      project.environments.map(({ key, token }) => ({ project, key, token })),
    );
    const place = places.find(({ token }) => token === params.token);
    if (place) rememberProject(place.project.id);
    const seconds = Number(search.t);
    throw redirect({
      to: '/replay/$sessionId',
      params: { sessionId: params.sessionId },
      search: {
        environment: place?.key,
        t: seconds > 0 ? String(Math.round(seconds * MS_PER_S)) : undefined,
      },
      replace: true,
    });
  },
});

export const replayRoutes = [recordings, replay, sdkLink] as const;
