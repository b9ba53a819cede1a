// Reads everything that the directory of accounts knows, in one go.
import type { Db } from '#platform/ctx';
import type { AccountsState } from './accounts-state.ts';
import { listProjects } from './accounts.store.ts';
import { listApiKeysByHash } from './api-key.store.ts';
import { listEnvironments } from './environment.store.ts';
import { listHashedSecretKeys } from './secret-key.store.ts';

/** Few rows of few tables, in one view of the database. */
export async function readAccounts(db: Db): Promise<AccountsState> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => ({
      projects: await listProjects(trx),
      environments: await listEnvironments(trx),
      apiKeys: await listApiKeysByHash(trx),
      secretKeys: await listHashedSecretKeys(trx),
    }));
}
