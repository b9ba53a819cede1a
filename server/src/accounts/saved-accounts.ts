// Accounts as they come back from a file: JSON has no dates.
import type { AccountsState } from './accounts-state.ts';

type Json<T> = T extends Date
  ? string
  : T extends readonly (infer E)[]
    ? readonly Json<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Json<T[K]> }
      : T;

/** The state as it was before it became JSON. */
export function reviveAccounts(saved: Json<AccountsState>): AccountsState {
  return {
    projects: saved.projects.map((one) => ({ ...one, createdAt: new Date(one.createdAt) })),
    environments: saved.environments.map((one) => ({
      ...one,
      previousToken: one.previousToken && {
        token: one.previousToken.token,
        expiresAt: new Date(one.previousToken.expiresAt),
      },
    })),
    apiKeys: saved.apiKeys,
    secretKeys: saved.secretKeys.map((one) => ({
      ...one,
      previousValidUntil: one.previousValidUntil === null ? null : new Date(one.previousValidUntil),
    })),
  };
}
