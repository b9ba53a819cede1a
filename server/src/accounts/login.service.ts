// Signing in and out. Sessions are random tokens in an HttpOnly cookie; only their hash is stored.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type Ctx, inTransaction } from '#platform/ctx';
import type { User } from './account.ts';
import {
  deleteSession,
  findSessionUser,
  findUserByEmail,
  insertSession,
} from './accounts.store.ts';
import { type AttemptLimit, createAttemptLimit } from './attempts.ts';
import { hashPassword, hashToken, randomToken, verifyPassword } from './secrets.client.ts';

export const SESSION_COOKIE = 'serin_session';
export const SESSION_SECONDS = 30 * 24 * 3600; // 30 days

// Compared against when the e-mail is unknown, so that both cases take the same time.
let decoyHash: Promise<string> | undefined;

export type LoginLimits = {
  /** Per e-mail and address: guessing one password. */
  readonly byAccount: AttemptLimit;
  /** Per address: trying many e-mails. High, because an office or a proxy may share one. */
  readonly byAddress: AttemptLimit;
};

export const createLoginLimits = (): LoginLimits => ({
  byAccount: createAttemptLimit(10),
  byAddress: createAttemptLimit(100),
});

/**
 * Checks the password and opens a session; returns the session token.
 * @throws rate_limit_exceeded after too many failures within 5 minutes.
 * @throws authentication_failed without saying which of the two was wrong.
 */
export async function logIn(
  ctx: Ctx,
  limits: LoginLimits,
  credentials: { email: string; password: string; address: string },
): Promise<{ user: User; sessionToken: string }> {
  const nowMs = ctx.clock.now();
  const { address } = credentials;
  const account = `${credentials.email.toLowerCase()} ${address}`;
  const waitMs = Math.max(
    limits.byAccount.waitMs(account, nowMs),
    limits.byAddress.waitMs(address, nowMs),
  );
  if (waitMs > 0) {
    fail('rate_limit_exceeded', {
      detail: `Too many failed attempts. Try again in ${Math.ceil(waitMs / 60_000)} min.`,
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  }
  limits.byAccount.count(account, nowMs);
  limits.byAddress.count(address, nowMs);
  const found = await findUserByEmail(ctx.db, credentials.email);
  decoyHash ??= hashPassword('decoy');
  const isRight = await verifyPassword(
    credentials.password,
    found?.passwordHash ?? (await decoyHash),
  );
  if (!found || !isRight) {
    fail('authentication_failed', { detail: 'The e-mail or the password is wrong.' });
  }
  limits.byAccount.reset(account);
  limits.byAddress.forgive(address);
  return { user: found.user, sessionToken: await openSession(ctx, found.user) };
}

/** Opens a session and returns its token. */
export async function openSession(ctx: Ctx, user: User): Promise<string> {
  const sessionToken = randomToken('');
  const now = new Date(ctx.clock.now());
  await inTransaction(ctx, async (tx) => {
    await insertSession(tx.db, {
      tokenHash: hashToken(sessionToken),
      userId: user.id,
      now,
      expiresAt: new Date(now.getTime() + SESSION_SECONDS * 1000),
    });
    await auditSession(tx, user, 'signed_in', sessionToken);
  });
  return sessionToken;
}

export async function logOut(ctx: Ctx, user: User, sessionToken: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await deleteSession(tx.db, hashToken(sessionToken));
    await auditSession(tx, user, 'signed_out', sessionToken);
  });
}

async function auditSession(
  tx: Ctx,
  user: User,
  action: 'signed_in' | 'signed_out',
  sessionToken: string,
): Promise<void> {
  const actor = { kind: 'user', id: user.id, label: user.email } as const;
  const origin = tx.origin && { ...tx.origin, session: sessionName(sessionToken) };
  const as: Ctx = { ...tx, actor, ...(origin ? { origin } : {}) };
  await recordAudit(as, {
    projectId: null,
    organizationId: user.organizationId,
    action,
    resourceKind: 'user',
    resourceId: user.id,
    resourceLabel: user.email,
  });
}

/** What the audit log calls a session: enough to tell two apart, useless for signing in. */
export function sessionName(sessionToken: string): string {
  return hashToken(sessionToken)
    .replace(/^sha256\$/, '')
    .slice(0, 12);
}

/** The signed-in user of a session token, or undefined. */
export async function findSession(ctx: Ctx, sessionToken: string): Promise<User | undefined> {
  return findSessionUser(ctx.db, hashToken(sessionToken), new Date(ctx.clock.now()));
}
