// Experience continuity: people keep what they had before login. The vectors are those of PostHog's server,
// with one more: a person who appears a moment after the request.
import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let serin: TestApp;
let made = 0;
const HALF = { groups: [{ properties: [], rollout_percentage: 50 }] };

beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

async function aFlag(isKept = true): Promise<string> {
  made += 1;
  const key = `kept-${made}`;
  const { status } = await serin.ask('POST', '/api/projects/@current/feature_flags/', {
    key,
    filters: HALF,
    ensure_experience_continuity: isKept,
  });
  expect(status).toBe(201);
  return key;
}

const isIn = (key: string, id: string): boolean =>
  Number.parseInt(hash('sha1', `${key}.${id}`).slice(0, 15), 16) / 2 ** 60 <= 0.5;

/** An id that the flag gives, or does not give, to. */
function idWho(key: string, has: boolean, name: string): string {
  for (let i = 0; ; i += 1) {
    const id = `${name}-${made}-${i}`;
    if (isIn(key, id) === has) return id;
  }
}

async function flagsFor(distinctId: string, anonymousId?: string) {
  const answer = await serin.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: {
      token: serin.production.token,
      distinct_id: distinctId,
      ...(anonymousId === undefined ? {} : { $anon_distinct_id: anonymousId }),
    },
  });
  const body = answer.json<{
    errorsWhileComputingFlags: boolean;
    flags: Record<string, { enabled: boolean; failed?: boolean }>;
  }>();
  return { ...body, value: (key: string) => body.flags[key]?.enabled };
}

async function send(event: string, distinctId: string, properties: object = {}): Promise<void> {
  const payload = { token: serin.production.token, event, distinct_id: distinctId, properties };
  await serin.inject({ method: 'POST', url: '/e/', payload });
}

/** Resolves once a person has the id. */
async function isKnown(distinctId: string): Promise<string> {
  const url = `/api/projects/@current/persons/?distinct_id=${distinctId}`;
  await expect.poll(async () => (await serin.ask('GET', url)).body.count).toBe(1);
  return (await serin.ask('GET', url)).body.results[0].id;
}

async function aPerson(distinctId: string): Promise<void> {
  await send('$set', distinctId, { $set: { seen: true } });
  await isKnown(distinctId);
}

const countRows = async (): Promise<number> => {
  const [row] = await serin.ctx.db
    .selectFrom('hash_key_override')
    .select((query) => query.fn.countAll<string>().as('count'))
    .execute();
  return Number(row?.count);
};

test('known people keep the bucket of their anonymous id, also when the request no longer names it', async () => {
  const key = await aFlag();
  const plain = await aFlag(false);
  const user = idWho(key, false, 'user');
  const anonymous = idWho(key, true, 'anon');
  await aPerson(user);
  await aPerson(anonymous);
  expect((await flagsFor(user)).value(key)).toBe(false);

  const first = await flagsFor(user, anonymous);
  expect(first.value(key)).toBe(true);
  // A flag that does not ask for it goes by the id of the request.
  expect(first.value(plain)).toBe(isIn(plain, user));
  expect((await flagsFor(user)).value(key)).toBe(true);

  // What is kept stays, whatever comes later.
  const other = idWho(key, false, 'other');
  expect((await flagsFor(user, other)).value(key)).toBe(true);
  expect((await flagsFor(user)).value(key)).toBe(true);
});

test('while nobody is known nothing is kept: only that one request goes by the anonymous id', async () => {
  const key = await aFlag();
  const user = idWho(key, false, 'user');
  const anonymous = idWho(key, true, 'anon');
  const before = await countRows();
  expect((await flagsFor(user, anonymous)).value(key)).toBe(true);
  expect(await countRows()).toBe(before);
  expect((await flagsFor(user)).value(key)).toBe(false);
});

test('a person who appears a moment later has kept it', async () => {
  const key = await aFlag();
  const user = idWho(key, false, 'user');
  const anonymous = idWho(key, true, 'anon');
  // posthog-js asks for flags at once, and sends its events a little later.
  expect((await flagsFor(user, anonymous)).value(key)).toBe(true);
  await send('$identify', user, { $anon_distinct_id: anonymous });
  await isKnown(user);
  await expect.poll(async () => (await flagsFor(user)).value(key)).toBe(true);
});

test('two who become one keep what either has kept; the one they become keeps its own', async () => {
  const key = await aFlag();
  const both = await aFlag();
  const user = idWho(key, false, 'user');
  const anonymous = idWho(key, true, 'anon');
  const person = async (distinctId: string, flagKey: string, hashKey: string) => {
    await aPerson(distinctId);
    const { body } = await serin.ask('GET', `/api/projects/@current/feature_flags/${flagKey}/`);
    const row = {
      environment_id: serin.production.id,
      person_id: await isKnown(distinctId),
      flag_id: body.id as number,
      hash_key: hashKey,
    };
    await serin.ctx.db.insertInto('hash_key_override').values(row).execute();
  };
  await person(anonymous, key, anonymous);
  await person(anonymous, both, idWho(both, false, 'older'));
  await person(user, both, idWho(both, true, 'own'));
  await send('$identify', user, { $anon_distinct_id: anonymous });
  await expect.poll(() => isKnown(anonymous)).toBe(await isKnown(user));
  await expect.poll(async () => (await flagsFor(user)).value(key)).toBe(true);
  expect((await flagsFor(user)).value(both)).toBe(true);
  expect((await flagsFor(anonymous)).value(both)).toBe(true);
});

test('with the store down, what is remembered counts, and the rest is marked failed', async () => {
  const broken = await startTestApp();
  try {
    for (const [key, isKept] of [
      ['kept', true],
      ['plain', false],
    ] as const) {
      await broken.ask('POST', '/api/projects/@current/feature_flags/', {
        key,
        filters: HALF,
        ensure_experience_continuity: isKept,
      });
    }
    const ask = async (fields: object) => {
      const payload = { token: broken.production.token, distinct_id: 'ada', ...fields };
      const answer = await broken.inject({ method: 'POST', url: '/flags/?v=2', payload });
      expect(answer.statusCode).toBe(200);
      return answer.json();
    };
    const before = await ask({});
    await broken.ctx.db.destroy();
    expect((await ask({})).flags).toEqual(before.flags);
    const stranger = await ask({ distinct_id: 'stranger', $anon_distinct_id: 'anon' });
    expect(stranger.errorsWhileComputingFlags).toBe(true);
    expect(stranger.flags.kept).toMatchObject({ failed: true });
    expect(stranger.flags.plain).not.toHaveProperty('failed');
    // Known a moment ago, and now with a login that cannot be kept: served by the anonymous id.
    const login = await ask({ $anon_distinct_id: 'anon' });
    expect(login.flags.kept).toMatchObject({ enabled: isIn('kept', 'anon') });
  } finally {
    await broken.close();
  }
});
