// Shoppers for tests of insights.
import { expect } from 'vitest';
import { type App, api, WAIT_MS } from './app.ts';

/**
 * 12 people see the shop yesterday, the first 6 with the flag on; of those 4 buy, of the others 1. A city is
 * called like a formula. Ada is known by her address.
 */
export async function letPeopleShop(app: App): Promise<void> {
  const atMs = Date.now() - 86_400_000;
  const batch = Array.from({ length: 12 }, (_, index) => {
    const isOn = index < 6;
    const properties = {
      distinct_id: `shopper-${index}`,
      '$feature/new-checkout': isOn,
      city: index % 2 === 0 ? '=Berlin' : 'Paris',
      amount: index,
    };
    const event = (name: string, afterMs: number) => ({
      event: name,
      properties,
      timestamp: new Date(atMs + afterMs).toISOString(),
    });
    const buys = isOn ? index < 4 : index === 6;
    return [event('shop_seen', 0), ...(buys ? [event('order_completed', 60_000)] : [])];
  }).flat();
  const ada = { distinct_id: 'shopper-0', $set: { email: 'ada@acme.com' } };
  const response = await fetch(`${app.serin.url}/batch/`, {
    method: 'POST',
    body: JSON.stringify({
      api_key: app.serin.projectToken,
      batch: [...batch, { event: '$identify', properties: ada, timestamp: new Date(atMs) }],
    }),
  });
  if (!response.ok) throw new Error(await response.text());
  const names = () => api<{ results: { count: number }[] }>(app, 'GET', '/event_definitions/');
  const stored = async () => (await names()).results.reduce((sum, { count }) => sum + count, 0);
  await expect.poll(stored, { timeout: WAIT_MS }).toBe(batch.length + 1);
}
