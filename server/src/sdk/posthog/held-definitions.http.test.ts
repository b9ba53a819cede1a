// Requests for definitions that wait: who waits, for how long, and what ends it. Over a real port.
import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

const FLAGS = '/api/projects/@current/feature_flags/';
const NODE = 'posthog-node/5.70.0';
/** Long enough to be seen, short enough for a test. */
const LONGEST_MS = 1500;
const PER_ENVIRONMENT = 3;

let serin: TestApp;
let port: number;
let flagId: number;

beforeAll(async () => {
  serin = await startTestApp({
    holdLimits: { longestMs: LONGEST_MS, perEnvironment: PER_ENVIRONMENT },
  });
  await serin.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = serin.app.server.address() as AddressInfo);
  const filters = { groups: [{ properties: [], rollout_percentage: 100 }] };
  ({
    body: { id: flagId },
  } = await serin.ask('POST', FLAGS, { key: 'held', filters }));
});

afterAll(() => serin.close());

type Answer = { status: number; etag: string; body: string; tookMs: number };

function ask(etag: string | undefined, agent = NODE, path = '/flags/definitions') {
  const sinceMs = performance.now();
  const request = get({
    port,
    path: `${path}?token=${serin.production.token}&send_cohorts`,
    agent: false,
    headers: {
      authorization: `Bearer ${serin.apiKey}`,
      'user-agent': agent,
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    },
  });
  const answer = (async (): Promise<Answer> => {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
    return {
      status: response.statusCode ?? 0,
      etag: String(response.headers.etag),
      body,
      tookMs: performance.now() - sinceMs,
    };
  })();
  return { answer, leave: () => request.destroy() };
}

async function currentEtag(): Promise<string> {
  return (await ask(undefined).answer).etag;
}

let share = 0;
async function change(): Promise<void> {
  share += 1;
  const filters = { groups: [{ properties: [], rollout_percentage: share }] };
  await serin.ask('PATCH', `${FLAGS}${flagId}/`, { filters });
}

/** Resolves when so many requests wait. */
const waiting = (count: number) =>
  expect
    .poll(
      () =>
        new Promise<number>((resolve) => {
          serin.app.server.getConnections((_error, open) => resolve(open));
        }),
    )
    .toBeGreaterThanOrEqual(count);

test.each(['/flags/definitions', '/flags/definitions/', '/api/feature_flag/local_evaluation'])(
  '%s: a change answers at once, with the new definitions',
  async (path) => {
    const etag = await currentEtag();
    const held = ask(etag, NODE, path);
    await waiting(1);
    await change();
    const answer = await held.answer;
    expect(answer).toMatchObject({ status: 200, etag: await currentEtag() });
    expect(answer.etag).not.toBe(etag);
    expect(answer.body).toContain(`"rollout_percentage":${share}`);
  },
);

test('without a change the answer comes in time: 304, with the tag', async () => {
  const etag = await currentEtag();
  const answer = await ask(etag).answer;
  expect(answer).toMatchObject({ status: 304, etag, body: '' });
  expect(answer.tookMs).toBeGreaterThan(LONGEST_MS * 0.7);
});

test('a change elsewhere lets nobody go', async () => {
  const etag = await currentEtag();
  const held = ask(etag);
  await waiting(1);
  await serin.ask('PATCH', `${FLAGS}${flagId}/?environment=development`, { active: true });
  expect((await held.answer).status).toBe(304);
});

test.each([
  ['nothing known yet', undefined, NODE, 200],
  ['something else known', 'W/"other"', NODE, 200],
])('%s: answered at once', async (_name, etag, agent, status) => {
  const answer = await ask(etag, agent).answer;
  expect(answer.status).toBe(status);
});

test('clients that are not known to wait are answered at once', async () => {
  const etag = await currentEtag();
  // The first to be held is still held when the others have their answers.
  const held = ask(etag, 'posthog-go/1.6.0');
  for (const agent of ['curl/8.5.0', 'posthog-php/3.6.0', 'Mozilla/5.0']) {
    expect((await ask(etag, agent).answer).status).toBe(304);
  }
  const first = await Promise.race([held.answer.then(() => 'held'), Promise.resolve('others')]);
  expect(first).toBe('others');
  await change();
  expect((await held.answer).status).toBe(200);
});

test('beyond the limit of an environment nobody waits', async () => {
  const etag = await currentEtag();
  const held = Array.from({ length: PER_ENVIRONMENT }, () => ask(etag));
  await waiting(PER_ENVIRONMENT);
  // Whichever comes last: one more than may wait is answered while the others wait.
  const answers = [...held, ask(etag)].map(({ answer }) => answer);
  expect((await Promise.race(answers)).status).toBe(304);
  await change();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(PER_ENVIRONMENT);
});

test('whoever keeps hanging up is held for less', async () => {
  const etag = await currentEtag();
  const agent = 'posthog-python/1.0.0 with a short timeout';
  const isImpatientFirst = async (): Promise<boolean> => {
    const held = ask(etag, agent);
    const patient = ask(etag);
    const first = await Promise.race([
      held.answer.then(() => true),
      patient.answer.then(() => false),
      new Promise<void>((resolve) => {
        setTimeout(resolve, 200);
      }),
    ]);
    held.answer.catch(() => undefined);
    patient.answer.catch(() => undefined);
    if (first === undefined) held.leave();
    await patient.answer;
    return first === true;
  };
  // Twice it waits and leaves; less than half a second is not worth it, so then it is not held at all.
  expect(await isImpatientFirst()).toBe(false);
  await expect.poll(isImpatientFirst).toBe(true);
});

test('HTTP/1.0 waits too, and its connection ends with the answer', async () => {
  const etag = await currentEtag();
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `GET /flags/definitions?token=${serin.production.token} HTTP/1.0\r\n` +
      `authorization: Bearer ${serin.apiKey}\r\nuser-agent: ${NODE}\r\nif-none-match: ${etag}\r\n\r\n`,
  );
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 304 /);
  expect(text.toLowerCase()).toContain(`etag: ${etag.toLowerCase()}`);
});

test('a server that stops answers those that wait', async () => {
  const etag = await currentEtag();
  const held = ask(etag);
  await waiting(1);
  const closing = serin.app.close();
  expect((await held.answer).status).toBe(304);
  await closing;
});
