// People of the past for tests: who used a flag, erred, bought and waited.
import { sql } from 'kysely';
import type { TestApp } from '#app/test-app';
import { insertEvents, type TestEvent } from '#platform/test-events';

export const DAY_MS = 86_400_000;

/** People of the last ten days, `perDay` new ones each day, spread over its hours; some come back after a day. */
export async function peopleBefore(api: TestApp, flag: string, perDay: number): Promise<void> {
  const now = Date.now();
  await backdate(api, flag);
  const events = Array.from({ length: 10 * perDay }, (_, index): TestEvent[] => {
    const distinctId = `${flag}-${index}`;
    const atMs = now - 10 * DAY_MS + Math.floor((index / perDay) * DAY_MS) + 1;
    const own = (event: string, properties = {}, laterMs = 1): TestEvent => ({
      event,
      distinctId,
      atMs: atMs + laterMs,
      receivedAtMs: atMs + laterMs,
      properties,
    });
    const call = { ...own('$feature_flag_called', {}, 0), flag, flagResponse: 'false' };
    return [
      call,
      ...(index % 20 === 0 ? [own('$exception')] : []),
      ...(index % 4 === 0 ? [own('bought', { total: 10 + (index % 40) })] : []),
      own('api_request', { duration_ms: 100 + (index % 100) }),
      ...(index % 2 === 0 && atMs + DAY_MS < now ? [own('$pageview', {}, DAY_MS)] : []),
    ];
  }).flat();
  await insertEvents(api.ctx.clickhouse, api.production.id, events);
}

/** As if the flag had been made ten days ago: no call of it can be older than it. */
export async function backdate(api: TestApp, flag: string): Promise<void> {
  const createdAt = new Date(Date.now() - 10 * DAY_MS);
  await sql`update flag set created_at = ${createdAt} where key = ${flag}`.execute(api.ctx.db);
}

/** One guardrail of each way to measure. */
export const watched = [
  { id: 'errors', kind: 'exception_users', absolute: { yellow: 0.05, red: 0.1 } },
  { id: 'orders', kind: 'conversion', event: 'bought', on_red: 'hold' },
  { id: 'slow', kind: 'latency', event: 'api_request', property: 'duration_ms' },
  { id: 'revenue', kind: 'revenue_per_user', event: 'bought', property: 'total' },
];
