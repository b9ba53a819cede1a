// Everything that the directory of accounts knows, read in one go.
import type { Db } from '#platform/ctx';
import type { ApiKey, Project } from './account.ts';
import { listProjects } from './accounts.store.ts';
import { listApiKeysByHash } from './api-key.store.ts';
import { listEnvironments } from './environment.store.ts';
import type { Environment } from './environment.ts';
import type { HashedSecretKey } from './secret-key.ts';
import { listHashedSecretKeys } from './secret-key.store.ts';

/** Plain data: it is also kept on disk. Of keys it holds hashes only. */
export type AccountsState = {
  readonly projects: readonly Project[];
  readonly environments: readonly Environment[];
  readonly apiKeys: readonly (ApiKey & { readonly keyHash: string })[];
  readonly secretKeys: readonly HashedSecretKey[];
};

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
