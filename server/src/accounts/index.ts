// Door of the accounts feature: who may do what, and which environment a token belongs to.
export { hasScope, type ApiKey, type ProjectSettings } from './account.ts';
export { registerAccounts } from './accounts.routes.ts';
export { findMember, isFlagOwnerRequired } from './accounts.service.ts';
export { createAuthenticator } from './authenticate.service.ts';
export { SECRET_KEY_PREFIX, type SecretKey } from './secret-key.ts';
export type { AccountsState } from './accounts-state.ts';
export { type AccountsDirectory, openDirectory, openSavedDirectory } from './directory.service.ts';
export { reviveAccounts } from './saved-accounts.ts';
export {
  announceAccountsChanged,
  bootstrap,
  isSetupNeeded,
  issueSetupToken,
} from './setup.service.ts';
export type { Environment } from './environment.ts';
export {
  type EnvironmentChange,
  insertEnvironment,
  listProjectEnvironments,
  updateEnvironmentRow,
} from './environment.store.ts';
export { environmentBody } from './environment-wire.routes.ts';
export { listProjectMemberIds } from './member.store.ts';
export { hashToken, newProjectToken, randomToken } from './secrets.client.ts';
export { createAttemptLimit } from './attempts.ts';
