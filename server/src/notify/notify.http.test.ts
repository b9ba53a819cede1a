// Channels over HTTP and the whole way of a message, against a scripted receiver and a moved clock.
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { createEventBus } from '#kernel/events';
import { systemActor } from '#platform/ctx';
import { unsealedConfigs } from './test-channels.service.ts';
import type { NotificationMessage } from './message.ts';
import { queueNotification } from './notify.service.ts';
import { sendDue } from './sender.job.ts';
import { signWebhook } from './signing.client.ts';
import { type Receiver, startReceiver } from './test-receiver.ts';
import { createOutgoing } from '#platform/http/outgoing';

const START = Date.UTC(2026, 10, 30, 9);
const MINUTE_MS = 60_000;
/** The application's own sender rests: these tests say when something is sent. */
const HOUR_MS = 3_600_000;
const clock = new ManualClock(START);
const SEAL_KEY = 'a key for tests only';
const BASE = '/api/projects/@current/notification_channels/';
let app: TestApp;
let receiver: Receiver;
let subject = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  app = await startTestApp({ clock, notifications: { secretKey: SEAL_KEY, intervalMs: HOUR_MS } });
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  subject += 1;
  clock.advance(10 * MINUTE_MS);
});

const post = (url: string, body?: unknown) => app.ask('POST', url, body);

async function channel(config: object, fields: object = {}) {
  const { status, body } = await post(BASE, { name: 'one', config, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

async function queue(change: Partial<NotificationMessage> = {}): Promise<void> {
  await queueNotification(
    { ...app.ctx, actor: systemActor('test'), events: createEventBus() },
    {
      projectId: app.projectId,
      subject: `subject-${subject}`,
      message: {
        type: 'rollout.yellow',
        severity: 'warning',
        title: 'T',
        summary: 'S',
        facts: [],
        links: [{ text: 'Open', url: '/rollouts/1' }],
        source: 'flag/production',
        incident: { key: `incident-${subject}`, step: 'open' },
        data: {},
        ...change,
      },
    },
  );
}

const send = () =>
  sendDue(app.ctx, {
    sealKey: async () => SEAL_KEY,
    transport: {
      outgoing: createOutgoing({ allowedPrivate: ['127.0.0.1'] }),
      mailer: undefined,
      baseUrl: 'http://serin.test',
    },
    random: () => 0,
  });

const logOf = async (id: string) => (await app.ask('GET', `${BASE}${id}/deliveries/`)).body.results;
const remove = (id: string) => app.ask('DELETE', `${BASE}${id}/`);

test('a webhook is signed over the exact bytes, and its secret is shown once', async () => {
  const {
    id,
    signing_secret: secret,
    hint,
  } = await channel({
    kind: 'webhook',
    url: `${receiver.url}/hook`,
  });
  expect(secret).toMatch(/^whsec_/);
  expect(hint).toBe(receiver.url.replace('http://', ''));
  const listed = (await app.ask('GET', BASE)).body.results;
  expect(JSON.stringify(listed)).not.toContain(secret);
  await queue();
  await send();
  const [request] = receiver.received;
  const { 'webhook-id': messageId, 'webhook-timestamp': at } = request!.headers;
  const signed = { id: String(messageId), timestamp: Number(at), body: request!.body };
  expect(request!.headers['webhook-signature']).toBe(signWebhook([secret], signed));
  expect(JSON.parse(request!.body).data.links[0].url).toBe('http://serin.test/rollouts/1');
  const rotated = (await post(`${BASE}${id}/rotate_secret/`)).body.signing_secret;
  await queue();
  await send();
  const both = String(receiver.received[1]!.headers['webhook-signature']).split(' ');
  expect(both).toHaveLength(2);
  expect(rotated).not.toBe(secret);
  await remove(id);
});

test('failures are tried again under the same id; what a receiver refuses is not', async () => {
  const { id } = await channel({ kind: 'webhook', url: `${receiver.url}/flaky` });
  receiver.script(
    '/flaky',
    { status: 500 },
    { status: 200, isReset: true },
    { status: 429, headers: { 'retry-after': '900' } },
    { status: 200 },
  );
  await queue();
  await send();
  expect((await logOf(id))[0]).toMatchObject({ state: 'pending', attempts: 1, status: 500 });
  clock.advance(5_000);
  await send();
  clock.advance(5 * MINUTE_MS);
  await send();
  expect((await logOf(id))[0]).toMatchObject({ attempts: 3, status: 429 });
  clock.advance(14 * MINUTE_MS);
  await send();
  expect(receiver.received).toHaveLength(3);
  clock.advance(20 * MINUTE_MS);
  await send();
  expect((await logOf(id))[0]).toMatchObject({ state: 'sent', attempts: 4 });
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

  receiver.script('/flaky', { status: 400, body: 'no_service' });
  await queue();
  await send();
  expect((await logOf(id))[0]).toMatchObject({
    state: 'failed',
    status: 400,
    answer: 'no_service',
  });
  receiver.script('/flaky', { status: 410 });
  await queue();
  await send();
  const [listed] = (await app.ask('GET', BASE)).body.results;
  expect(listed).toMatchObject({ enabled: false, disabled_reason: expect.stringContaining('410') });
  await remove(id);
});

test('one subject reaches a channel in order, whatever fails', async () => {
  const { id } = await channel({ kind: 'webhook', url: `${receiver.url}/order` });
  receiver.script('/order', { status: 503 }, { status: 200 });
  await queue({ title: 'first' });
  await queue({ title: 'second' });
  await send();
  expect(receiver.received).toHaveLength(1);
  clock.advance(6_000);
  await send();
  const titles = receiver.received.map(({ body }) => JSON.parse(body).data.title);
  expect(titles).toEqual(['first', 'first', 'second']);
  await remove(id);
});

test('people get one message a minute, except when it burns', async () => {
  const { id } = await channel({ kind: 'slack', url: `${receiver.url}/slack` });
  await queue({ title: 'one' });
  await send();
  await queue({ title: 'two', severity: 'info' });
  await queue({ title: 'three', severity: 'info' });
  await send();
  expect(receiver.received).toHaveLength(1);
  clock.advance(MINUTE_MS);
  await send();
  expect(receiver.received).toHaveLength(2);
  expect(receiver.received[1]!.body).toContain('three');
  expect(receiver.received[1]!.body).toContain('two');
  await queue({ title: 'four', severity: 'error' });
  await send();
  expect(receiver.received).toHaveLength(3);
  expect((await logOf(id)).map(({ state }: { state: string }) => state)).toEqual([
    'sent',
    'sent',
    'merged',
    'sent',
  ]);
  await remove(id);
});

test('a Slack bot keeps one thread an incident', async () => {
  const { id } = await channel({
    kind: 'slack_bot',
    token: 'xoxb-1',
    channel: 'C1',
    api_url: `${receiver.url}/api`,
  });
  receiver.script(
    '/api/chat.postMessage',
    { status: 200, body: '{"ok":true,"ts":"1.5"}' },
    { status: 200, body: '{"ok":true,"ts":"1.6"}' },
    { status: 200, body: '{"ok":false,"error":"channel_not_found"}' },
  );
  await queue({ severity: 'error' });
  await send();
  await queue({ severity: 'error' });
  await send();
  const [first, second] = receiver.received.map(({ body }) => JSON.parse(body));
  expect(first).not.toHaveProperty('thread_ts');
  expect(second.thread_ts).toBe('1.5');
  await queue({ severity: 'error' });
  await send();
  expect((await logOf(id))[0]).toMatchObject({ state: 'failed', error: 'channel_not_found' });
  await remove(id);
});

test('a channel hears only what it asked for', async () => {
  const fields = { types: ['rollout.red'], least_severity: 'error' };
  const { id } = await channel({ kind: 'webhook', url: `${receiver.url}/some` }, fields);
  await queue();
  await queue({ type: 'rollout.red', severity: 'warning' });
  await queue({ type: 'rollout.red', severity: 'critical' });
  await send();
  expect(receiver.received).toHaveLength(1);
  await remove(id);
});

test('senders side by side send everything once', async () => {
  const { id } = await channel({ kind: 'webhook', url: `${receiver.url}/once` });
  for (let i = 0; i < 15; i += 1) await queue({ title: String(i) });
  await Promise.all([send(), send(), send()]);
  await send();
  const titles = receiver.received.map(({ body }) => JSON.parse(body).data.title);
  expect(titles).toEqual(Array.from({ length: 15 }, (_, i) => String(i)));
  await remove(id);
});

test('the test button says what came of it', async () => {
  const { id } = await channel({
    kind: 'pagerduty',
    routing_key: 'r'.repeat(32),
    api_url: receiver.url,
  });
  receiver.script('/v2/enqueue', { status: 202, body: '{"status":"success"}' });
  const good = await post(`${BASE}${id}/test/`);
  expect(good.body).toMatchObject({ ok: true, status: 202 });
  const actions = receiver.received.map(({ body }) => JSON.parse(body).event_action);
  expect(actions).toEqual(['trigger', 'resolve']);
  receiver.script('/v2/enqueue', { status: 400, body: 'bad key' });
  expect((await post(`${BASE}${id}/test/`)).body).toMatchObject({ ok: false, answer: 'bad key' });
  await remove(id);
});

test('addresses in private networks are not called', async () => {
  const { id } = await channel({ kind: 'webhook', url: 'http://10.0.0.1/hook' });
  const { body } = await post(`${BASE}${id}/test/`);
  expect(body).toMatchObject({ ok: false, status: null });
  expect(body.error).toContain('SERIN_ALLOWED_PRIVATE_HOSTS');
  await remove(id);
});

test('secrets are sealed in the store and are in no audit entry', async () => {
  const { id } = await channel({ kind: 'opsgenie', api_key: 'genie-secret', team: 'ops' });
  const [stored] = await unsealedConfigs(app.ctx, SEAL_KEY, id);
  expect(stored!.box).not.toContain('genie-secret');
  expect(stored!.config).toMatchObject({ apiKey: 'genie-secret' });
  await app.ask('PATCH', `${BASE}${id}/`, { name: 'renamed' });
  const url = `/api/projects/@current/activity_log/?resource_kind=notification_channel&resource_id=${id}`;
  const { body } = await app.ask('GET', url);
  expect(body.results.map(({ action }: { action: string }) => action)).toEqual([
    'updated',
    'created',
  ]);
  expect(JSON.stringify(body)).not.toContain('genie-secret');
  await remove(id);
});

const URL_ATTR = 'config.url';
test.each([
  ['no config', { name: 'x' }, 'required', 'config'],
  ['an unknown kind', { name: 'x', config: { kind: 'fax' } }, 'invalid_input', 'config.kind'],
  ['no address', { name: 'x', config: { kind: 'slack' } }, 'required', URL_ATTR],
  [
    'another scheme',
    { name: 'x', config: { kind: 'slack', url: 'file:///etc/passwd' } },
    'invalid_input',
    URL_ATTR,
  ],
  [
    'an unknown field',
    { name: 'x', config: { kind: 'slack', url: 'https://a.b', x: 1 } },
    'invalid_input',
    'config.x',
  ],
  [
    'a short key',
    { name: 'x', config: { kind: 'pagerduty', routing_key: 'r' } },
    'invalid_input',
    'config.routing_key',
  ],
  ['no recipient', { name: 'x', config: { kind: 'email', to: [] } }, 'invalid_input', 'config.to'],
  [
    'a recipient that is none',
    { name: 'x', config: { kind: 'email', to: ['x'] } },
    'invalid_input',
    'config.to.0',
  ],
  [
    'an unknown type',
    { name: 'x', types: ['x'], config: { kind: 'slack', url: 'https://a.b' } },
    'invalid_input',
    'types.0',
  ],
  [
    'an empty name',
    { name: ' ', config: { kind: 'slack', url: 'https://a.b' } },
    'invalid_input',
    'name',
  ],
  [
    'a retired connector',
    { name: 'x', config: { kind: 'teams', url: 'https://a.webhook.office.com/1' } },
    'invalid_input',
    URL_ATTR,
  ],
])('refused by name: %s', async (_what, input, code, attr) => {
  const { status, body } = await post(BASE, input);
  expect({ status, code: body.code, attr: body.attr }).toEqual({ status: 400, code, attr });
  expect((await app.ask('GET', BASE)).body.count).toBe(0);
});

test('a channel keeps its kind, and others projects see nothing', async () => {
  const { id } = await channel({ kind: 'slack', url: 'https://hooks.example/1' });
  const config = { kind: 'discord', url: 'https://discord.example/1' };
  const refused = await app.ask('PATCH', `${BASE}${id}/`, { config });
  expect(refused.body).toMatchObject({ code: 'invalid_input', attr: 'config.kind' });
  const other = (await post('/api/projects/', { name: 'Other' })).body.id;
  const url = `/api/projects/${other}/notification_channels/`;
  expect((await app.ask('GET', url)).body.count).toBe(0);
  for (const [method, path] of [
    ['PATCH', `${id}/`],
    ['DELETE', `${id}/`],
    ['POST', `${id}/test/`],
    ['GET', `${id}/deliveries/`],
  ] as const) {
    const answer = await app.ask(method, url + path, method === 'PATCH' ? {} : undefined);
    expect(answer.status).toBe(404);
  }
  await remove(id);
});

test('mails of an incident arrive as one thread', async () => {
  const mails: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => {
    smtp.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = smtp.server.address() as { port: number };
  const withMail = await startTestApp({
    notifications: {
      secretKey: SEAL_KEY,
      smtp: { url: `smtp://127.0.0.1:${port}`, from: 'serin@example.com' },
    },
  });
  const config = { kind: 'email', to: ['ada@example.com'] };
  const created = await withMail.ask('POST', BASE, { name: 'mail', config });
  const tested = await withMail.ask('POST', `${BASE}${created.body.id}/test/`);
  expect(tested.body).toMatchObject({ ok: true });
  expect(mails[0]).toMatch(/Auto-Submitted: auto-generated/i);
  expect(mails[0]).toMatch(/To: ada@example\.com/);
  expect(mails[0]).toMatch(/Message-ID: <[0-9a-f-]+@serin\.test>/i);
  await withMail.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});
