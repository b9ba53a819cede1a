// An environment of a project: the unit of isolation, with a token of its own and what it asks of changes.
import type { Protection } from './protection.ts';

/** Names of the palette that environments are told apart by. */
export const ENVIRONMENT_COLORS = [
  'gray',
  'yellow',
  'blue',
  'green',
  'teal',
  'purple',
  'pink',
  'orange',
  'red',
] as const;
export type EnvironmentColor = (typeof ENVIRONMENT_COLORS)[number];

/** What `?environment=` names it by; for good. */
export const ENVIRONMENT_KEY = /^[a-z0-9][a-z0-9_-]{0,49}$/;

export type Environment = {
  readonly id: number;
  readonly projectId: number;
  readonly key: string;
  readonly name: string;
  /** Project token, for SDKs. */
  readonly token: string;
  readonly color: EnvironmentColor;
  /** Order among the environments of its project. */
  readonly position: number;
  readonly protection: Protection;
  /** Events that it may send per second; null: as many as the server's settings say. */
  readonly eventsPerSecond: number | null;
  /** The token before the last rotation, while it still works. */
  readonly previousToken: { readonly token: string; readonly expiresAt: Date } | null;
};
