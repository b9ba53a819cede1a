// People and flags on the whole application, for tests of who gets what.
import { expect } from 'vitest';
import type { TestApp } from './test-app.ts';

/** What the flag is for someone, as an SDK asks. */
export async function flagValue(
  serin: TestApp,
  flag: string,
  distinctId: string,
  fields: object = {},
): Promise<unknown> {
  const answer = await serin.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: {
      token: serin.production.token,
      distinct_id: distinctId,
      flag_keys_to_evaluate: [flag],
      ...fields,
    },
  });
  const { flags } = answer.json<{ flags: Record<string, { enabled: boolean; failed?: true }> }>();
  return flags[flag]?.failed ? 'failed' : flags[flag]?.enabled;
}

let flagsMade = 0;
/** Creates a flag for whoever meets all these conditions; returns its key. */
export async function flagFor(serin: TestApp, ...properties: object[]): Promise<string> {
  return flagWith(serin, { groups: [{ properties, rollout_percentage: 100 }] });
}

/** Creates a flag with these filters; returns its key. */
export async function flagWith(serin: TestApp, filters: object): Promise<string> {
  flagsMade += 1;
  const key = `flag-for-${flagsMade}`;
  const path = '/api/projects/@current/feature_flags/';
  const { status, body } = await serin.ask('POST', path, { key, filters });
  expect(status, JSON.stringify(body)).toBe(201);
  return key;
}

/** Lets the application know events. */
export async function capture(serin: TestApp, ...batch: object[]): Promise<void> {
  const answer = await serin.inject({
    method: 'POST',
    url: '/batch/',
    payload: { api_key: serin.production.token, batch },
  });
  expect(answer.statusCode).toBe(200);
}

/** Lets the application know a person, and waits until it does. */
export async function identify(
  serin: TestApp,
  distinctId: string,
  set: object,
  more: object = {},
): Promise<void> {
  const properties = { $set: set, ...more };
  await capture(serin, { event: '$identify', distinct_id: distinctId, properties });
  const path = `/api/projects/@current/persons/?distinct_id=${distinctId}`;
  await expect
    .poll(async () => (await serin.ask('GET', path)).body.results[0]?.properties)
    .toMatchObject(set);
}
