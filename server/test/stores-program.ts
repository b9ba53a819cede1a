// Opens the stores of the data folder given as argument, prints its own and their process ids as one line of
// JSON, and closes them on SIGTERM: what tests of crashes, restarts and users start and kill.
import { createLog } from '#platform/log';
import { openStores } from '#platform/stores';
import { EngineError } from '#platform/supervise/engine-error';

const [dataDir = ''] = process.argv.slice(2);
try {
  const stores = await openStores({ dataDir }, createLog('silent'));
  process.on('SIGTERM', () => void stores.close().then(() => process.exit(0)));
  console.log(JSON.stringify({ pid: process.pid, processes: stores.processes() }));
} catch (error) {
  console.log(
    JSON.stringify({ error: error instanceof EngineError ? error.message : String(error) }),
  );
  process.exitCode = 1;
}
