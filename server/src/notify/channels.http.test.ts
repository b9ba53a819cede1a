// Channels over HTTP: tested, sealed, refused by name, scoped to their project.
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { startTestApp } from '#app/test-app';
import { unsealedConfigs } from './test-channels.service.ts';
import { BASE, NotifyWorld, SEAL_KEY } from './test-notify.ts';

const world = new NotifyWorld();

test('the test button says what came of it', async () => {
  const { id } = await world.channel({
    kind: 'pagerduty',
    routing_key: 'r'.repeat(32),
    api_url: world.receiver.url,
  });
  world.receiver.script('/v2/enqueue', { status: 202, body: '{"status":"success"}' });
  const good = await world.app.ask('POST', `${BASE}${id}/test/`);
  expect(good.body).toMatchObject({ ok: true, status: 202 });
  const actions = world.receiver.received.map(({ body }) => JSON.parse(body).event_action);
  expect(actions).toEqual(['trigger', 'resolve']);
  world.receiver.script('/v2/enqueue', { status: 400, body: 'bad key' });
  expect((await world.app.ask('POST', `${BASE}${id}/test/`)).body).toMatchObject({
    ok: false,
    answer: 'bad key',
  });
  await world.remove(id);
});

test('addresses in private networks are not called', async () => {
  const { id } = await world.channel({ kind: 'webhook', url: 'http://10.0.0.1/hook' });
  const { body } = await world.app.ask('POST', `${BASE}${id}/test/`);
  expect(body).toMatchObject({ ok: false, status: null });
  expect(body.error).toContain('SERIN_ALLOWED_PRIVATE_HOSTS');
  await world.remove(id);
});

test('secrets are sealed in the store and are in no audit entry', async () => {
  const { id } = await world.channel({ kind: 'opsgenie', api_key: 'genie-secret', team: 'ops' });
  const [stored] = await unsealedConfigs(world.app.ctx, SEAL_KEY, id);
  expect(stored!.box).not.toContain('genie-secret');
  expect(stored!.config).toMatchObject({ apiKey: 'genie-secret' });
  await world.app.ask('PATCH', `${BASE}${id}/`, { name: 'renamed' });
  const url = `/api/projects/@current/activity_log/?resource_kind=notification_channel&resource_id=${id}`;
  const { body } = await world.app.ask('GET', url);
  expect(body.results.map(({ action }: { action: string }) => action)).toEqual([
    'updated',
    'created',
  ]);
  expect(JSON.stringify(body)).not.toContain('genie-secret');
  await world.remove(id);
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
  const { status, body } = await world.app.ask('POST', BASE, input);
  expect({ status, code: body.code, attr: body.attr }).toEqual({ status: 400, code, attr });
  expect((await world.app.ask('GET', BASE)).body.count).toBe(0);
});

test('a channel keeps its kind, and others projects see nothing', async () => {
  const { id } = await world.channel({ kind: 'slack', url: 'https://hooks.example/1' });
  const config = { kind: 'discord', url: 'https://discord.example/1' };
  const refused = await world.app.ask('PATCH', `${BASE}${id}/`, { config });
  expect(refused.body).toMatchObject({ code: 'invalid_input', attr: 'config.kind' });
  const other = (await world.app.ask('POST', '/api/projects/', { name: 'Other' })).body.id;
  const url = `/api/projects/${other}/notification_channels/`;
  expect((await world.app.ask('GET', url)).body.count).toBe(0);
  for (const [method, path] of [
    ['PATCH', `${id}/`],
    ['DELETE', `${id}/`],
    ['POST', `${id}/test/`],
    ['GET', `${id}/deliveries/`],
  ] as const) {
    const answer = await world.app.ask(method, url + path, method === 'PATCH' ? {} : undefined);
    expect(answer.status).toBe(404);
  }
  await world.remove(id);
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
