// The application with a few page views, for tests of insights over HTTP.
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { type TestEvent, insertEvents } from '#platform/test-events';

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;

/** Page views of ada and bob in the last days, of eve long ago; in development of somebody else. */
export async function startWithPageviews(): Promise<TestApp> {
  const app = await startTestApp({ clock: new ManualClock(NOW) });
  await insertEvents(app.ctx.clickhouse, app.production.id, [
    seen('ada', 1, { properties: { plan: 'pro' } }),
    seen('ada', 1, { properties: { plan: 'pro' } }),
    seen('bob', 1, { properties: { plan: 'free' } }),
    seen('bob', 2, { atMs: NOW - 2 * DAY_MS + 11.5 * 3_600_000 }),
    seen('eve', 400),
  ]);
  await insertEvents(app.ctx.clickhouse, app.development.id, [seen('dev', 1)]);
  return app;
}

function seen(distinctId: string, daysAgo: number, more: Partial<TestEvent> = {}): TestEvent {
  return { event: '$pageview', distinctId, atMs: NOW - daysAgo * DAY_MS, ...more };
}

export const PAGEVIEWS = [{ kind: 'EventsNode', event: '$pageview' }];
export const dateRange = { date_from: '-3d' };

/** Puts a query to one environment. */
export const askOf = (app: TestApp, query: object, environment = 'production') =>
  app.ask('POST', `/api/projects/@current/query/?environment=${environment}`, { query });
