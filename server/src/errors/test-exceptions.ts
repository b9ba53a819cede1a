// Exceptions as posthog-js sends them, and what tests ask about them.
import { expect } from 'vitest';
import type { TestApp } from '#app/test-app';
import type { Db } from '#platform/ctx';

export const API = '/api/projects/@current/error_tracking';

export const path = ({ id }: { id: string }, rest = '') => `${API}/issues/${id}/${rest}`;

/** What people were told. */
export async function toldTitles(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('notification').select('message').execute();
  return rows.map((row) => (row.message as unknown as { title: string }).title);
}

export const frame = (name: string, fields: object = {}) => ({
  platform: 'web:javascript',
  filename: 'https://shop.example/assets/checkout-Dh3x9aLq.js',
  function: name,
  in_app: true,
  lineno: 18,
  colno: 46,
  ...fields,
});

export type Thrown = {
  who: string;
  message: string;
  flags?: Record<string, unknown>;
  type?: string;
  frames?: object[];
  at?: number;
} & Record<string, unknown>;

export function exceptionsOf(list: readonly Thrown[]): object[] {
  return list.map(({ who, message, flags = {}, type = 'TypeError', frames, at, ...more }) => ({
    event: '$exception',
    distinct_id: who,
    timestamp: new Date(at ?? Date.now()).toISOString(),
    properties: {
      ...carried(flags),
      $exception_level: 'error',
      $exception_list: [
        {
          type,
          value: message,
          mechanism: { type: 'generic', handled: false, synthetic: false },
          stacktrace: { type: 'raw', frames: frames ?? [frame('main'), frame('total')] },
        },
      ],
      ...more,
    },
  }));
}

/** The same happens to twelve people. */
export const crowd = (message: string, at?: number): Thrown[] =>
  Array.from({ length: 12 }, (_, i) => ({
    who: `crowd-${i}`,
    message,
    ...(at === undefined ? {} : { at }),
  }));

/** One shopper for each set of values asks for the flag; the event carries all of theirs. */
export const flagCalls = (flag: string, values: readonly Record<string, unknown>[]): object[] =>
  values.map((flags, i) => ({
    event: '$feature_flag_called',
    distinct_id: `shopper-${i}`,
    properties: {
      $feature_flag: flag,
      $feature_flag_response: flags[flag],
      ...carried(flags),
    },
  }));

const carried = (flags: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(flags).map(([key, value]) => [`$feature/${key}`, value]));

/** What of a listed issue tests look at. */
export type Listed = {
  id: string;
  name: string;
  description: string;
  status: string;
  version: number;
  fingerprint: string;
  aggregations: { occurrences: number; users: number; volume: number[] };
  flag: null | { variants: { variant: string; verdict: string; affected: number }[] };
};

/** Line 1, column 1 of a bundle and all after it is line 2, column 3 of the source, in `total`; the name is what is called there. */
export const bundleMap = (file: string) => ({
  file,
  map: JSON.stringify({
    version: 3,
    sources: ['webpack://shop/./src/cart.ts'],
    sourcesContent: ['export const total = (cart) =>\n  cart.price.gross;\n'],
    names: ['gross'],
    mappings: 'AACEA',
  }),
});

export async function send(serin: TestApp, batch: object[]): Promise<void> {
  const payload = { api_key: serin.production.token, batch };
  const answer = await serin.inject({ method: 'POST', url: '/batch/', payload });
  expect(answer.statusCode, answer.body).toBe(200);
}

export async function listIssues(serin: TestApp, query = ''): Promise<Listed[]> {
  const { status, body } = await serin.ask('GET', `${API}/issues/?limit=100&${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.results;
}

/** The issue whose description begins so, once it has happened so often. */
export async function findIssue(
  serin: TestApp,
  description: string,
  occurrences: number,
): Promise<Listed> {
  let found: Listed | undefined;
  await expect
    .poll(async () => {
      found = (await listIssues(serin)).find((one) => one.description.startsWith(description));
      return found?.aggregations.occurrences;
    })
    .toBe(occurrences);
  return found as Listed;
}
