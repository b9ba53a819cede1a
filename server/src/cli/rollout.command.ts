// Starts, watches and steers a rollout of a running Serin, for people and pipelines. The exit status tells how it
// went (rollout/standing.ts).
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from '#app/config';
import type { Goal } from '#rollouts/goal';
import { type Ask, openServer, SeedError } from '#seed';
import {
  describe,
  EXIT,
  type ExitStatus,
  goalOf,
  type Standing,
  statusOf,
} from './rollout/standing.ts';

const USAGE = `Usage: serin rollout <command>

  start PLAN.json | ID        create from a plan and start, or start a draft
  status ID                   where it stands
  wait ID                     until it is completed (--until), or cannot be any more
  promote ID --reason TEXT    to the next stage without waiting for the gates
  rollback ID [--reason TEXT] take the change back

  --until completed | rolled_back | stage:NAME   for wait; completed when left out
  --timeout 45m               for wait: 90s, 45m, 6h; 1h when left out
  --confirm FLAG              where a command costs data: the flag's key
  --fail-on-hold              for wait: end with status 2 when it is held or awaits approval
  --idempotency-key KEY       the same key twice does it once; name the pipeline run
  --json                      print the rollout as JSON
  --environment NAME          production when left out
  --url http://…              SERIN_URL, or this machine, when left out
  --key phx_…                 personal API key; SERIN_API_KEY, or the bootstrap key, when left out

Exit status: 0 as wished, 1 rolled back, 2 needs a person, 3 timeout, 4 over in another way, 5 could not be asked.`;

/** What a run is told by its surroundings. */
export type Surroundings = {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** The settings. */
  readonly readConfig: () => Pick<Config, 'bootstrap' | 'client' | 'port'>;
  /** How long a server that does not answer while it is waited for is left alone. */
  readonly pauseMs: number;
  /** How long one request may be waited for; at most 60. */
  readonly holdSeconds: number;
};

const REAL: Surroundings = {
  print: console.log,
  complain: console.error,
  readConfig,
  pauseMs: 5000,
  holdSeconds: 30,
};

export async function rollout(args: readonly string[]): Promise<void> {
  process.exitCode = await runRollout(args, REAL);
}

/** Ends the command with status 5. */
class RolloutError extends Error {}

/** Runs one command; the exit status. */
export async function runRollout(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitStatus> {
  try {
    return await new Run(args, surroundings).run();
  } catch (error) {
    if (!(error instanceof RolloutError || error instanceof SeedError)) throw error;
    surroundings.complain(error.message);
    return EXIT.failed;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        until: { type: 'string', default: 'completed' },
        timeout: { type: 'string', default: '1h' },
        'fail-on-hold': { type: 'boolean', default: false },
        'idempotency-key': { type: 'string' },
        reason: { type: 'string' },
        confirm: { type: 'string' },
        json: { type: 'boolean', default: false },
        environment: { type: 'string' },
        url: { type: 'string' },
        key: { type: 'string' },
      },
    });
  } catch (error) {
    throw new RolloutError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds. */
function durationOf(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smh])?$/.exec(text) ?? [];
  if (count === undefined) throw new RolloutError('--timeout reads like 90s, 45m or 6h.');
  return Number(count) * UNITS[(unit ?? 's') as keyof typeof UNITS];
}

class Run {
  readonly #values: ReturnType<typeof parse>['values'];
  readonly #command: string | undefined;
  readonly #subject: string;
  readonly #surroundings: Surroundings;
  readonly #ask: Ask;

  constructor(args: readonly string[], surroundings: Surroundings) {
    const { values, positionals } = parse(args);
    const [command, subject, ...more] = positionals;
    if (subject === undefined || more.length > 0) throw new RolloutError(USAGE);
    this.#values = values;
    this.#command = command;
    this.#subject = subject;
    this.#surroundings = surroundings;
    const { bootstrap, client, port } = surroundings.readConfig();
    const key = values.key ?? client.apiKey ?? bootstrap.personalApiKey;
    if (key === undefined) {
      throw new RolloutError(
        'Give a personal API key, made in the web app under Settings, API keys: SERIN_API_KEY or --key.',
      );
    }
    this.#ask = openServer(values.url ?? client.url ?? `http://localhost:${port}`, key);
  }

  async run(): Promise<ExitStatus> {
    switch (this.#command) {
      case 'start':
        return this.#start();
      case 'status':
        return this.#show(await this.#get(this.#subject));
      case 'wait':
        return this.#wait();
      case 'promote':
        return this.#promote();
      case 'rollback':
        return this.#rollBack();
      default:
        throw new RolloutError(USAGE);
    }
  }

  async #start(): Promise<ExitStatus> {
    const isFile = this.#subject.endsWith('.json');
    const rollout = isFile ? await this.#create() : await this.#get(this.#subject);
    // Somebody, or this very run before, has started it.
    if (!rollout.commands.includes('start')) return this.#show(rollout);
    return this.#show(await this.#do(rollout.id, 'start', {}));
  }

  async #create(): Promise<Standing> {
    let plan: unknown;
    try {
      plan = JSON.parse(await readFile(this.#subject, 'utf8'));
    } catch (error) {
      throw new RolloutError(
        `${this.#subject}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    return this.#send('POST', '', plan);
  }

  async #wait(): Promise<ExitStatus> {
    const { until, timeout, 'fail-on-hold': failsOnHold } = this.#values;
    const endsAt = Date.now() + durationOf(timeout);
    let standing = await this.#get(this.#subject);
    const goal = goalOf(until, standing);
    if (!goal) {
      const names = standing.stages.map(({ name }) => `stage:${name}`).join(', ');
      throw new RolloutError(`--until is completed, rolled_back, or one of ${names}.`);
    }
    let status = statusOf(standing, goal, failsOnHold);
    while (status === undefined && Date.now() < endsAt) {
      standing = (await this.#holdOn(goal, endsAt)) ?? standing;
      status = statusOf(standing, goal, failsOnHold);
    }
    this.#show(standing);
    return status ?? EXIT.timeout;
  }

  /** Asks once more, for as long as one request may last. A server that is away for a moment ends no wait. */
  async #holdOn(goal: Goal, endsAt: number): Promise<Standing | undefined> {
    const { holdSeconds, pauseMs } = this.#surroundings;
    const seconds = Math.min(holdSeconds, Math.ceil((endsAt - Date.now()) / 1000));
    const query = new URLSearchParams({
      until: goal.kind,
      ...(goal.kind === 'stage' ? { stage_index: String(goal.index) } : {}),
      or_held: String(this.#values['fail-on-hold']),
      timeout: String(Math.max(1, seconds)),
    });
    try {
      return await this.#send(
        'GET',
        `${encodeURIComponent(this.#subject)}/wait/`,
        undefined,
        query,
      );
    } catch (error) {
      if (!(error instanceof SeedError || error instanceof AwayError)) throw error;
      await sleep(Math.min(pauseMs, Math.max(0, endsAt - Date.now())));
      return undefined;
    }
  }

  async #promote(): Promise<ExitStatus> {
    const { version } = await this.#get(this.#subject);
    return this.#show(await this.#do(this.#subject, 'promote', { expected_version: version }));
  }

  async #rollBack(): Promise<ExitStatus> {
    const rollout = await this.#get(this.#subject);
    if (rollout.state === 'rolled_back') return this.#show(rollout);
    return this.#show(await this.#do(this.#subject, 'rollback', {}));
  }

  #get(id: string): Promise<Standing> {
    return this.#send('GET', `${encodeURIComponent(id)}/`);
  }

  #do(id: string, command: string, body: object): Promise<Standing> {
    const { reason, confirm } = this.#values;
    const path = `${encodeURIComponent(id)}/${command}/`;
    const given = Object.entries({ reason, confirm }).filter(([, value]) => value !== undefined);
    return this.#send('POST', path, { ...body, ...Object.fromEntries(given) });
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    query = new URLSearchParams(),
  ): Promise<Standing> {
    const { environment, 'idempotency-key': key } = this.#values;
    if (environment !== undefined) query.set('environment', environment);
    const asked = query.size === 0 ? '' : `?${query.toString()}`;
    const answer = await this.#ask(
      method,
      `/api/projects/@current/rollouts/${path}${asked}`,
      body,
      key === undefined || method === 'GET' ? {} : { 'idempotency-key': key },
    );
    if (answer.status < 300) return answer.body as Standing;
    const { attr, detail } = (answer.body ?? {}) as { attr?: string | null; detail?: string };
    const where = attr ? `${attr}: ` : '';
    const words = `${where}${detail ?? `the server answered ${answer.status}`}`;
    throw answer.status >= 500 ? new AwayError(words) : new RolloutError(words);
  }

  #show(standing: Standing): ExitStatus {
    const { print } = this.#surroundings;
    print(this.#values.json ? JSON.stringify(standing) : describe(standing));
    return EXIT.ok;
  }
}

/** The server is there and cannot answer now. */
class AwayError extends RolloutError {}
