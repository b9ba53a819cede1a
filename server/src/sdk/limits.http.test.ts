// Limits of what may be sent and asked for, on the whole application and a clock of the test's own.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';

const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
const rateLimits = {
  eventsPerEnvironment: 1,
  recordingBytesPerEnvironment: 100_000,
  flagRequestsPerEnvironment: 0.5,
  apiRequestsPerKey: 20,
};
let serin: TestApp;
let token: string;

beforeAll(async () => {
  serin = await startTestApp({ clock, rateLimits });
  ({ token } = serin.production);
});
afterAll(() => serin.close());

const eventsOf = (count: number, name = 'e') =>
  Array.from({ length: count }, () => ({
    event: name,
    distinct_id: 'sender',
    uuid: crypto.randomUUID(),
  }));

async function send(batch: object[], headers: Record<string, string> = {}, path = '/batch/') {
  const payload = { api_key: token, batch };
  const { statusCode, headers: answer } = await serin.inject({
    method: 'POST',
    url: path,
    headers,
    payload,
  });
  return [statusCode, answer['retry-after']];
}

test('events above the limit are sent again later, and counted as a warning', async () => {
  expect(await send(eventsOf(12))).toEqual([200, undefined]);
  const [first, second] = [eventsOf(3, 'late'), eventsOf(3, 'late')];
  expect(await send(first)).toEqual([503, '2']);
  expect(await send(second, {}, '/e/')).toEqual([503, '2']);
  const beacon = { 'sec-fetch-mode': 'no-cors' };
  expect(await send(eventsOf(1), beacon, '/e/')).toEqual([200, undefined]);
  clock.advance(2000);
  expect(await send(first)).toEqual([503, '1']);
  // A third time it is taken, whatever is owed.
  expect(await send(first)).toEqual([200, undefined]);
  const url = '/api/projects/@current/ingestion_warnings/';
  await expect
    .poll(async () => (await serin.ask('GET', url)).body.results, { timeout: 60_000 })
    .toMatchObject([
      {
        type: 'events_rate_limited',
        effect: 'kept',
        count: 3,
        example: { event: 'late', distinct_id: 'sender', detail: expect.stringContaining('1 per') },
      },
    ]);
});

test('recordings above the limit of their environment, of whatever session, are sent again later', async () => {
  await serin.ask('PATCH', '/api/projects/@current/recording_settings/', { enabled: true });
  const record = async (session: string, pad = '') => {
    const click = { source: 2, type: 2, id: 1, x: 1, y: 1 };
    const data = [{ type: 3, timestamp: clock.now(), data: click }];
    const of = { token, $session_id: session, distinct_id: 'ada' };
    const { statusCode, headers } = await serin.inject({
      method: 'POST',
      url: '/s/',
      headers: { 'content-type': 'text/plain' },
      payload: JSON.stringify([
        { event: '$snapshot', properties: { ...of, $snapshot_data: data, pad } },
      ]),
    });
    return [statusCode, headers['retry-after']];
  };
  // A session in a loop: what is refused of it is not counted for all. A small request counts as 4 KiB, and ten seconds
  // of 20 requests and of 100,000 bytes may come at once.
  const looped = await Promise.all(Array.from({ length: 250 }, () => record('loop')));
  expect(looped.filter(([status]) => status === 200)).toHaveLength(200);
  expect(await record('one', 'x'.repeat(160_000))).toEqual([200, undefined]);
  expect(await record('two', 'x'.repeat(160_000))).toEqual([503, '2']);
  clock.advance(2000);
  expect(await record('two', 'x'.repeat(160_000))).toEqual([200, undefined]);
  const url = '/api/projects/@current/ingestion_warnings/';
  await expect
    .poll(async () => (await serin.ask('GET', url)).body.results, { timeout: 60_000 })
    .toContainEqual(expect.objectContaining({ type: 'recordings_rate_limited', count: 1 }));
});

test('capture v1 is told the same', async () => {
  const answer = await serin.inject({
    method: 'POST',
    url: '/i/v1/analytics/events',
    headers: { authorization: `Bearer ${token}` },
    payload: { batch: eventsOf(1) },
  });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, expect.any(String)]);
});

test('an environment may have a limit of its own, by the settings', async () => {
  const url = '/api/projects/@current/environments/production/';
  const change = { events_per_second: 1000 };
  const { status, body } = await serin.ask('PATCH', url, change);
  expect([status, body.events_per_second]).toEqual([200, 1000]);
  // What is owed is owed in time, and ten seconds of it are free.
  clock.advance(10_000);
  for (let i = 0; i < 5; i += 1) expect(await send(eventsOf(1000))).toEqual([200, undefined]);
  const refused = await serin.ask('PATCH', url, { events_per_second: 0 });
  expect(refused.body).toMatchObject({ code: 'invalid_input', attr: 'events_per_second' });
  await serin.ask('PATCH', url, { events_per_second: null });
  expect((await serin.ask('GET', '/api/projects/@current/environments/')).body.results).toEqual(
    expect.arrayContaining([expect.objectContaining({ events_per_second: null })]),
  );
});

test('flags: 429 with whole seconds, for PostHog SDKs and OpenFeature', async () => {
  const flags = { method: 'POST', url: '/flags/?v=2' } as const;
  const ofrep = { method: 'POST', url: '/ofrep/v1/evaluate/flags' } as const;
  const payload = { api_key: token, distinct_id: 'p' };
  const headers = { authorization: `Bearer ${token}` };
  for (let i = 0; i < 5; i += 1) {
    expect((await serin.inject({ ...flags, payload })).statusCode).toBe(200);
  }
  const refused = await serin.inject({ ...flags, payload });
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '2']);
  expect(refused.json()).toMatchObject({ code: 'rate_limit_exceeded', detail: expect.any(String) });
  const other = await serin.inject({ ...ofrep, headers, payload: { context: {} } });
  expect([other.statusCode, other.headers['retry-after']]).toEqual([429, '2']);
  expect(other.json()).toMatchObject({ errorCode: 'GENERAL', errorDetails: expect.any(String) });
  // Servers have a share of their own: whoever knows only the token does not keep them waiting.
  const definitions = () =>
    serin.inject({
      url: `/flags/definitions?token=${token}`,
      headers: { authorization: `Bearer ${serin.apiKey}` },
    });
  for (let i = 0; i < 5; i += 1) expect((await definitions()).statusCode).toBe(200);
  expect((await definitions()).statusCode).toBe(429);
  clock.advance(2000);
  expect((await serin.inject({ ...ofrep, headers, payload: { context: {} } })).statusCode).toBe(
    200,
  );
});

test('the management API: by key', async () => {
  const url = '/api/projects/@current/environments/';
  const answers = await Promise.all(
    Array.from({ length: 250 }, () =>
      serin.inject({ url, headers: { authorization: `Bearer ${serin.apiKey}` } }),
    ),
  );
  const refused = answers.filter(({ statusCode }) => statusCode === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(250 - refused.length);
  expect(refused[0]?.headers['retry-after']).toBe('1');
  const person = await serin.signIn();
  expect((await person.ask('GET', url)).status).toBe(200);
});
