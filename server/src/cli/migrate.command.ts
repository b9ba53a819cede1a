// Brings both stores to the newest schema and leaves; what a deployment runs before new replicas start.
import { readConfig } from '#app/config';
import { createLog } from '#platform/log';
import { openStores } from '#platform/stores';

export async function migrate(): Promise<void> {
  const config = readConfig();
  const stores = await openStores(config, createLog(config.logLevel));
  await stores.close();
  console.log('Both stores have the newest schema.');
}
