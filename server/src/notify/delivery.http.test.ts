// The whole way of a message, against a scripted receiver and a moved clock.
import { expect, test } from 'vitest';
import type { IncidentStep, NotificationMessage } from './message.ts';
import { signWebhook } from './signing.client.ts';
import { BASE, MINUTE_MS, NotifyWorld } from './test-notify.ts';

const world = new NotifyWorld();

test('a webhook is signed over the exact bytes, and its secret is shown once', async () => {
  const {
    id,
    signing_secret: secret,
    hint,
  } = await world.channel({
    kind: 'webhook',
    url: `${world.receiver.url}/hook`,
  });
  expect(secret).toMatch(/^whsec_/);
  expect(hint).toBe(world.receiver.url.replace('http://', ''));
  const listed = (await world.app.ask('GET', BASE)).body.results;
  expect(JSON.stringify(listed)).not.toContain(secret);
  await world.queue();
  await world.send();
  const [request] = world.receiver.received;
  const { 'webhook-id': messageId, 'webhook-timestamp': at } = request!.headers;
  const signed = { id: String(messageId), timestamp: Number(at), body: request!.body };
  expect(request!.headers['webhook-signature']).toBe(signWebhook([secret], signed));
  expect(JSON.parse(request!.body).data.links[0].url).toBe('http://serin.test/rollouts/1');
  const rotated = (await world.app.ask('POST', `${BASE}${id}/rotate_secret/`)).body.signing_secret;
  await world.queue();
  await world.send();
  const both = String(world.receiver.received[1]!.headers['webhook-signature']).split(' ');
  expect(both).toHaveLength(2);
  expect(rotated).not.toBe(secret);
  await world.remove(id);
});

test('failures are tried again under the same id; what a receiver refuses is not', async () => {
  const { id } = await world.channel({ kind: 'webhook', url: `${world.receiver.url}/flaky` });
  world.receiver.script(
    '/flaky',
    { status: 500 },
    { status: 200, isReset: true },
    { status: 429, headers: { 'retry-after': '900' } },
    { status: 200 },
  );
  await world.queue();
  await world.send();
  expect((await world.log(id))[0]).toMatchObject({ state: 'pending', attempts: 1, status: 500 });
  world.clock.advance(5_000);
  await world.send();
  world.clock.advance(5 * MINUTE_MS);
  await world.send();
  expect((await world.log(id))[0]).toMatchObject({ attempts: 3, status: 429 });
  world.clock.advance(14 * MINUTE_MS);
  await world.send();
  expect(world.receiver.received).toHaveLength(3);
  world.clock.advance(20 * MINUTE_MS);
  await world.send();
  expect((await world.log(id))[0]).toMatchObject({ state: 'sent', attempts: 4 });
  expect(new Set(world.receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

  world.receiver.script('/flaky', { status: 400, body: 'no_service' });
  await world.queue();
  await world.send();
  expect((await world.log(id))[0]).toMatchObject({
    state: 'failed',
    status: 400,
    answer: 'no_service',
  });
  world.receiver.script('/flaky', { status: 410 });
  await world.queue();
  await world.send();
  const [listed] = (await world.app.ask('GET', BASE)).body.results;
  expect(listed).toMatchObject({ enabled: false, disabled_reason: expect.stringContaining('410') });
  await world.remove(id);
});

test('one subject reaches a channel in order, whatever fails', async () => {
  const { id } = await world.channel({ kind: 'webhook', url: `${world.receiver.url}/order` });
  world.receiver.script('/order', { status: 503 }, { status: 200 });
  await world.queue({ title: 'first' });
  await world.queue({ title: 'second' });
  await world.send();
  expect(world.receiver.received).toHaveLength(1);
  world.clock.advance(6_000);
  await world.send();
  const titles = world.receiver.received.map(({ body }) => JSON.parse(body).data.title);
  expect(titles).toEqual(['first', 'first', 'second']);
  await world.remove(id);
});

test('pulling a kill switch that takes something away is told once', async () => {
  const { id } = await world.channel({ kind: 'webhook', url: `${world.receiver.url}/killed` });
  const flags = '/api/projects/@current/feature_flags/';
  const give = (rollout_percentage: number) => ({
    filters: { groups: [{ properties: [], rollout_percentage }] },
  });
  const kill = { key: 'stop', kind: 'kill_switch', ...give(0) };
  const { body: made } = await world.app.ask('POST', flags, kill);
  const pull = (percent: number, reason?: string) =>
    world.app.ask('PATCH', `${flags}${made.id}/`, { ...give(percent), reason });
  await pull(100);
  await pull(0);
  expect(await world.log(id)).toEqual([]);
  await world.app.ask('POST', flags, { key: 'checkout', kill_switch: 'stop', ...give(100) });
  for (const percent of [50, 100, 0]) await pull(percent, 'Orders are lost.');
  const told = {
    type: 'flag.killed',
    title: 'checkout in Production: kill switch stop is on',
  };
  expect(await world.log(id)).toMatchObject([told]);
  // A flag that gets a kill switch that is on already is killed as well.
  const { body: cart } = await world.app.ask('POST', flags, { key: 'cart', ...give(100) });
  await pull(100);
  for (const kill_switch of [null, 'stop', 'stop']) {
    await world.app.ask('PATCH', `${flags}${cart.id}/`, { kill_switch });
  }
  const titles = (await world.log(id)).map(({ title }: { title: string }) => title);
  expect(titles.filter((title: string) => title.startsWith('cart'))).toEqual([
    'cart in Production: kill switch stop is on',
  ]);
  await world.remove(id);
});

test('people get one message a minute, except when it burns', async () => {
  const { id } = await world.channel({ kind: 'slack', url: `${world.receiver.url}/slack` });
  await world.queue({ title: 'one' });
  await world.send();
  await world.queue({ title: 'two', severity: 'info' });
  await world.queue({ title: 'three', severity: 'info' });
  await world.send();
  expect(world.receiver.received).toHaveLength(1);
  world.clock.advance(MINUTE_MS);
  await world.send();
  expect(world.receiver.received).toHaveLength(2);
  expect(world.receiver.received[1]!.body).toContain('three');
  expect(world.receiver.received[1]!.body).toContain('two');
  await world.queue({ title: 'four', severity: 'error' });
  await world.send();
  expect(world.receiver.received).toHaveLength(3);
  expect((await world.log(id)).map(({ state }: { state: string }) => state)).toEqual([
    'sent',
    'sent',
    'merged',
    'sent',
  ]);
  await world.remove(id);
});

test('a Slack bot keeps one thread an incident', async () => {
  const { id } = await world.channel({
    kind: 'slack_bot',
    token: 'xoxb-1',
    channel: 'C1',
    api_url: `${world.receiver.url}/api`,
  });
  world.receiver.script(
    '/api/chat.postMessage',
    { status: 200, body: '{"ok":true,"ts":"1.5"}' },
    { status: 200, body: '{"ok":true,"ts":"1.6"}' },
    { status: 200, body: '{"ok":false,"error":"channel_not_found"}' },
  );
  await world.queue({ severity: 'error' });
  await world.send();
  await world.queue({ severity: 'error' });
  await world.send();
  const [first, second] = world.receiver.received.map(({ body }) => JSON.parse(body));
  expect(first).not.toHaveProperty('thread_ts');
  expect(second.thread_ts).toBe('1.5');
  await world.queue({ severity: 'error' });
  await world.send();
  expect((await world.log(id))[0]).toMatchObject({ state: 'failed', error: 'channel_not_found' });
  await world.remove(id);
});

test('a channel hears only what it asked for', async () => {
  const fields = { types: ['rollout.red'], least_severity: 'error' };
  const { id } = await world.channel(
    { kind: 'webhook', url: `${world.receiver.url}/some` },
    fields,
  );
  await world.queue();
  await world.queue({ type: 'rollout.red', severity: 'warning' });
  await world.queue({ type: 'rollout.red', severity: 'critical' });
  await world.send();
  expect(world.receiver.received).toHaveLength(1);
  await world.remove(id);
});

test('what nobody answers reaches one more level each time, and who was told hears how it goes on', async () => {
  const add = (level: number) =>
    world.channel(
      { kind: 'webhook', url: `${world.receiver.url}/level-${level}` },
      { name: `level ${level}`, level },
    );
  const channels = [await add(1), await add(3), await add(5)];
  const heard = async (change: Partial<NotificationMessage>, reach?: number) => {
    world.receiver.received.length = 0;
    await world.queue({ severity: 'critical', ...change }, reach);
    await world.send();
    return world.receiver.received.map(({ path }) => path).toSorted();
  };
  expect(await heard({ type: 'rollout.yellow' })).toEqual(['/level-1']);
  expect(await heard({ type: 'rollout.escalated' }, 2)).toEqual(['/level-1', '/level-3']);
  expect(await heard({ type: 'rollout.resumed' })).toEqual(['/level-1', '/level-3']);
  expect(await heard({ type: 'rollout.escalated' }, 9)).toHaveLength(3);
  expect(await heard({ incident: null })).toEqual(['/level-1']);
  for (const { id } of channels) await world.remove(id);
});

test('whoever was woken hears that somebody is at it and of the end; nobody else is paged for it', async () => {
  const config = {
    kind: 'pagerduty',
    routing_key: 'k'.repeat(32),
    api_url: `${world.receiver.url}/pd`,
  };
  // It asks for grave things only, and is told all the same what becomes of them.
  const { id } = await world.channel(config, { least_severity: 'warning' });
  const all = { ...config, api_url: `${world.receiver.url}/all` };
  const other = await world.channel(all);
  const paged = async (
    path: string,
    step: IncidentStep,
    change: Partial<NotificationMessage> & { readonly alert?: string } = {},
  ) => {
    world.receiver.received.length = 0;
    const { alert, ...rest } = change;
    await world.queue({ severity: 'info', ...rest }, 1, {
      step,
      ...(alert === undefined ? {} : { alert }),
    });
    await world.send();
    return world.receiver.received
      .filter((request) => request.path.startsWith(path))
      .map(({ body }) => JSON.parse(body).event_action ?? 'change');
  };
  // Nothing is open yet: a pause, and its end, page nobody.
  expect(await paged('/all', 'acknowledge', { severity: 'warning' })).toEqual(['change']);
  expect(await paged('/all', 'resolve')).toEqual(['change']);
  expect(await paged('/pd', 'open', { severity: 'error' })).toEqual(['trigger']);
  expect(await paged('/pd', 'acknowledge')).toEqual(['acknowledge']);
  // What is woken for apart is another alert: it has not been opened.
  expect(await paged('/all', 'resolve', { alert: 'rollback' })).toEqual(['change']);
  expect(await paged('/pd', 'open', { severity: 'error', alert: 'rollback' })).toEqual(['trigger']);
  expect(await paged('/pd', 'resolve', { alert: 'rollback' })).toEqual(['resolve']);
  expect(await paged('/pd', 'resolve')).toEqual(['resolve']);
  expect(await paged('/all', 'resolve')).toEqual(['change']);
  for (const one of [id, other.id]) await world.remove(one);
});

test('a page that cannot be delivered goes to the next channel in the order', async () => {
  const url = world.receiver.url;
  const pager = await world.channel(
    { kind: 'pagerduty', routing_key: 'k'.repeat(32), api_url: `${url}/pager` },
    { name: 'pager' },
  );
  const other = await world.channel({ kind: 'webhook', url: `${url}/second` }, { level: 2 });
  world.receiver.script('/pager/v2/enqueue', { status: 400, body: 'unknown key' });
  await world.queue({ severity: 'error' });
  await world.send();
  expect((await world.log(pager.id))[0]).toMatchObject({ state: 'failed', status: 400 });
  expect((await world.log(other.id))[0]).toMatchObject({ state: 'sent', fallback_of: 'pager' });
  for (const { id } of [pager, other]) await world.remove(id);
});

test('senders side by side send everything once', async () => {
  const { id } = await world.channel({ kind: 'webhook', url: `${world.receiver.url}/once` });
  for (let i = 0; i < 15; i += 1) await world.queue({ title: String(i) });
  await Promise.all([world.send(), world.send(), world.send()]);
  await world.send();
  const titles = world.receiver.received.map(({ body }) => JSON.parse(body).data.title);
  expect(titles).toEqual(Array.from({ length: 15 }, (_, i) => String(i)));
  await world.remove(id);
});
