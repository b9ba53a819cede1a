// All flags of a person, 100 of them, by the protocol of OpenFeature and by that of PostHog's SDKs, against the
// frontend API of Unleash with the same flags: whole servers on the same machine, in interleaved rounds of one run.
import { type RunningSerin, startSerin } from '../sdk-compat/server.ts';
import type { LoadResult, LoadTask } from './http/load.ts';
import { median } from './statistics.ts';
import { applyLoad } from './http/processes.ts';
import { FLAG_COUNT, createSerinFlags, createUnleashFlags } from './unleash/flags.ts';
import { type Unleash, startUnleash } from './unleash/server.ts';

const ROUNDS = 5;
const ROUND_MS = 4000;
const WARM_UP_MS = 5000;
const CONNECTIONS = 16;

type Contender = {
  readonly name: string;
  readonly task: LoadTask;
  /** How many times Unleash's rate it should have. */
  readonly aim: number | undefined;
};

/** Medians over the rounds; the ratio is of rates in the same round. */
export type AllFlagsResult = {
  readonly name: string;
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly timesUnleash: number;
};

/** Runs the benchmark and prints its table. */
export async function run(): Promise<AllFlagsResult[]> {
  const unleash = await startUnleash();
  try {
    const serin = await startSerin();
    try {
      await createUnleashFlags(unleash);
      await createSerinFlags(serin);
      const contenders = [unleashFrontend(unleash), ofrepBulk(serin), posthogFlags(serin)];
      return report(contenders, await measure(contenders));
    } finally {
      await serin.stop();
    }
  } finally {
    await unleash.stop();
  }
}

/** [round][contender]. */
async function measure(contenders: readonly Contender[]): Promise<LoadResult[][]> {
  for (const { task, name } of contenders) {
    refuseFailures(name, await applyLoad({ ...task, durationMs: WARM_UP_MS }));
  }
  const rounds: LoadResult[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const results: LoadResult[] = [];
    for (const { task, name } of contenders) {
      const result = await applyLoad(task);
      refuseFailures(name, result);
      results.push(result);
    }
    rounds.push(results);
  }
  return rounds;
}

function refuseFailures(name: string, { refused }: LoadResult): void {
  if (refused > 0) throw new Error(`${name}: ${refused} requests were not answered with 200.`);
}

function report(contenders: readonly Contender[], rounds: LoadResult[][]): AllFlagsResult[] {
  console.log(
    `${FLAG_COUNT} flags, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_MS} ms, medians`,
  );
  return contenders.map(({ name, aim }, at) => {
    const own = rounds.map((results) => results[at] as LoadResult);
    const result = {
      name,
      perSecond: median(own.map(({ requestsPerSecond }) => requestsPerSecond)),
      p99Ms: median(own.map(({ p99Ms }) => p99Ms)),
      timesUnleash: median(
        rounds.map((results, i) => own[i]!.requestsPerSecond / results[0]!.requestsPerSecond),
      ),
    };
    const rate = `${result.perSecond.toFixed(0)} /s`.padStart(10);
    const p99 = `p99 ${result.p99Ms.toFixed(1)} ms`.padStart(14);
    const times = `${result.timesUnleash.toFixed(1)} × Unleash`;
    const aimed = aim === undefined ? '' : ` (aim: at least ${aim}, lower p99)`;
    console.log(
      `  ${name.padEnd(32)}${rate}${p99}   ${own[0]?.answerBytes ?? 0} bytes   ${times}${aimed}`,
    );
    return result;
  });
}

const base = { connections: CONNECTIONS, durationMs: ROUND_MS };

/** What Unleash's proxy clients ask (unleash-proxy-client 3). */
function unleashFrontend({ port, frontendToken }: Unleash): Contender {
  const query =
    'userId=user-{n}&properties[plan]=growth&properties[email]=person-{n}@example.com&properties[country]=DE';
  return {
    name: 'Unleash 8.2 GET /api/frontend',
    aim: undefined,
    task: {
      ...base,
      port,
      method: 'GET',
      path: `/api/frontend?${query}`,
      headers: { Authorization: frontendToken, Accept: 'application/json' },
      body: '',
    },
  };
}

/** What ofrep-web-provider 0.4.3 asks at start. */
function ofrepBulk({ port, projectToken }: RunningSerin): Contender {
  return {
    name: 'Serin POST /ofrep/…/flags',
    aim: 5,
    task: {
      ...base,
      port,
      path: '/ofrep/v1/evaluate/flags',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        Authorization: `Bearer ${projectToken}`,
      },
      body: JSON.stringify({
        context: {
          targetingKey: 'user-{n}',
          plan: 'growth',
          email: 'person-{n}@example.com',
          country: 'DE',
        },
      }),
    },
  };
}

/** What posthog-node 5.70.0 asks. */
function posthogFlags({ port, projectToken }: RunningSerin): Contender {
  return {
    name: 'Serin POST /flags',
    aim: 3,
    task: {
      ...base,
      port,
      path: '/flags/?v=2',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'posthog-node/5.70.0' },
      body: JSON.stringify({
        token: projectToken,
        distinct_id: 'user-{n}',
        groups: {},
        person_properties: {
          distinct_id: 'user-{n}',
          plan: 'growth',
          email: 'person-{n}@example.com',
          country: 'DE',
        },
        group_properties: {},
        geoip_disable: true,
        evaluation_runtime: 'server',
      }),
    },
  };
}

if (import.meta.main) await run();
