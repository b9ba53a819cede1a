// Finds the command that was asked for. Each command is one file; `serve` is the default.
import { ConfigError } from '#app/config';
import { StartError } from '#app/start-error';
import { EngineError } from '#platform/supervise/engine-error';
import { SeedError } from '#seed';
import { printConfig } from './config.command.ts';
import { migrate } from './migrate.command.ts';
import { rollout } from './rollout.command.ts';
import { seed } from './seed.command.ts';
import { serve } from './serve.command.ts';
import { sourcemaps } from './sourcemaps.command.ts';

type Command = { readonly summary: string; run(args: readonly string[]): Promise<void> };

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { summary: 'start the server (default)', run: serve },
  migrate: { summary: 'bring both stores to the newest schema', run: migrate },
  seed: { summary: 'fill an environment of a running server with a demo shop', run: seed },
  rollout: { summary: 'start, watch and steer a rollout of a running server', run: rollout },
  sourcemaps: { summary: 'upload source maps of a release to a running server', run: sourcemaps },
  config: { summary: 'list every setting with its default and meaning', run: printConfig },
};

/** Runs one command; the process ends with status 1 and plain words when it cannot. */
export async function main(argv: readonly string[]): Promise<void> {
  const [name = 'serve', ...args] = argv;
  if (name === 'help' || name === '--help' || name === '-h') {
    console.log(usage());
    return;
  }
  const command = COMMANDS[name];
  if (!command) {
    console.error(`There is no command "${name}".\n\n${usage()}`);
    process.exitCode = 1;
    return;
  }
  try {
    await command.run(args);
  } catch (error) {
    console.error(isForPeople(error) ? `\n${error.message}\n` : error);
    process.exit(1);
  }
}

// Errors whose message alone tells what to do; all others show where they came from.
function isForPeople(error: unknown): error is Error {
  return [ConfigError, EngineError, SeedError, StartError].some((kind) => error instanceof kind);
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(12)}${summary}`,
  );
  return `Usage: serin [command]\n\n${lines.join('\n')}\n\nSettings are environment variables: serin config`;
}
