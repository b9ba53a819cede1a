// People of a rollout, on the whole application: what they are asked, what they answer, and what they are told.
import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import { startReceiver } from '#notify/test-receiver';

const SOON = { timeout: 60_000, interval: 50 };
const BASE = '/api/projects/@current/rollouts/';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

let flags = 0;
/** A draft for everybody at once, on a flag of its own. */
async function aRollout(stage: object = {}): Promise<{ id: string; key: string }> {
  flags += 1;
  const key = `flag-${flags}`;
  const filters = { groups: [{ properties: [], rollout_percentage: 0 }] };
  await api.ask('POST', '/api/projects/@current/feature_flags/', { key, filters });
  const { status, body } = await api.ask('POST', BASE, {
    flag_key: key,
    stages: [{ name: '100 %', percent: 100, ...stage }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  expect(status).toBe(201);
  return { id: body.id, key };
}

const command = (id: string, name: string, body?: object) =>
  api.ask('POST', `${BASE}${id}/${name}/`, body);

test('a stage asks those who have the change a question, through clients of PostHog, and keeps the answers', async () => {
  const feedback = { channel: '#new-checkout', question: 'How is it?' };
  const { id, key } = await aRollout({ feedback });
  const token = api.production.token;
  const surveys = async () =>
    (await api.inject({ url: `/api/surveys/?token=${token}` })).json().surveys as { id: string }[];
  const config = async () => (await api.inject({ url: `/array/${token}/config` })).json();
  const target = `survey-targeting-${key}`;
  const flags = async () => {
    const payload = { token, distinct_id: 'ada' };
    const answer = await api.inject({ method: 'POST', url: '/flags/?v=2', payload });
    return answer.json().flags;
  };
  expect(await surveys()).toEqual([]);
  expect(await config()).not.toHaveProperty('surveys');
  expect(await flags()).not.toHaveProperty(target);
  await command(id, 'start');
  await expect.poll(surveys, SOON).toMatchObject([
    {
      id: `${id}-0`,
      linked_flag_key: null,
      targeting_flag_key: target,
      questions: [{ type: 'open', question: 'How is it?' }],
      end_date: null,
    },
  ]);
  expect(await config()).toMatchObject({ surveys: true });
  expect(await flags()).toMatchObject({ [key]: { enabled: true }, [target]: { enabled: true } });

  const said = (event: string, distinct_id: string, properties: object) => ({
    event,
    distinct_id,
    properties: { $survey_id: `${id}-0`, $session_id: 's1', ...properties },
  });
  const batch = [
    said('survey shown', 'ada', {}),
    said('survey sent', 'ada', { $survey_response: 'Fast.' }),
    said('survey shown', 'bob', {}),
    said('survey sent', 'cy', { [`$survey_response_${id}-0`]: 'Slow "here"' }),
    said('survey sent', 'dot', { $survey_id: 'another', $survey_response: 'Elsewhere.' }),
  ];
  await api.inject({ method: 'POST', url: '/batch/', payload: { api_key: token, batch } });
  const found = async (query = '') => (await api.ask('GET', `${BASE}${id}/feedback/${query}`)).body;
  await expect.poll(async () => (await found()).results.length, SOON).toBe(2);
  const { stages, results, has_more } = await found();
  expect(stages).toEqual([{ index: 0, name: '100 %', ...feedback, shown: 3, answered: 2 }]);
  const texts = results.map(({ text, distinct_id }: Record<string, string>) => [distinct_id, text]);
  expect(texts.toSorted()).toEqual([
    ['ada', 'Fast.'],
    ['cy', 'Slow "here"'],
  ]);
  expect(results[0]).toMatchObject({ stage_index: 0, session_id: 's1' });
  expect(has_more).toBe(false);
  expect(await found('?limit=1')).toMatchObject({ has_more: true });
  expect((await found('?stage_index=1')).results).toEqual([]);
  await command(id, 'rollback');
  await expect.poll(surveys, SOON).toEqual([]);
});

test('people who had a change are written to through Intercom once somebody has confirmed their number', async () => {
  const { id, key } = await aRollout();
  await command(id, 'start');
  const token = api.production.token;
  const called = (distinct_id: string) => ({
    event: '$feature_flag_called',
    distinct_id,
    properties: { $feature_flag: key, $feature_flag_response: true },
  });
  const batch = ['eve', 'fay', 'gus'].map(called);
  await api.inject({ method: 'POST', url: '/batch/', payload: { api_key: token, batch } });
  await command(id, 'rollback');
  const incidents = '/api/projects/@current/incidents/';
  const { results: found } = (await api.ask('GET', `${incidents}?rollout_id=${id}`)).body;
  const path = `${incidents}${found[0].id}/`;
  const people = async () => (await api.ask('GET', `${path}people/`)).body.results.length;
  await expect.poll(people, SOON).toBe(3);

  const receiver = await startReceiver();
  const contact = (one: string) =>
    JSON.stringify({ type: 'list', data: [{ id: one, role: 'user' }] });
  receiver.script('/contacts/search', { status: 200, body: contact('c1') });
  receiver.script('/me', { status: 200, body: '{"type":"admin"}' });
  const channels = '/api/projects/@current/notification_channels/';
  const config = { kind: 'intercom', token: 'dG9r', admin_id: '394051', api_url: receiver.url };
  const { body: channel } = await api.ask('POST', channels, { name: 'Users', config });
  expect(channel).toMatchObject({ kind: 'intercom', hint: 'admin 394051' });
  expect((await api.ask('POST', `${channels}${channel.id}/test/`)).body).toMatchObject({
    ok: true,
  });

  const send = (more: object) =>
    api.ask('POST', `${path}messages/`, { channel_id: channel.id, body: 'Sorry.', ...more });
  const refused = { status: 409, body: { attr: 'people', detail: expect.stringContaining('3') } };
  expect(await send({ people: 2 })).toMatchObject(refused);
  expect(await send({ people: 3, channel_id: 'x' })).toMatchObject({
    body: { attr: 'channel_id' },
  });
  expect(await send({ people: 3, message_type: 'email' })).toMatchObject({
    status: 400,
    body: { attr: 'subject' },
  });
  expect((await api.ask('GET', `${path}messages/`)).body).toEqual({ people: 3, results: [] });
  const mail = { people: 3, message_type: 'email', subject: 'About today' };
  expect(await send(mail)).toMatchObject({
    status: 200,
    body: {
      results: [
        { message_type: 'email', subject: 'About today', confirmed_by: expect.any(String) },
      ],
    },
  });
  const counts = async () => (await api.ask('GET', `${path}messages/`)).body.results[0].people;
  await expect.poll(counts, SOON).toEqual({ pending: 0, sent: 3, failed: 0 });
  const { timeline } = (await api.ask('GET', path)).body;
  expect(timeline.map(({ text }: { text: string }) => text)).toContain(
    'The people who had the change were written to: 3 reached, 0 not, 0 to come.',
  );
  const asked = receiver.received.filter(({ path: to }) => to === '/contacts/search');
  expect(asked.map(({ body }): string => JSON.parse(body).query.value).toSorted()).toEqual([
    'eve',
    'fay',
    'gus',
  ]);
  const sent = receiver.received.filter(({ path: to }) => to === '/messages');
  expect(sent).toHaveLength(3);
  expect(sent[0]?.headers).toMatchObject({
    authorization: 'Bearer dG9r',
    'intercom-version': '2.15',
  });
  expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
    message_type: 'email',
    subject: 'About today',
    template: 'plain',
    body: 'Sorry.',
    from: { type: 'admin', id: 394051 },
    to: { type: 'user', id: 'c1' },
    create_conversation_without_contact_reply: true,
  });

  // What Intercom sends back: a question to support, once, signed with the secret of its app.
  const { api_url, ...rest } = config;
  const secret = { config: { ...rest, api_url, client_secret: 'app secret' } };
  expect((await api.ask('PATCH', `${channels}${channel.id}/`, secret)).status).toBe(200);
  const webhook = async (notification: object, key = 'app secret', query = '') => {
    const payload = JSON.stringify(notification);
    const signature = `sha1=${createHmac('sha1', key).update(payload).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-hub-signature': signature };
    const url = `/api/intercom/${channel.id}/${query}`;
    const { statusCode, body } = await api.inject({ method: 'POST', url, payload, headers });
    return [statusCode, JSON.parse(body)];
  };
  const item = { type: 'conversation', id: '42', contacts: { contacts: [{ external_id: 'eve' }] } };
  const begun = { topic: 'conversation.user.created', data: { item } };
  for (const _ of ['first', 'again']) expect(await webhook(begun)).toEqual([200, { kept: 1 }]);
  expect(await webhook({ topic: 'ping' })).toEqual([200, { kept: 0 }]);
  expect(await webhook(begun, 'guessed')).toMatchObject([401, { code: 'not_authenticated' }]);
  const nowhere = [400, { code: 'invalid_input', attr: 'environment' }];
  expect(await webhook(begun, 'app secret', '?environment=moon')).toMatchObject(nowhere);
  const tickets = async () =>
    (await api.ask('GET', '/api/projects/@current/events/?event=support_ticket')).body.results;
  await expect
    .poll(tickets, SOON)
    .toMatchObject([{ distinct_id: 'eve', properties: { conversation_id: '42' } }]);

  // Nobody by that id; and a contact that is too new to be written to, which is tried again.
  receiver.script(
    '/contacts/search',
    { status: 200, body: '{"type":"list","data":[]}' },
    { status: 200, body: contact('c2') },
  );
  receiver.script('/messages', { status: 404, body: 'not found' });
  expect((await send({ people: 3 })).status).toBe(200);
  await expect.poll(counts, SOON).toEqual({ pending: 2, sent: 0, failed: 1 });

  // A message that Intercom may have taken is not sent again, one that certainly never reached it is.
  // Those of before are tried again in between where the machine is slow.
  const isNew = ({ path: to, body }: { readonly path: string; readonly body: string }) =>
    to === '/messages' && body.includes('Sorry again.');
  const messages = () => receiver.received.filter(isNew).length;
  const answered = Promise.withResolvers<void>();
  receiver.script('/messages', { status: 502, body: 'bad gateway', after: answered.promise });
  const before = messages();
  expect((await send({ people: 3, body: 'Sorry again.' })).status).toBe(200);
  // Whoever dies now has written down that it may have arrived: nobody claims it again.
  await expect.poll(() => messages() - before, SOON).toBe(3);
  expect(await counts()).toEqual({ pending: 0, sent: 0, failed: 3 });
  answered.resolve();
  await expect.poll(counts, SOON).toEqual({ pending: 0, sent: 0, failed: 3 });
  expect(messages() - before).toBe(3);

  // The same text goes out once, and once more under each name that the request is given.
  const already = { status: 409, body: { attr: 'body' } };
  expect(await send({ people: 3, body: 'Sorry again.' })).toMatchObject(already);
  const named = async (body: string) => {
    const headers = { authorization: `Bearer ${api.apiKey}`, 'idempotency-key': 'run-1' };
    const payload = { channel_id: channel.id, people: 3, body };
    const url = `${path}messages/`;
    const { statusCode, ...answer } = await api.inject({ method: 'POST', url, headers, payload });
    return [statusCode, answer.json().results?.length];
  };
  const all = (await api.ask('GET', `${path}messages/`)).body.results.length;
  const both = await Promise.all(['Sorry again.', 'Sorry again.'].map(named));
  expect([...both, await named('Sorry again.')]).toEqual(Array(3).fill([200, all + 1]));
  expect((await named('Another text.'))[0]).toBe(409);

  // Sealed with another key, the channel reaches nobody, and that is said.
  const { db } = api.ctx;
  await db
    .updateTable('notification_channel')
    .set({ config_box: Buffer.alloc(64).toString('base64') })
    .where('id', '=', channel.id)
    .execute();
  expect((await send({ people: 3, body: 'At last.' })).status).toBe(200);
  await expect.poll(counts, SOON).toEqual({ pending: 0, sent: 0, failed: 3 });
  await api.ask('DELETE', `${channels}${channel.id}/`);
  await receiver.close();
});

test('five recordings with the change that somebody has watched since the start tick the checklist', async () => {
  const { id, key } = await aRollout();
  await command(id, 'start');
  const sessions = Array.from({ length: 6 }, (_, i) => `watched-${key}-${i}`);
  const batch = sessions.map(($session_id, i) => ({
    event: 'seen',
    distinct_id: `viewer-${i}`,
    // The last one did not have it.
    properties: { $session_id, [`$feature/${key}`]: i < 5 },
  }));
  const payload = { api_key: api.production.token, batch };
  expect((await api.inject({ method: 'POST', url: '/batch/', payload })).statusCode).toBe(200);
  const watch = (seen: readonly string[]) =>
    sql`insert into recording_view (user_id, environment_id, session_id, first_viewed_at, last_viewed_at, audited_on)
      select 'ada', ${api.production.id}, s, now(), now(), now()::date from unnest(${seen}::text[]) as s`.execute(
      api.ctx.db,
    );
  const item = async () => {
    const { body } = await api.ask('GET', `${BASE}${id}/checklist/`);
    return (body.items as { id: string }[]).find((one) => one.id === 'replays');
  };
  expect(await item()).toMatchObject({ state: 'open', detail: '0 with the change watched' });
  await watch([...sessions.slice(0, 4), ...sessions.slice(5)]);
  await expect.poll(item, SOON).toMatchObject({ detail: '4 with the change watched' });
  await watch(sessions.slice(4, 5));
  expect(await item()).toMatchObject({ state: 'done', detail: '5 with the change watched' });
});
