// Everything that the directory of accounts knows.
import type { ApiKey, Project } from './account.ts';
import type { Environment } from './environment.ts';
import type { HashedSecretKey } from './secret-key.ts';

/** Plain data: it is also kept on disk. Of keys it holds hashes only. */
export type AccountsState = {
  readonly projects: readonly Project[];
  readonly environments: readonly Environment[];
  readonly apiKeys: readonly (ApiKey & { readonly keyHash: string })[];
  readonly secretKeys: readonly HashedSecretKey[];
};
