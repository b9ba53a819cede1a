import { afterEach, expect, test, vi } from 'vitest';
import { type ErrorsSearch, errorsQuery } from './errors.ts';
import type { Scope } from './session.ts';

afterEach(() => vi.unstubAllGlobals());

const scope = {
  project: { id: 1 },
  environment: { key: 'production' },
  params: { project_id: '1' },
  query: { environment: 'production' },
} as unknown as Scope;

async function askedFor(at: ErrorsSearch): Promise<URLSearchParams> {
  const asked: string[] = [];
  // What the build puts in its place.
  vi.stubGlobal('__SERIN_ROUTES__', { 'errors.list': 'GET /api/issues/' });
  vi.stubGlobal('fetch', (request: string | URL | Request) => {
    asked.push(request instanceof Request ? request.url : String(request));
    return Promise.resolve(Response.json({ count: 0, results: [] }));
  });
  const { queryFn } = errorsQuery(scope, at);
  if (typeof queryFn !== 'function') throw new Error('nothing is asked');
  await queryFn({ signal: new AbortController().signal } as Parameters<typeof queryFn>[0]);
  return new URL(asked[0] ?? '', 'http://serin.test').searchParams;
}

test('errors are narrowed by owner, release, and a value of a flag where one is chosen', async () => {
  const all = await askedFor({ owner: 'u1', release: '1.2', flag: 'new-ui', variant: 'blue' });
  expect(Object.fromEntries(all)).toMatchObject({
    assignee: 'u1',
    release: '1.2',
    flag: 'new-ui',
    variant: 'blue',
  });
  const withoutFlag = await askedFor({ variant: 'blue' });
  expect(withoutFlag.has('variant')).toBe(false);
});
