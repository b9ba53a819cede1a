// Words of the accounts feature: users, projects, environments, keys, and which scope a key must hold.
import type { Scope } from '#kernel/scopes';

/** Every project starts with these; development is for trying, production for people. */
export const INITIAL_ENVIRONMENTS = [
  { key: 'production', name: 'Production', color: 'yellow' },
  { key: 'development', name: 'Development', color: 'blue' },
] as const;

/** The environment meant when a request names none. */
export const DEFAULT_ENVIRONMENT = 'production';

export const PROJECT_TOKEN_PREFIX = 'phc_';
export const PERSONAL_API_KEY_PREFIX = 'phx_';

/** True when a key with `granted` scopes may do what needs `wanted`. Write includes read. */
export function hasScope(granted: readonly string[], wanted: string): boolean {
  if (granted.includes('*') || granted.includes(wanted)) return true;
  const [resource, action] = wanted.split(':');
  return action === 'read' && granted.includes(`${resource}:write`);
}

export type User = {
  readonly id: string;
  readonly organizationId: number;
  readonly email: string;
  readonly name: string;
};

export type ApiKey = {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly user: User;
};

/** A personal API key as its owner sees it: everything but the key. */
export type ListedApiKey = {
  readonly id: string;
  readonly label: string;
  /** Last four characters of the key. */
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
};

export type Project = {
  readonly id: number;
  readonly organizationId: number;
  readonly createdAt: Date;
} & ProjectSettings;

/** What the people of a project decide about it. */
export type ProjectSettings = {
  readonly name: string;
  /** Flags without an owner are not saved. */
  readonly requireFlagOwner: boolean;
  /** IANA name: days, weeks and months of insights begin by it. */
  readonly timezone: string;
  /** 0: Sunday, 1: Monday. */
  readonly weekStartDay: number;
  /** Older events are erased; null: they stay for as long as the store keeps any. */
  readonly eventRetentionDays: number | null;
  /** Addresses of clients are not kept. */
  readonly anonymizeIps: boolean;
  /** Conditions that real people meet, as insights take them. */
  readonly testAccountFilters: readonly unknown[];
};

/** True for a name of the IANA time zone database. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
