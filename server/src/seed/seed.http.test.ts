// The demo shop in a whole Serin, read back through insights.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { type SeedOptions, SeedError, seedShop, tableOf } from './index.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const DAY_MS = 86_400_000;
const options: SeedOptions = {
  environment: 'production',
  seed: 3,
  untilMs: Math.floor(Date.now() / DAY_MS) * DAY_MS,
  people: 60,
};
const silent = () => undefined;

test('what is read back is what was made, also when it is done again', async () => {
  const first = await seedShop(app.ask, options, silent);
  expect(first.isRight, tableOf(first.lines)).toBe(true);
  const said: string[] = [];
  const again = await seedShop(app.ask, options, (words) => said.push(words));
  expect(again.lines).toEqual(first.lines);
  expect(said[0]).toBe('Flags, insights and dashboard are there.');

  const flags = await app.ask('GET', '/api/projects/@current/feature_flags/');
  const states = flags.body.results.map(({ key, active }: Record<string, unknown>) => [
    key,
    active,
  ]);
  expect(states).toEqual(
    expect.arrayContaining([
      ['new-search', true],
      ['new-checkout', false],
    ]),
  );
  const dashboards = await app.ask('GET', '/api/projects/@current/dashboards/');
  expect(dashboards.body.results).toMatchObject([{ name: 'Rollout monitoring: new-checkout' }]);
});

test('what differs is told', async () => {
  const forgetful: typeof app.ask = async (method, url, body) => {
    const answer = await app.ask(method, url, body);
    const asked = JSON.stringify(body ?? {});
    return asked.includes('"dau"') ? { status: 200, body: { results: [] } } : answer;
  };
  const { lines, isRight } = await seedShop(forgetful, { ...options, rereads: 0 }, silent);
  expect(isRight).toBe(false);
  expect(tableOf(lines)).toMatch(/^people +60 +0 {2}differs$/m);
});

test('says what to do about an environment that there is not, and a key that is none', async () => {
  await expect(seedShop(app.ask, { ...options, environment: 'moon' }, silent)).rejects.toThrow(
    'There is no environment moon; there are production, development.',
  );
  const stranger: typeof app.ask = async () => ({ status: 401, body: { detail: 'Wrong key.' } });
  await expect(seedShop(stranger, options, silent)).rejects.toThrow(
    new SeedError('The project: Serin answered 401. Wrong key.'),
  );
});
