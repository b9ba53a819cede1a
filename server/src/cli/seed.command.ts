// Fills an environment of a running Serin with a demo, and checks that it arrived.
import { parseArgs } from 'node:util';
import { readConfig } from '#app/config';
import { SeedError, type SeedOptions, openServer, seedShop, tableOf } from '#seed';

const PEOPLE = { least: 10, most: 50_000, usual: 3000 } as const;
const DAY_MS = 86_400_000;

const USAGE = `Usage: serin seed demo [options]

  --key phx_…            personal API key (SERIN_BOOTSTRAP_PERSONAL_API_KEY when left out)
  --url http://…         where Serin runs (this machine, PORT, when left out)
  --environment name     production when left out
  --people number        ${PEOPLE.least} to ${PEOPLE.most}; ${PEOPLE.usual} when left out
  --seed number          another number is another shop; 1 when left out
  --until YYYY-MM-DD     the shop's thirty days end there, at 00:00 UTC; today when left out`;

export async function seed(args: readonly string[]): Promise<void> {
  const { url, key, options } = readArguments(args);
  const { lines, isRight } = await seedShop(openServer(url, key), options, console.log);
  console.log(`\n${tableOf(lines)}\n`);
  if (isRight) {
    console.log(`All of it was read back as it was sent. Look at ${url}/dashboards`);
    return;
  }
  console.error('Serin says something else than what was sent.');
  process.exitCode = 1;
}

function readArguments(args: readonly string[]): {
  readonly url: string;
  readonly key: string;
  readonly options: SeedOptions;
} {
  const { values, positionals } = parse(args);
  if (positionals.length !== 1 || positionals[0] !== 'demo') throw new SeedError(USAGE);
  const { port, bootstrap } = readConfig();
  const key = values.key ?? bootstrap.personalApiKey;
  if (key === undefined) {
    throw new SeedError(
      `Give a personal API key, made in the web app under Settings, API keys: --key phx_…\n\n${USAGE}`,
    );
  }
  const today = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
  return {
    key,
    url: (values.url ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    options: {
      environment: values.environment,
      people: wholeNumber('people', values.people, PEOPLE.least, PEOPLE.most),
      seed: wholeNumber('seed', values.seed, 0, 2 ** 31),
      untilMs: midnight(values.until ?? today),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        url: { type: 'string' },
        environment: { type: 'string', default: 'production' },
        people: { type: 'string', default: String(PEOPLE.usual) },
        seed: { type: 'string', default: '1' },
        until: { type: 'string' },
      },
    });
  } catch (error) {
    throw new SeedError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new SeedError(`--${name} is a whole number from ${least} to ${most}.`);
}

/** Milliseconds since the epoch. */
function midnight(date: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(ms) && ms <= Date.now()) return ms;
  throw new SeedError('--until is a day that has begun, such as 2026-11-30.');
}
