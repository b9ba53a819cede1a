// Starts the server and stops it in order when it is asked to.
import { readConfig } from '#app/config';
import { startServer } from '#app/main';
import { createLog } from '#platform/log';

/** A stop that takes longer than this is ended by force: 20 s. */
const STOP_LIMIT_MS = 20_000;

export async function serve(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const server = await startServer(config, log);
  if (!server.isWhole) printStandby(server.url);
  server.whole.then(
    ({ setupUrl }) => printWelcome(server.url, setupUrl),
    // Only stopping ends the wait for the stores.
    () => undefined,
  );

  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('the stop took too long; leaving now');
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    server
      .close()
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        log.error({ err: error }, 'the stop failed');
        process.exit(1);
      });
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}

function printStandby(url: string): void {
  console.log(`\n  The stores cannot be reached. Serin serves flags as they were, at ${url}\n`);
}

function printWelcome(url: string, setupUrl: string | undefined): void {
  console.log(`\n  Serin is ready at ${url}`);
  if (setupUrl !== undefined) {
    console.log(`\n  Create the first account with this one-time link:\n  ${setupUrl}`);
  }
  console.log();
}
