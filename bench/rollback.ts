// How fast harm is undone: from the arrival of the events that prove it to the decision, and to a client that waits for
// changes. The reference is a switch of the same flag by hand on the same server, heard by the same client.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  callApi,
  changeFlag,
  createFlag,
  eventually,
  type Flag,
} from '../sdk-compat/management.ts';
import { type RunningSerin, startSerin } from '../sdk-compat/server.ts';
import type {
  RolloutEventWire,
  RolloutWire,
} from '../server/src/rollouts/rollout-body.contract.ts';
import { now } from './delivery/clock.ts';
import { type Listeners, openListeners } from './delivery/processes.ts';
import { quantile } from './statistics.ts';

const ROUNDS = 7;
const PEOPLE = 120;
/** Streams tell changes in quick succession together: at most once a second. */
const PAUSE_MS = 1500;
/** A minute of a plan passes in a second: looks every second, as often as the controller takes them. */
const TIME_SCALE = 60;

/** Runs the benchmark and prints its table. */
export async function run(): Promise<void> {
  const serin = await startSerin({ timeScale: TIME_SCALE });
  try {
    const { port, projectToken } = serin;
    const stream = {
      path: `/flags/stream?token=${projectToken}`,
      headers: { Accept: 'text/event-stream', 'Cache-Control': 'no-cache' },
    };
    const client = await openListeners({ port, kind: 'stream', requests: [stream], count: 1 });
    const rounds: Round[] = [];
    // The first is not counted: code that runs for the first time is slow.
    for (let round = 0; round <= ROUNDS; round += 1) rounds.push(await play(serin, client, round));
    await client.close();
    report(rounds.slice(1));
  } finally {
    await serin.stop();
  }
}

/** Milliseconds. */
type Round = { readonly byHand: number; readonly decided: number; readonly heard: number };

async function play(serin: RunningSerin, client: Listeners, round: number): Promise<Round> {
  const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
  const flag = await createFlag(serin, { key: `taken-back-${round}`, filters: nobody });
  await sleep(PAUSE_MS);
  const byHand = await untilHeard(client, () => changeFlag(serin, flag, { active: false }));
  await changeFlag(serin, flag, { active: true });
  const id = await begin(serin, flag);
  const withChange = await letIn(serin, id, flag);
  await sleep(PAUSE_MS);
  const harm = withChange.map((person) => ({ event: '$exception', properties: person }));
  const sentAt = Date.now();
  const heard = await untilHeard(client, () => send(serin, harm));
  const decidedAt = await eventually(() => rolledBackAt(serin, id));
  return { byHand, decided: decidedAt - sentAt, heard };
}

/** From the request on. */
async function untilHeard(client: Listeners, act: () => Promise<unknown>): Promise<number> {
  await client.arm();
  const requestedAt = now();
  await act();
  const [heardAt = Number.NaN] = await client.heard();
  return heardAt - requestedAt;
}

/** Half of all people have it, and nobody has run into anything yet. */
async function begin(serin: RunningSerin, { key }: Flag): Promise<string> {
  const quick = { settle_seconds: 1, tick_seconds: 1, bucket_seconds: 1 };
  const { id } = await callApi<RolloutWire>(serin, 'POST', 'rollouts/', {
    flag_key: key,
    stages: [{ name: 'Half', percent: 50, min_bake_seconds: 3600 }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
    policy: quick,
  });
  await callApi(serin, 'POST', `rollouts/${id}/start/`, {});
  return id;
}

type Person = { readonly distinct_id: string };

/** People who use the flag; returns those who have the change, once all of them are counted. */
async function letIn(serin: RunningSerin, id: string, { key }: Flag): Promise<Person[]> {
  const rollout = () => callApi<RolloutWire>(serin, 'GET', `rollouts/${id}/`);
  await eventually(async () => {
    if ((await rollout()).state !== 'baking') throw new Error('It is not being watched yet.');
  });
  const people = Array.from({ length: PEOPLE }, (_, n) => ({ distinct_id: `${key}-${n}` }));
  const values = await Promise.all(people.map((person) => valueFor(serin, key, person)));
  await send(
    serin,
    people.map((person, n) => ({
      event: '$feature_flag_called',
      properties: { ...person, $feature_flag: key, $feature_flag_response: values[n] },
    })),
  );
  await eventually(async () => {
    const { treatment = 0, control = 0 } = (await rollout()).evaluation?.people ?? {};
    if (treatment + control < PEOPLE) throw new Error('Not all people are counted yet.');
  });
  return people.filter((_, n) => values[n] === true);
}

async function valueFor(serin: RunningSerin, key: string, { distinct_id: id }: Person) {
  const answer = await fetch(`${serin.url}/flags/?v=2`, {
    method: 'POST',
    body: JSON.stringify({ token: serin.projectToken, distinct_id: id }),
  });
  const { flags } = (await answer.json()) as { flags: Record<string, { enabled: boolean }> };
  return flags[key]?.enabled === true;
}

async function send({ url, projectToken }: RunningSerin, batch: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/batch/`, {
    method: 'POST',
    body: JSON.stringify({ api_key: projectToken, batch }),
  });
  if (!answer.ok) throw new Error(`batch: ${answer.status} ${await answer.text()}`);
}

/** When the decision was made, milliseconds since the epoch. */
async function rolledBackAt(serin: RunningSerin, id: string): Promise<number> {
  const line = await callApi<{ results: RolloutEventWire[] }>(
    serin,
    'GET',
    `rollouts/${id}/events/`,
  );
  const back = line.results.find(({ type }) => type === 'rollback_started');
  if (!back) throw new Error('It has not been taken back.');
  return Date.parse(back.at);
}

function report(rounds: readonly Round[]): void {
  console.log(
    `${rounds.length} rollbacks, looks every second, ms from the request: median, 95th percentile, longest`,
  );
  const row = (label: string, values: readonly number[]): void => {
    const text = [0.5, 0.95, 1].map((q) => quantile(values, q).toFixed(0).padStart(7)).join('');
    console.log(`  ${label.padEnd(52)}${text}`);
  };
  row(
    'switched by hand: a connected client has it',
    rounds.map(({ byHand }) => byHand),
  );
  row(
    'harm arrives: the flag is off',
    rounds.map(({ decided }) => decided),
  );
  row(
    'harm arrives: a connected client has it',
    rounds.map(({ heard }) => heard),
  );
}

if (import.meta.main) await run();
