// Insights on a real server: how long each kind of question takes against the same question written by hand for the
// same table, in the same run; how long over HTTP while events come in; how many events come in meanwhile; what the
// events take on disk, the processes in memory, and other requests in waiting. `--events 10000000` for more than a
// million events.
import { ask } from '../server/src/insights/running/insights.query.ts';
import type { Inquiry } from '../server/src/insights/scope.ts';
import { NO_COHORTS } from '../server/src/insights/sql/asked-cohorts.ts';
import { type Question, answer, figureOf, questionsOf, sum } from './insights/questions.ts';
import {
  type Busy,
  type Quiet,
  type Rush,
  tellBusy,
  tellMemory,
  tellQuiet,
  tellRush,
  tellStore,
} from './insights/report.ts';
import { type Watched, startWatched } from './insights/server.ts';
import { bytesPerEvent, fill } from './insights/store.ts';
import { ingestAll, whileIngesting } from './insights/traffic.ts';
import { quantile } from './statistics.ts';
import { timed } from './timed.ts';

const DEFAULT_EVENTS = 1_000_000;
/** Fewer of many events, which take long. */
const ROUNDS = { usual: 15, many: 7 } as const;
const MANY_EVENTS = 5_000_000;
const BUSY_ROUNDS = 10;
const EVENTS_PER_SECOND = 2000;
const INGEST_MS = 10_000;

/** Runs the benchmark and prints what it finds. */
export async function run(options: { readonly events?: string | undefined } = {}): Promise<void> {
  const events = Number(options.events ?? DEFAULT_EVENTS);
  const rounds = events >= MANY_EVENTS ? ROUNDS.many : ROUNDS.usual;
  const watched = await startWatched();
  try {
    const [, fillMs] = await timed(() => fill(watched.command, watched.environmentId, events));
    tellStore(events, await bytesPerEvent(watched.client), fillMs / 1000);
    const questions = questionsOf(watched.environmentId);
    const quiet: Quiet[] = [];
    for (const question of questions) quiet.push(await compare(question, watched, rounds));
    tellQuiet(quiet, rounds);
    await askWhileIngesting(questions, watched);
    tellRush(await ingestWithAndWithout(questions, watched));
    tellMemory(watched.memory.read());
  } finally {
    await watched.close();
  }
}

function inquiryOf({ client, environmentId }: Watched): Inquiry {
  const { signal } = new AbortController();
  return {
    scope: {
      environmentId,
      calendar: { timeZone: 'UTC', firstWeekday: 1, nowMs: Date.now() },
      groupTypes: [],
      hasOverrides: true,
      testAccountFilters: [],
      cohorts: NO_COHORTS,
      isUsablePattern: () => true,
    },
    ask: (sql) => ask(client, sql, signal),
  };
}

/** The fastest of both, asked in turns: what else the machine does only ever adds. The first round warms up. */
async function compare({ name, query, byHand }: Question, watched: Watched, rounds: number) {
  const times = { ours: [] as number[], byHand: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const inquiry = inquiryOf(watched);
    const [ours, oursMs] = await timed(async () => figureOf(query, await answer(query, inquiry)));
    const [theirs, byHandMs] = await timed(async () =>
      sum(
        (await inquiry.ask<number[]>({ text: byHand, params: {} })).map((row) => row.at(-1) ?? 0),
      ),
    );
    if (Math.abs(ours - theirs) > Math.abs(theirs) / 1000) {
      throw new Error(`${name}: ${ours}, by hand ${theirs}`);
    }
    if (round === 0) continue;
    times.ours.push(oursMs);
    times.byHand.push(byHandMs);
  }
  return { name, ours: Math.min(...times.ours), byHand: Math.min(...times.byHand) };
}

/** Over HTTP, never from the cache. */
function askServer({ query }: Question, { ask: askApi }: Watched): Promise<unknown> {
  const isOfSeries = 'series' in query;
  const series = isOfSeries ? query.series.map((node) => ({ kind: 'EventsNode', ...node })) : [];
  return askApi('POST', '/query/?environment=production', {
    query: isOfSeries ? { ...query, series } : query,
    refresh: 'force_blocking',
  });
}

async function askWhileIngesting(questions: readonly Question[], watched: Watched): Promise<void> {
  await whileIngesting(watched, EVENTS_PER_SECOND, async () => {
    await watched.loopDelay();
    const timings: Busy[] = [];
    for (const question of questions) {
      const times: number[] = [];
      for (let round = 0; round < BUSY_ROUNDS; round += 1) {
        times.push((await timed(() => askServer(question, watched)))[1]);
      }
      const { name } = question;
      timings.push({ name, p50: quantile(times, 0.5), p95: quantile(times, 0.95) });
    }
    tellBusy(timings, EVENTS_PER_SECOND, await watched.loopDelay());
  });
}

/** As many events as the server takes, first alone and then while somebody asks one question after the other. */
async function ingestWithAndWithout(
  questions: readonly Question[],
  watched: Watched,
): Promise<Rush> {
  const alone = await ingestAll(watched, INGEST_MS);
  await watched.loopDelay();
  const state = { isDone: false, answered: 0, refused: 0 };
  const asking = (async () => {
    for (let next = 0; !state.isDone; next += 1) {
      const question = questions[next % questions.length] as Question;
      // Storing goes first: a question may take longer than it may.
      const isAnswered = await askServer(question, watched).then(
        () => true,
        () => false,
      );
      if (isAnswered) state.answered += 1;
      else state.refused += 1;
    }
  })();
  const beside = await ingestAll(watched, INGEST_MS).finally(() => {
    state.isDone = true;
  });
  await asking;
  const { answered, refused } = state;
  return { alone, beside, answered, refused, loopDelay: await watched.loopDelay() };
}

if (import.meta.main) await run();
