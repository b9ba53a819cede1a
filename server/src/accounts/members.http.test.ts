import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '#kernel/clock';
import { type TestApp, startTestApp } from '#app/test-app';
import type { TestPerson } from '#app/test-people';

const DAY_MS = 24 * 3_600_000;
const PEOPLE = '/api/organization/';
const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
let t: TestApp;
let ada: TestPerson;

beforeAll(async () => {
  t = await startTestApp({ clock });
  ada = await t.signIn();
});
afterAll(() => t.close());

const post = (path: string, payload: object) => t.inject({ method: 'POST', url: path, payload });

test('an invitation says to what it is, makes an account once, and signs in', async () => {
  const { status, body } = await ada.ask('POST', `${PEOPLE}invites/`, { email: 'Bob@example.com' });
  expect(status).toBe(201);
  const look = await post('/api/invites/look/', { token: body.token });
  expect(look.json()).toMatchObject({
    email: 'Bob@example.com',
    organization_name: 'Test',
    invited_by: t.email,
  });
  const account = { token: body.token, name: 'Bob', password: 'battery staple' };
  const accepted = await post('/api/invites/accept/', account);
  expect(accepted.statusCode).toBe(201);
  const bob = String(accepted.headers['set-cookie']);
  const projects = await t.inject({ url: '/api/projects/', headers: { cookie: bob } });
  expect(projects.json<{ count: number }>().count).toBe(1);
  const again = await post('/api/invites/accept/', account);
  expect(again.json()).toMatchObject({ code: 'permission_denied', attr: 'token' });
  const login = { email: 'bob@example.com', password: 'battery staple' };
  expect((await post('/api/login/', login)).statusCode).toBe(200);
  const { body: members } = await ada.ask('GET', `${PEOPLE}members/`);
  expect(members.results.map((one: { email: string }) => one.email)).toEqual([
    'ada@example.com',
    'Bob@example.com',
  ]);
});

test('two who use one link at once get one account', async () => {
  const { body } = await ada.ask('POST', `${PEOPLE}invites/`, { email: 'twice@example.com' });
  const account = { token: body.token, name: 'Twice', password: 'battery staple' };
  const both = await Promise.all([1, 2].map(() => post('/api/invites/accept/', account)));
  expect(both.map((one) => one.statusCode).toSorted((a, b) => a - b)).toEqual([201, 403]);
});

test('a link can be taken back, is replaced by a newer one, and runs out', async () => {
  const first = (await ada.ask('POST', `${PEOPLE}invites/`, { email: 'carol@example.com' })).body;
  const second = (await ada.ask('POST', `${PEOPLE}invites/`, { email: 'Carol@example.com' })).body;
  expect((await post('/api/invites/look/', { token: first.token })).statusCode).toBe(403);
  expect((await post('/api/invites/look/', { token: second.token })).statusCode).toBe(200);
  expect((await ada.ask('DELETE', `${PEOPLE}invites/${second.id}/`)).status).toBe(204);
  expect((await ada.ask('DELETE', `${PEOPLE}invites/${second.id}/`)).status).toBe(404);
  expect((await post('/api/invites/look/', { token: second.token })).statusCode).toBe(403);
  const third = (await ada.ask('POST', `${PEOPLE}invites/`, { email: 'carol@example.com' })).body;
  expect((await ada.ask('GET', `${PEOPLE}invites/`)).body.count).toBe(1);
  clock.advance(7 * DAY_MS + 1);
  expect((await post('/api/invites/look/', { token: third.token })).statusCode).toBe(403);
  expect((await ada.ask('GET', `${PEOPLE}invites/`)).body.count).toBe(0);
});

test('who is taken out is signed out, and keys stop working; nobody takes out oneself', async () => {
  const dan = await t.join('dan@example.com');
  const made = await t.inject({
    method: 'POST',
    url: '/api/personal_api_keys/',
    headers: { cookie: dan.cookie },
    payload: { label: 'CI', scopes: ['*'] },
  });
  const headers = { authorization: `Bearer ${made.json<{ value: string }>().value}` };
  expect((await t.inject({ url: '/api/projects/', headers })).statusCode).toBe(200);
  expect((await dan.ask('DELETE', `${PEOPLE}members/${dan.id}/`)).body).toMatchObject({
    code: 'conflict',
  });
  expect((await ada.ask('DELETE', `${PEOPLE}members/${dan.id}/`)).status).toBe(204);
  expect((await t.inject({ url: '/api/projects/', headers })).statusCode).toBe(401);
  expect((await dan.ask('GET', `${PEOPLE}members/`)).status).toBe(401);
  expect((await ada.ask('DELETE', `${PEOPLE}members/${dan.id}/`)).status).toBe(404);
});

test('two who take each other out at once leave one', async () => {
  const [eve, fay] = [await t.join('eve@example.com'), await t.join('fay@example.com')];
  const answers = await Promise.all([
    eve.ask('DELETE', `${PEOPLE}members/${fay.id}/`),
    fay.ask('DELETE', `${PEOPLE}members/${eve.id}/`),
  ]);
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
});

test.each([
  ['invites/', {}, 'email', 'required'],
  ['invites/', { email: 'nobody' }, 'email', 'invalid_input'],
  ['invites/', { email: 'x@example.com', role: 'admin' }, 'role', 'invalid_input'],
  ['invites/', { email: 'ADA@example.com' }, 'email', 'unique'],
])('%s refuses %j by field', async (path, body, attr, code) => {
  expect(await ada.ask('POST', `${PEOPLE}${path}`, body)).toMatchObject({
    status: 400,
    body: { attr, code },
  });
});

test.each([
  [{ token: 'wrong', name: 'X', password: 'long enough' }, 'token', 'permission_denied'],
  [{ token: 'wrong', name: 'X', password: 'short' }, 'password', 'invalid_input'],
  [{ name: 'X', password: 'long enough' }, 'token', 'required'],
])('accepting %j is refused by field', async (body, attr, code) => {
  expect((await post('/api/invites/accept/', body)).json()).toMatchObject({ attr, code });
});

test('an API key may look at the people, but not invite or remove', async () => {
  expect((await t.ask('GET', '/api/organization/members/')).status).toBe(200);
  const refused = await t.ask('POST', '/api/organization/invites/', { email: 'x@example.com' });
  expect(refused).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
});
