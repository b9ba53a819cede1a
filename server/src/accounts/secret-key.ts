// Secret keys of environments: for servers, which are nobody's. A key reads one environment's flags, and belongs
// to no person, so it outlives whoever made it.
import type { Scope } from '#kernel/scopes';

export const SECRET_KEY_PREFIX = 'phs_';
/** What every secret key may do. */
export const SECRET_KEY_SCOPES: readonly Scope[] = ['feature_flag:read'];

/** What a key opens. */
export type SecretKey = {
  readonly id: string;
  readonly environmentId: number;
  readonly scopes: readonly Scope[];
};

/** A key as people manage it: everything but the key. */
export type ListedSecretKey = SecretKey & {
  readonly label: string;
  /** Last four characters of the key. */
  readonly hint: string;
  /** Until when the key before the last rotation works; null when it does not any more. */
  readonly previousValidUntil: Date | null;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
  readonly lastUsedAt: Date | null;
};

/** What the directory tells keys apart by. */
export type HashedSecretKey = SecretKey & {
  readonly keyHash: string;
  readonly previousHash: string | null;
  readonly previousValidUntil: Date | null;
};
