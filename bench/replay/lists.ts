// Lists of recordings among very many, over HTTP, against statements written by hand for the same tables that give the
// same sessions.
import type { Watched } from '../insights/server.ts';
import { median } from '../statistics.ts';

const ROUNDS = 5;
const DAYS = 30;
const BLOCK = 100_000;

type Asked = {
  readonly name: string;
  readonly filter: object;
  /** Ids of the first page, written by hand. */
  readonly byHand: string;
};

/** Sessions of a month: half with a variant, one in fifty with an exception, one in a hundred with a rage click. */
export async function askLists(watched: Watched, sessions: number): Promise<void> {
  await fill(watched, sessions);
  console.log(`Lists among ${sessions.toLocaleString('en')} sessions of ${DAYS} days, 50 a page`);
  console.log(`  ${`median of ${ROUNDS}, ms`.padEnd(44)}   ours by hand   ratio`);
  for (const asked of questionsOf(watched.environmentId)) {
    const [ours, byHand]: [number[], number[]] = [[], []];
    let found: readonly string[] = [];
    let expected: readonly string[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      let startedMs = performance.now();
      found = await search(watched, asked.filter);
      const [mine, startedHandMs] = [performance.now() - startedMs, performance.now()];
      startedMs = startedHandMs;
      expected = await idsOf(watched, asked.byHand);
      // The first of all is for the caches of both.
      if (round === 0) continue;
      ours.push(mine);
      byHand.push(performance.now() - startedMs);
    }
    if (found.join() !== expected.join()) throw new Error(`${asked.name}: not the same sessions.`);
    const [a, b] = [median(ours), median(byHand)];
    const figures = `${a.toFixed(0).padStart(7)}${b.toFixed(0).padStart(8)}${(a / b).toFixed(2).padStart(8)}`;
    console.log(`  ${asked.name.padEnd(44)}${figures}   ${found.length} found`);
  }
}

async function search(watched: Watched, filter: object): Promise<string[]> {
  type Page = { readonly results: readonly { readonly id: string }[] };
  const page = await watched.ask<Page>('POST', '/session_recordings/search/', {
    filter,
    limit: 50,
  });
  return page.results.map(({ id }) => id);
}

async function idsOf({ client }: Watched, query: string): Promise<string[]> {
  const answer = await client.query({ query, format: 'JSONCompactEachRow' });
  return (await answer.json<[string]>()).map(([id]) => id);
}

function questionsOf(environmentId: number): Asked[] {
  const own = `environment_id = ${environmentId}`;
  const list = (where: string, order = 'start_at') =>
    `SELECT session_id FROM session_replay FINAL PREWHERE ${own} WHERE ${where}
    ORDER BY ${order} DESC, session_id DESC LIMIT 50`;
  const having = (table: string, test: string) =>
    `session_id IN (SELECT session_id FROM ${table} WHERE ${own} AND ${test})`;
  return [...ofEvents(list, having), ...ofRecordings(list, having)];
}

type List = (where: string, order?: string) => string;
type Having = (table: string, test: string) => string;

function ofEvents(list: List, having: Having): Asked[] {
  const flag = having('session_flag', `flag = 'new-checkout' AND value = 'test'`);
  const exception = having('session_event', `event = '$exception'`);
  const condition = { kind: 'flag_value', flag: 'new-checkout', values: ['test'] };
  return [
    { name: 'newest', filter: {}, byHand: list('1') },
    {
      name: 'variant and exception, newest',
      filter: { conditions: [condition, { kind: 'exception' }] },
      byHand: list(`${flag} AND ${exception}`),
    },
    {
      name: 'variant and no exception, most clicks',
      filter: { conditions: [condition, { kind: 'exception', negated: true }], order: 'clicks' },
      byHand: list(`${flag} AND NOT ${exception}`, 'clicks'),
    },
    {
      name: 'rage clicks, longest',
      filter: { conditions: [{ kind: 'rage_click' }], order: 'duration' },
      byHand: list(
        `rage_clicks > 0 OR ${having('session_event', `event = '$rageclick'`)}`,
        `dateDiff('millisecond', start_at, end_at)`,
      ),
    },
  ];
}

function ofRecordings(list: List, having: Having): Asked[] {
  return [
    {
      name: 'console text, newest',
      filter: { conditions: [{ kind: 'console', level: 'error', text: 'payment 77' }] },
      byHand: list(
        having('replay_console', `level = 'error' AND position(lower(message), 'payment 77') > 0`),
      ),
    },
    {
      name: 'request failed, newest',
      filter: { conditions: [{ kind: 'request', status_from: 500, path: '/api/pay' }] },
      byHand: list(having('replay_request', `status >= 500 AND position(path, '/api/pay') > 0`)),
    },
    {
      name: 'page visited, liveliest',
      filter: {
        conditions: [{ kind: 'url', where: 'visited', match: 'contains', value: '/page/77' }],
        order: 'activity_score',
      },
      byHand: list(
        `arrayExists(u -> positionCaseInsensitiveUTF8(u, '/page/77') > 0, urls)`,
        'round(score * 1000)',
      ),
    },
  ];
}

/** The engine makes them; they are laid out as after a night of merging. */
async function fill({ command, environmentId }: Watched, sessions: number): Promise<void> {
  // One moment for all tables: the same session is to be in each.
  const nowMs = Date.now();
  const base = (from: number, rows: number) => `(SELECT number AS n, cityHash64(number) AS h,
    fromUnixTimestamp64Milli(${nowMs}, 'UTC') - toIntervalSecond(60 + h % ${DAYS * 86_400}) AS at,
    concat(lower(hex(toUInt64(toUnixTimestamp64Milli(at)))), '-', toString(n)) AS id,
    toDate(at) AS d FROM numbers(${from}, ${rows}))`;
  for (let from = 0; from < sessions; from += BLOCK) {
    const of = base(from, Math.min(BLOCK, sessions - from));
    for (const statement of insertsOf(environmentId, of)) await command(statement);
  }
  const tables = ['session_replay', 'session_event', 'session_flag', 'replay_console'];
  for (const table of [...tables, 'replay_request']) await command(`OPTIMIZE TABLE ${table} FINAL`);
}

const insertsOf = (environmentId: number, of: string): string[] => [
  `INSERT INTO session_replay (environment_id, session_day, session_id, version, start_at, end_at, received_at,
      distinct_id, distinct_ids, window_ids, urls, active_ms, clicks, rage_clicks, keys, mouse, score, blocks, events,
      bytes, has_full, source, library, library_version, activity, retention_days)
    SELECT ${environmentId}, d, id, 1, at, at + toIntervalSecond(h % 900), at, concat('u', toString(n % 300000)),
      [concat('u', toString(n % 300000))], [id], ['https://a.test/', concat('https://a.test/page/', toString(h % 200))],
      h % 600000, h % 40, n % 100 = 0, h % 50, h % 500, h % 1000 / 10, 20, 400, 900000, 1, 'web', 'web', '1.449.2',
      range(100), 30 FROM ${of}`,
  `INSERT INTO session_event SELECT ${environmentId}, d, arrayJoin(arrayConcat(['$pageview', '$autocapture'],
      if(n % 50 = 0, ['$exception'], []), if(n % 100 = 1, ['$rageclick'], []))), id, concat('u', toString(n % 300000)),
      3, at, at FROM ${of}`,
  `INSERT INTO session_flag SELECT ${environmentId}, d, 'new-checkout', if(h % 2 = 0, 'test', 'control'), id,
      concat('u', toString(n % 300000)), 1, at, at FROM ${of}`,
  `INSERT INTO replay_console SELECT ${environmentId}, d, id, at, if(n % 10 = 0, 'error', 'log'),
      concat('Payment ', toString(h % 1000), ' of basket'), 30 FROM ${of}`,
  `INSERT INTO replay_request SELECT ${environmentId}, d, id, at, 'GET', 'a.test', '/api/pay', if(n % 40 = 0, 503, 200),
      0, 20, 900, 30 FROM ${of}`,
];
