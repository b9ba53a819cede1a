// How long until connected clients hear of a change: one flag is switched by the API, and everybody who waits for
// changes is watched, by event streams and by definitions requests that are held; and what an idle stream costs. The
// reference is Node's own server that writes one event to as many streams, in interleaved rounds of the same run.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Flag, changeFlag, createFlag } from '../sdk-compat/management.ts';
import type { RunningSerin } from '../sdk-compat/server.ts';
import { now } from './delivery/clock.ts';
import type { ListenTask } from './delivery/listeners.ts';
import type { Held } from './delivery/memory.ts';
import {
  type BareStreams,
  type InspectedSerin,
  type Listeners,
  openListeners,
  startBareStreams,
  startInspectedSerin,
} from './delivery/processes.ts';
import { median, quantile } from './statistics.ts';

const COUNTS = [1, 1000] as const;
const ROUNDS = 7;
/** Streams tell changes in quick succession together: at most once a second. */
const PAUSE_MS = 1500;
const IDLE_STREAMS = 5000;
/** 10 s: what opening took has come to rest. */
const SETTLE_MS = 10_000;

type Task = Omit<ListenTask, 'count'>;

/** Latencies of every client in every round, in milliseconds. */
type Heard = { readonly fromRequest: number[]; readonly fromAnswer: number[] };

/** Runs the benchmark and prints its tables. */
export async function run(): Promise<void> {
  const bare = await startBareStreams();
  try {
    const serin = await startInspectedSerin();
    try {
      const flag = await createFlag(serin, { key: 'switched' });
      const kinds = await tasksOf(serin);
      for (const count of COUNTS) await compare(bare, serin, { flag, kinds, count });
      await weigh(bare, serin, kinds.browsers);
    } finally {
      await serin.stop();
    }
  } finally {
    await bare.stop();
  }
}

type Contest = {
  readonly flag: Flag;
  readonly kinds: Readonly<Record<string, Task>>;
  readonly count: number;
};

async function compare(
  bare: BareStreams,
  serin: RunningSerin,
  { flag, kinds, count }: Contest,
): Promise<void> {
  console.log(`${count} clients, ${ROUNDS} switches, ms: from the request | from the answer`);
  const reference = await openListeners({ ...bareTask(bare), count });
  const publish = async (): Promise<unknown> =>
    fetch(`http://127.0.0.1:${bare.port}/`, { method: 'POST' }).then((answer) => answer.text());
  let active = true;
  const flip = (): Promise<Flag> => changeFlag(serin, flag, { active: (active = !active) });
  for (const [name, task] of Object.entries(kinds)) {
    const listeners = await openListeners({ ...task, count });
    const rounds: [Heard, Heard][] = [];
    // The first is not counted: code that runs for the first time is slow.
    for (let round = 0; round <= ROUNDS; round += 1) {
      await sleep(PAUSE_MS);
      rounds.push([await watch(reference, publish), await watch(listeners, flip)]);
    }
    report(name, rounds.slice(1));
    await listeners.close();
  }
  await reference.close();
}

async function watch(listeners: Listeners, change: () => Promise<unknown>): Promise<Heard> {
  await listeners.arm();
  const requestedAt = now();
  await change();
  const answeredAt = now();
  const heard = await listeners.heard();
  return {
    fromRequest: heard.map((at) => at - requestedAt),
    fromAnswer: heard.map((at) => at - answeredAt),
  };
}

function report(name: string, rounds: readonly (readonly [Heard, Heard])[]): void {
  const row = (label: string, heard: readonly Heard[]): void => {
    const text = (of: keyof Heard): string => {
      const all = heard.flatMap((one) => one[of]);
      return [0.5, 0.95, 1].map((q) => quantile(all, q).toFixed(1).padStart(7)).join('');
    };
    console.log(`  ${label.padEnd(34)}${text('fromRequest')}  |${text('fromAnswer')}`);
  };
  row(
    'bare Node server',
    rounds.map(([reference]) => reference),
  );
  row(
    name,
    rounds.map(([, serin]) => serin),
  );
  // Before the answer there is the commit, and a single client hears at once: what counts is the way to many.
  const [first] = rounds;
  if (!first || first[0].fromAnswer.length === 1) return;
  const ratio = median(
    rounds.map(
      ([reference, serin]) =>
        quantile(serin.fromAnswer, 0.95) / quantile(reference.fromAnswer, 0.95),
    ),
  );
  console.log(`  ${'ratio of p95 from the answer'.padEnd(55)}  |${ratio.toFixed(2).padStart(14)}`);
}

/** What streams cost that nothing happens on. */
async function weigh(bare: BareStreams, serin: InspectedSerin, task: Task): Promise<void> {
  const reference = await costOf(bare, bareTask(bare));
  const own = await costOf(serin, task);
  console.log(`${IDLE_STREAMS} idle streams, KiB for each: heap, all that is the process's own`);
  const row = (name: string, { heap, all }: Held): void => {
    console.log(`  ${name.padEnd(20)}${kib(heap)}${kib(all)}`);
  };
  row('bare Node server', reference);
  row('Serin', own);
  console.log(`  ratio               ${(own.all / reference.all).toFixed(2)}`);
}

/** Bytes for one stream. */
async function costOf(server: { held(): Promise<Held> }, task: Task): Promise<Held> {
  // Code and pools that the first streams bring are not theirs.
  const first = await openListeners({ ...task, count: IDLE_STREAMS / 5 });
  await first.close();
  await sleep(SETTLE_MS);
  const before = await server.held();
  const listeners = await openListeners({ ...task, count: IDLE_STREAMS });
  await sleep(SETTLE_MS);
  const after = await server.held();
  await listeners.close();
  const each = (of: keyof Held): number => (after[of] - before[of]) / IDLE_STREAMS;
  return { heap: each('heap'), all: each('all') };
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1).padStart(7);
}

const EVENT_SOURCE = { Accept: 'text/event-stream', 'Cache-Control': 'no-cache' };

function bareTask({ port }: BareStreams): Task {
  return { port, kind: 'stream', requests: [{ path: '/', headers: EVENT_SOURCE }] };
}

async function tasksOf(serin: RunningSerin) {
  const { port, projectToken: token, personalApiKey } = serin;
  const stream = { path: `/flags/stream?token=${token}`, headers: EVENT_SOURCE };
  // Definitions are asked for by SDKs of servers, each with a quarter of the clients.
  const agents = ['node/5.70.0', 'python/7.53.0', 'go/1.0.0', 'ruby/3.1.0'];
  const definitions = agents.map((agent) => ({
    path: `/flags/definitions?token=${token}&send_cohorts`,
    headers: {
      Authorization: `Bearer ${personalApiKey}`,
      'User-Agent': `posthog-${agent}`,
      'Accept-Encoding': 'gzip, deflate',
    },
  }));
  const browsers: Task = { port, kind: 'stream', requests: [stream] };
  const question = {
    path: '/flags/?v=2',
    body: JSON.stringify({ token, distinct_id: 'somebody' }),
  };
  return {
    browsers,
    'browsers, with all flags asked for': { ...browsers, kind: 'ask', question },
    'OpenFeature streams': { ...browsers, requests: [await openFeatureStream(serin)] },
    'definitions, held': { port, kind: 'held', requests: definitions },
  } satisfies Record<string, Task>;
}

/** The stream that an answer for all flags offers. */
async function openFeatureStream({ url, projectToken }: RunningSerin) {
  const answer = await fetch(`${url}/ofrep/v1/evaluate/flags`, {
    method: 'POST',
    headers: { authorization: `Bearer ${projectToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ context: { targetingKey: 'somebody' } }),
  });
  const { eventStreams } = (await answer.json()) as {
    eventStreams: readonly { readonly endpoint: { readonly requestUri: string } }[];
  };
  return { path: eventStreams[0]!.endpoint.requestUri, headers: EVENT_SOURCE };
}

if (import.meta.main) await run();
