// Exceptions as SDKs send them become issues, with what people ask and do about them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { lookForSpikes } from './alerts/spikes.service.ts';
import {
  API,
  bundleMap,
  crowd,
  exceptionsOf,
  findIssue,
  flagCalls,
  frame,
  type Listed,
  listIssues,
  path,
  send,
  type Thrown,
  toldTitles,
} from './test-exceptions.ts';

let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
  const rules = { new_issue: true, regression: true, spike: true };
  const alerts = await serin.ask('PUT', `${API}/alerts/`, rules);
  expect(alerts.body).toEqual({ ...rules, version: 1 });
  const channel = { name: 'Hook', config: { kind: 'webhook', url: 'http://127.0.0.1:9/hook' } };
  const made = await serin.ask('POST', '/api/projects/@current/notification_channels/', channel);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
});
afterAll(() => serin.close());

const thrown = (list: readonly Thrown[]): Promise<void> => send(serin, exceptionsOf(list));
const list = (query = ''): Promise<Listed[]> => listIssues(serin, query);
const issueOf = (description: string, occurrences: number): Promise<Listed> =>
  findIssue(serin, description, occurrences);

test('exceptions become issues, counted by person, over time, by release and browser, with their stacks', async () => {
  const old = { $release: '1.0.0', $browser: 'Chrome', $os: 'Linux' };
  const next = { ...old, $release: '1.1.0', $browser: 'Firefox' };
  await thrown([
    { who: 'ada', message: 'No price for item 1', ...old, $session_id: 's-1' },
    { who: 'ada', message: 'No price for item 2', ...old },
    { who: 'bob', message: 'No price for item 33', ...next },
    { who: 'bob', message: 'Out of stock', type: 'RangeError', frames: [] },
  ]);
  const issue = await issueOf('No price', 3);
  expect(issue).toMatchObject({
    name: 'TypeError',
    place: 'total in https://shop.example/assets/checkout-Dh3x9aLq.js',
    status: 'active',
    assignee: null,
    first_release: '1.0.0',
    aggregations: { occurrences: 3, users: 2, sessions: 1 },
  });
  expect(issue.aggregations.volume.reduce((sum, one) => sum + one, 0)).toBe(3);
  const { body: numbers } = await serin.ask('GET', path(issue, 'numbers/?date_from=-24h'));
  expect(numbers).toMatchObject({
    range: { step_seconds: 3600 },
    aggregations: { occurrences: 3, users: 2, sessions: 1 },
    releases: [
      { value: '1.0.0', occurrences: 2, users: 1 },
      { value: '1.1.0', occurrences: 1, users: 1 },
    ],
    browsers: [{ value: 'Chrome', occurrences: 2 }, { value: 'Firefox' }],
    systems: [{ value: 'Linux', users: 2 }],
  });
  const { body: events } = await serin.ask('GET', path(issue, 'events/?limit=2'));
  expect(events.has_more).toBe(true);
  expect(events.results).toHaveLength(2);
  const [exception] = events.results[0].exceptions;
  expect(exception).toMatchObject({ type: 'TypeError', handled: false });
  expect(exception.frames.map((one: { function: string }) => one.function)).toEqual([
    'total',
    'main',
  ]);
  expect(await list('search=stock')).toMatchObject([{ name: 'RangeError', place: '' }]);
  expect(await list('release=1.1.0')).toMatchObject([
    { name: 'TypeError', aggregations: { occurrences: 1 } },
  ]);
  expect((await list('order_by=occurrences'))[0]?.id).toBe(issue.id);
  expect(await list('date_from=2026-01-01&date_to=2026-01-02')).toEqual([]);
});

test('whom an issue happens to is told by the values of flags; “only” when the data says so', async () => {
  const flags = (i: number) => ({ 'new-checkout': i < 40, 'other-flag': i % 2 === 0 });
  await send(
    serin,
    flagCalls(
      'new-checkout',
      Array.from({ length: 80 }, (_, i) => flags(i)),
    ),
  );
  await thrown(
    Array.from({ length: 16 }, (_, i) => ({
      who: `shopper-${i}`,
      message: 'Checkout exploded',
      // What a server reports says nothing of flags: it counts by what its person was told.
      ...(i < 12 ? { flags: flags(i) } : { $lib: 'posthog-python' }),
    })),
  );
  const issue = await issueOf('Checkout exploded', 16);
  const { body } = await serin.ask('GET', path(issue, 'variants/'));
  const [first, second] = body.flags;
  expect(first).toMatchObject({ flag_key: 'new-checkout', unknown: 0 });
  expect(first.variants).toMatchObject([
    { variant: 'false', is_control: true, exposed: 40, affected: 0, ratio: null, verdict: null },
    { variant: 'true', exposed: 40, affected: 16, occurrences: 16, ratio: null, verdict: 'only' },
  ]);
  expect(first.variants[1].ratio_lower).toBeGreaterThan(3);
  expect(second).toMatchObject({ flag_key: 'other-flag' });
  expect(second.variants[1]).toMatchObject({
    variant: 'true',
    exposed: 40,
    affected: 8,
    ratio: 1,
    verdict: 'unclear',
  });

  const [leading] = await list('flag=new-checkout&order_by=flag_ratio');
  expect(leading).toMatchObject({
    id: issue.id,
    flag: { variants: [{}, { verdict: 'only', affected: 16 }] },
  });
  expect(await list('flag=new-checkout&variant=true')).toMatchObject([
    { id: issue.id, aggregations: { occurrences: 12 } },
  ]);
  expect(await list('flag=new-checkout&variant=false')).toEqual([]);
});

test('a resolved issue is back in another release or without one, not in those that had it; told once', async () => {
  const since = (ms: number) => Date.now() + ms;
  const again = (more: object) => thrown([{ who: 'eve', message: 'Came back', ...more }]);
  await again({ $release: '1.0.0' });
  const issue = await issueOf('Came back', 1);
  const { body: resolved } = await serin.ask('PATCH', path(issue), {
    status: 'resolved',
    version: issue.version,
  });
  expect(resolved).toMatchObject({ status: 'resolved', version: 2 });
  expect(resolved.resolved_at).not.toBeNull();
  await again({ $release: '1.0.0', at: since(1000) });
  expect(await issueOf('Came back', 2)).toMatchObject({ status: 'resolved' });
  await again({ $release: '1.1.0', at: since(1000) });
  expect(await issueOf('Came back', 3)).toMatchObject({ status: 'active', version: 3 });
  await again({ $release: '1.2.0', at: since(1000) });
  await issueOf('Came back', 4);
  const titles = (await toldTitles(serin.ctx.db)).filter((title) => title.includes('Came back'));
  expect(titles).toEqual([
    'New error in Production: TypeError: Came back',
    'A resolved error is back in Production: TypeError: Came back',
  ]);
  const { body: log } = await serin.ask(
    'GET',
    '/api/projects/@current/activity_log/?resource_kind=error_issue',
  );
  expect(log.results.map(({ action }: { action: string }) => action)).toEqual([
    'regressed',
    'updated',
  ]);
});

test('an error that suddenly happens to many is told of once; what is younger than a day is not', async () => {
  const at = Date.now() - 2 * 86_400_000;
  // To whom something happened now is usual where it was a third of them in some hour before.
  await thrown([{ who: 'ada', message: 'Queue is full', at }, ...crowd('Queue is slow', at)]);
  await thrown(['full', 'slow', 'new'].flatMap((what) => crowd(`Queue is ${what}`)));
  await issueOf('Queue is full', 13);
  await issueOf('Queue is slow', 24);
  await issueOf('Queue is new', 12);
  const directory = { environmentById: () => serin.production as never };
  for (const _ of ['a look', 'another one']) await lookForSpikes(serin.ctx, { directory });
  expect((await toldTitles(serin.ctx.db)).filter((title) => title.includes('suddenly'))).toEqual([
    'An error suddenly happens to many in Production: TypeError: Queue is full',
  ]);
});

test('stacks of bundles are grouped and shown by their source once its maps are uploaded', async () => {
  const place = { filename: 'early.js', lineno: 1, colno: 900 };
  const early = { who: 'ada', $release: '9.0.0', frames: [frame('x', place)] };
  await thrown([{ ...early, message: 'Before its map' }]);
  const before = await issueOf('Before its map', 1);
  const upload = (maps: object[]) =>
    serin.ask('POST', `${API}/source_maps/`, { release: '9.0.0', maps });
  const broken = { file: 'assets/broken.js', map: '{"version":3,"mappings":"AA' };
  expect((await upload([bundleMap('assets/min.js'), broken, bundleMap('early.js')])).status).toBe(
    204,
  );
  expect(await upload([{ file: 'a.js', map: 'no map' }])).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'maps.0.map' },
  });
  const at = (name: string) => ({
    filename: `https://shop.example/assets/${name}.js?v=2`,
    lineno: 1,
    colno: 20_417,
  });
  const frames = [frame('a', at('broken')), frame('b', at('min'))];
  await thrown([{ who: 'ada', message: 'In a bundle', $release: '9.0.0', frames }]);
  const issue = await issueOf('In a bundle', 1);
  expect(issue).toMatchObject({ place: 'total in src/cart.ts' });
  const { body } = await serin.ask('GET', path(issue, 'events/'));
  expect(body.results[0]).toMatchObject({ recording: null });
  expect(body.results[0].exceptions[0].frames).toMatchObject([
    {
      function: 'total',
      file: 'src/cart.ts',
      line: 2,
      column: 3,
      in_app: true,
      source: { before: ['export const total = (cart) =>'], line: '  cart.price.gross;' },
    },
    { function: 'a', line: 1, column: 20_417, source: null },
  ]);
  await thrown([{ ...early, message: 'Before its map' }]);
  // It was known before its map was: nothing about it is new.
  expect(await issueOf('Before its map', 2)).toMatchObject({ id: before.id });
  const releases = await serin.ask('GET', `${API}/source_maps/`);
  expect(releases.body.results).toMatchObject([{ release: '9.0.0', files: 3 }]);
  const url = `${API}/source_maps/?release=9.0.0`;
  expect((await serin.ask('DELETE', url)).status).toBe(204);
  expect(await serin.ask('DELETE', url)).toMatchObject({ status: 404, body: { attr: 'release' } });
});

test('issues are given to people, ignored, joined and split; refusals change nothing', async () => {
  await thrown([
    { who: 'ada', message: 'One of two' },
    { who: 'bob', message: 'Two of two', type: 'RangeError', frames: [frame('other')] },
  ]);
  const [one, two] = [await issueOf('One of', 1), await issueOf('Two of', 1)];
  const { id: userId } = await serin.ctx.db
    .selectFrom('app_user')
    .select('id')
    .executeTakeFirstOrThrow();
  const owner = { assignee: { type: 'user', id: userId } };
  expect((await serin.ask('PATCH', path(one), owner)).body).toMatchObject({
    assignee: { email: serin.email },
  });
  expect(await list(`assignee=${userId}`)).toMatchObject([{ id: one.id }]);
  expect((await serin.ask('PATCH', path(two), { status: 'suppressed' })).body.status).toBe(
    'suppressed',
  );

  expect((await serin.ask('POST', path(one, 'merge/'), { ids: [two.id] })).status).toBe(200);
  expect(await issueOf('One of', 2)).toMatchObject({ aggregations: { users: 2 } });
  expect((await serin.ask('GET', path(two))).status).toBe(404);
  const { body: joined } = await serin.ask('GET', path(one));
  expect(joined.fingerprints.toSorted()).toEqual([one.fingerprint, two.fingerprint].toSorted());
  const { body: numbers } = await serin.ask('GET', path(one, 'numbers/'));
  expect(numbers.aggregations).toMatchObject({ occurrences: 2, users: 2 });
  // Further ones count with it.
  await thrown([
    { who: 'eve', message: 'Two of two', type: 'RangeError', frames: [frame('other')] },
  ]);
  await issueOf('One of', 3);
  const { body: parts } = await serin.ask('GET', path(one, 'parts/'));
  expect(parts.results).toMatchObject([
    { fingerprint: one.fingerprint, is_own: true, description: 'One of two', occurrences: 1 },
    { fingerprint: two.fingerprint, is_own: false, name: 'RangeError', occurrences: 2 },
  ]);
  const { body: split } = await serin.ask('POST', path(one, 'split/'), {
    fingerprints: [two.fingerprint],
  });
  expect(split.issues).toMatchObject([{ name: 'RangeError', description: 'Two of two' }]);
  expect(await issueOf('Two of', 2)).toMatchObject({ status: 'active' });
  await issueOf('One of', 1);

  const { version } = (await serin.ask('GET', path(one))).body;
  const refused: [string, object, number, string, string][] = [
    ['PATCH', { status: 'resolved', version: 1 }, 409, 'conflict', 'version'],
    ['PATCH', { status: 'gone' }, 400, 'invalid_input', 'status'],
    ['PATCH', { assignee: { type: 'user', id: 'nobody' } }, 400, 'invalid_input', 'assignee'],
    ['POST merge/', { ids: [one.id] }, 400, 'invalid_input', 'ids'],
    ['POST merge/', { ids: ['none'] }, 400, 'invalid_input', 'ids'],
    ['POST split/', { fingerprints: [one.fingerprint] }, 400, 'invalid_input', 'fingerprints'],
  ];
  for (const [call, body, status, code, attr] of refused) {
    const [method = '', rest = ''] = call.split(' ');
    const answer = await serin.ask(method as 'POST', path(one, rest), body);
    expect(answer, call).toMatchObject({ status, body: { code, attr } });
  }
  expect((await serin.ask('GET', path(one))).body.version).toBe(version);
  for (const [query, attr] of [
    ['date_from=yesterday', 'date_from'],
    ['date_from=-900d', 'date_from'],
    ['date_from=-1d&date_to=-2d', 'date_to'],
    ['variant=true', 'flag'],
    ['order_by=flag_ratio', 'flag'],
    ['status=open', 'status'],
  ]) {
    expect(await serin.ask('GET', `${API}/issues/?${query}`), query).toMatchObject({
      status: 400,
      body: { attr },
    });
  }
  expect(await serin.ask('GET', `${path(one)}?environment=development`)).toMatchObject({
    status: 404,
  });
});
