// The capabilities that verbs (service functions) receive. It holds no feature, so it cannot become a
// hidden global; a verb runs inside its caller's transaction simply by being handed another `db`.
import type { ClickHouseClient } from '@clickhouse/client';
import type { Kysely, Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Clock } from '#kernel/clock';
import type { EventBus } from '#kernel/events';
import type { Database } from '#platform/postgres/schema';

/** A connection pool or an open transaction. Stores take it as their first argument. */
export type Db = Kysely<Database> | Transaction<Database>;

/** Who does something: goes into the audit log with every change. */
export type Actor =
  | { readonly kind: 'user'; readonly id: string; readonly label: string }
  | {
      readonly kind: 'api_key';
      readonly id: string;
      readonly label: string;
      readonly userId: string;
    }
  | { readonly kind: 'system'; readonly id: string; readonly label: string };

/** Where a request came from: goes into the audit log with every change. */
export type Origin = {
  readonly ip: string;
  readonly userAgent: string | null;
  /** Tells sessions of a person apart; null for keys. */
  readonly session: string | null;
};

export type Ctx = {
  readonly db: Db;
  readonly clickhouse: ClickHouseClient;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly actor: Actor;
  /** Absent for what the program does by itself. */
  readonly origin?: Origin;
};

/** The user behind an action, also when a key of theirs takes it; null for Serin itself. */
export function userIdOf({ actor }: Pick<Ctx, 'actor'>): string | null {
  if (actor.kind === 'user') return actor.id;
  return actor.kind === 'api_key' ? actor.userId : null;
}

/** The environment that a request works in. */
export type EnvironmentRef = {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly token: string;
  readonly projectId: number;
};

/** `ctx` of a request below `/api/projects/:project_id/`. */
export type ProjectCtx = Ctx & {
  readonly projectId: number;
  readonly environment: EnvironmentRef;
};

export const systemActor = (name: string): Actor => ({ kind: 'system', id: name, label: name });

type AfterCommit = (() => void)[];
const pendingByDb = new WeakMap<object, AfterCommit>();

/** Runs `verb` in a transaction: the one that is open, else a new one. */
export async function inTransaction<C extends Ctx, R>(
  ctx: C,
  verb: (ctx: C) => Promise<R>,
): Promise<R> {
  if (ctx.db.isTransaction) return verb(ctx);
  const after: AfterCommit = [];
  const result = await ctx.db.transaction().execute((trx) => {
    pendingByDb.set(trx, after);
    return verb({ ...ctx, db: trx });
  });
  for (const run of after) run();
  return result;
}

/** Runs `action` once the transaction has committed (at once when there is none). */
export function afterCommit(ctx: Ctx, action: () => void): void {
  const pending = pendingByDb.get(ctx.db);
  if (pending) pending.push(action);
  else action();
}
