// Bulk answers are put together in shared memory; those that wait for the same stored person end at the same moment.
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BULK, type OfrepApp, share, startOfrepApp } from './test-ofrep.ts';

const ASKERS = Array.from({ length: 40 }, (_, i) => i % 2 === 0);
let serin: OfrepApp;
let origin: string;

beforeAll(async () => {
  serin = await startOfrepApp();
  const isEven = { key: 'even', value: 'yes', type: 'person' };
  await serin.createFlag({ key: 'even', filters: { groups: [share(100, isEven)] } });
  await serin.app.listen({ port: 0, host: '127.0.0.1' });
  origin = `http://127.0.0.1:${(serin.app.server.address() as AddressInfo).port}`;
});

afterAll(() => serin.close());

async function valueFor(targetingKey: string, isEven: boolean): Promise<unknown> {
  const answer = await fetch(`${origin}${BULK}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serin.production.token}` },
    // The flag on the plan makes every answer wait for what is stored.
    body: JSON.stringify({ context: { targetingKey, even: isEven ? 'yes' : 'no' } }),
  });
  const { flags } = (await answer.json()) as { flags: { key: string; value: unknown }[] };
  return flags.find(({ key }) => key === 'even')?.value;
}

test('everybody gets the answer to their own question', async () => {
  for (let round = 0; round < 5; round += 1) {
    // Somebody new: all wait for one look into the store.
    const values = await Promise.all(ASKERS.map((isEven) => valueFor(`new-${round}`, isEven)));
    expect(values).toEqual(ASKERS);
  }
});
