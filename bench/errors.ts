// Errors on a real server with a million exceptions in two thousand issues: how long the list and the page of an issue
// take, against the same counts in SQL by hand on the same table, in the same run. `--events 100000` for fewer.
import { type Watched, startWatched } from './insights/server.ts';
import { timed } from './timed.ts';

const DEFAULT_EXCEPTIONS = 1_000_000;
const ISSUES = 2000;
const PEOPLE = 100_000;
const DAYS = 7;
const ROUNDS = 5;
const FLAG = 'new-checkout';
const BATCH = 200;
const API = '/error_tracking/issues/';

/** Runs the benchmark and prints what it finds. */
export async function run(options: { readonly events?: string | undefined } = {}): Promise<void> {
  const exceptions = Number(options.events ?? DEFAULT_EXCEPTIONS);
  const watched = await startWatched();
  try {
    await makeIssues(watched);
    await fill(watched, exceptions);
    const { results } = await watched.ask<{ results: { id: string; fingerprint: string }[] }>(
      'GET',
      `${API}?order_by=occurrences&limit=1`,
    );
    const [issue] = results;
    if (!issue) throw new Error('There are no issues.');
    console.log(`${exceptions} exceptions in ${ISSUES} issues, of ${PEOPLE} people`);
    for (const question of questionsOf(issue)) {
      await compare(watched, question).catch((error: unknown) => {
        // Beyond the bounds of time and memory that questions about errors have.
        console.log(`${question.name.padEnd(22)} refused: ${String(error).slice(0, 120)}`);
      });
    }
  } finally {
    await watched.close();
  }
}

type Question = {
  readonly name: string;
  /** Asked at once, as a page does. */
  readonly paths: readonly string[];
  /** Asked at once, too. */
  readonly byHand: readonly string[];
};

function questionsOf({ id, fingerprint }: { id: string; fingerprint: string }): Question[] {
  const own = `environment_id = {environment:UInt32} AND timestamp >= now64(3) - toIntervalDay(${DAYS})`;
  const counts = 'count(), uniqExact(person_id), uniqExact(session_id)';
  const one = `${own} AND fingerprint = '${fingerprint}'`;
  const byIssue = `SELECT fingerprint, ${counts}, min(timestamp), max(timestamp) FROM exception
    WHERE ${own} GROUP BY fingerprint`;
  const byPart = ['toDate(timestamp)', 'release', 'browser', 'os'].map(
    (part) =>
      `SELECT toString(${part}) AS part, ${counts} FROM exception WHERE ${one} GROUP BY part`,
  );
  const affected = `flags['${FLAG}'] AS value, uniqExact(person_id) FROM exception`;
  const told = [
    `SELECT flags['${FLAG}'] AS value, uniqExact(person_id) FROM events WHERE ${own} GROUP BY value`,
    `SELECT flag_response, uniqExact(person_id) FROM events WHERE ${own} AND flag = '${FLAG}'
      GROUP BY flag_response`,
  ];
  return [
    { name: 'list', paths: [API], byHand: [byIssue] },
    {
      name: 'list, told by a flag',
      paths: [`${API}?flag=${FLAG}&order_by=flag_ratio`],
      byHand: [
        byIssue,
        `SELECT fingerprint, ${affected} WHERE ${own} GROUP BY fingerprint, value`,
        ...told,
      ],
    },
    {
      name: 'numbers of an issue',
      paths: [`${API}${id}/numbers/`],
      byHand: byPart,
    },
    {
      name: 'page of an issue',
      paths: ['', 'numbers/', 'variants/', 'events/?limit=1'].map((rest) => `${API}${id}/${rest}`),
      byHand: [...byPart, `SELECT ${affected} WHERE ${one} GROUP BY value`, ...told],
    },
  ];
}

/** The fastest of both, asked in turns: what else the machine does only ever adds. The first round warms up. */
async function compare(watched: Watched, { name, paths, byHand }: Question): Promise<void> {
  const times = { ours: [] as number[], byHand: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [, ours] = await timed(() => Promise.all(paths.map((path) => watched.ask('GET', path))));
    const [, theirs] = await timed(() =>
      Promise.all(byHand.map((query) => askByHand(watched, query))),
    );
    if (round === 0) continue;
    times.ours.push(ours);
    times.byHand.push(theirs);
  }
  const [ours, theirs] = [Math.min(...times.ours), Math.min(...times.byHand)];
  console.log(
    `${name.padEnd(22)} ${ours.toFixed(0).padStart(6)} ms  ${theirs.toFixed(0).padStart(6)} ms by hand  ${(ours / theirs).toFixed(2)} ×`,
  );
}

async function askByHand({ client, environmentId }: Watched, query: string): Promise<void> {
  const answer = await client.query({
    query,
    query_params: { environment: environmentId },
    format: 'JSONCompactEachRow',
  });
  await answer.json();
}

/** One exception of each kind, as an SDK sends them: they become issues in the usual way. */
async function makeIssues({ serin, ask }: Watched): Promise<void> {
  for (let from = 0; from < ISSUES; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => ({
      event: '$exception',
      distinct_id: `user-${from + i}`,
      properties: {
        $exception_list: [{ type: `Error${letters(from + i)}`, value: 'It broke' }],
      },
    }));
    const body = JSON.stringify({ api_key: serin.projectToken, batch });
    const answer = await fetch(`${serin.url}/batch/`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`/batch/ answered ${answer.status}`);
  }
  for (;;) {
    const { count } = await ask<{ count: number }>('GET', `${API}?limit=1`);
    if (count === ISSUES) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Numbers are folded in signatures; words are not. */
const letters = (n: number): string =>
  [...String(n)].map((digit) => String.fromCodePoint('A'.charCodeAt(0) + Number(digit))).join('');

/** Few issues have most of the exceptions; each with its event, and one call of the flag for everybody. */
async function fill({ command, environmentId }: Watched, exceptions: number): Promise<void> {
  const list = `'[{"type":"Error","value":"It broke","stacktrace":{"frames":[]}}]'`;
  const person = 'reinterpretAsUUID(MD5(toString(who)))';
  await command(`INSERT INTO exception
    WITH (SELECT groupArray(fingerprint) FROM (SELECT DISTINCT fingerprint FROM exception)) AS kinds
    SELECT ${environmentId}, kinds[1 + toUInt32(pow(cityHash64(number, 1) % 100000 / 100000, 3) * ${ISSUES})],
      generateUUIDv4(number), at, at, concat('user-', toString(who)), ${person}, concat('s-', toString(who)),
      map('${FLAG}', if(who % 2 = 0, 'true', 'false')), concat('1.', toString(cityHash64(number, 4) % 5)), 'Chrome', 'Linux'
    FROM (SELECT number, cityHash64(number, 2) % ${PEOPLE} AS who,
      now64(3) - toIntervalMillisecond(cityHash64(number, 3) % ${DAYS * 86_400_000}) AS at FROM numbers(${exceptions}))`);
  await command(`INSERT INTO events SELECT ${environmentId}, uuid, '$exception', timestamp, distinct_id, person_id, 'full',
      session_id, '', '', flags, map(), map('$exception_list', ${list}, '$lib', '"web"'), received_at
    FROM exception WHERE session_id != ''`);
  await command(`INSERT INTO events SELECT ${environmentId}, generateUUIDv4(number), '$feature_flag_called',
      now64(3) - toIntervalHour(number % ${DAYS * 24}), concat('user-', toString(number)),
      reinterpretAsUUID(MD5(toString(number))), 'full', '', '${FLAG}', if(number % 2 = 0, 'true', 'false'), map(), map(), map(),
      now64(3)
    FROM numbers(${PEOPLE})`);
  for (const table of ['exception', 'events']) await command(`OPTIMIZE TABLE ${table} FINAL`);
}

if (import.meta.main) await run();
