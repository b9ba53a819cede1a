// Verbs on secret keys. Each change and its audit entry are one transaction; replicas hear of it at once.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import type { Environment } from './environment.ts';
import { listProjectEnvironments } from './environment.store.ts';
import { type ListedSecretKey, SECRET_KEY_PREFIX, SECRET_KEY_SCOPES } from './secret-key.ts';
import {
  deleteSecretKey,
  insertSecretKey,
  listProjectSecretKeys,
  lockSecretKey,
  updateSecretKey,
} from './secret-key.store.ts';
import { hashToken, randomToken } from './secrets.client.ts';
import { announceAccountsChanged } from './setup.service.ts';

/** An environment may hold this many keys. */
const MAX_KEYS_PER_ENVIRONMENT = 100;

/** A key with its value, which is seen this once only. */
export type FreshSecretKey = { readonly key: ListedSecretKey; readonly value: string };

/** All keys of the project, newest first. */
export async function listSecretKeys(ctx: ProjectCtx): Promise<ListedSecretKey[]> {
  return listProjectSecretKeys(ctx.db, ctx.projectId);
}

/**
 * Creates a key of the environment with that key.
 * @throws invalid_input for an environment that is not there or has too many keys.
 */
export async function createSecretKey(
  ctx: ProjectCtx,
  input: { readonly label: string; readonly environment: string },
): Promise<FreshSecretKey> {
  return inTransaction(ctx, async (tx) => {
    const environment = await environmentNamed(tx, input.environment);
    const all = await listProjectSecretKeys(tx.db, tx.projectId);
    const own = all.filter(({ environmentId }) => environmentId === environment.id);
    if (own.length >= MAX_KEYS_PER_ENVIRONMENT) {
      const detail = `${environment.name} has ${MAX_KEYS_PER_ENVIRONMENT} keys already; revoke some.`;
      fail('invalid_input', { attr: 'environment', detail });
    }
    const value = randomToken(SECRET_KEY_PREFIX);
    const id = uuidv7();
    await insertSecretKey(tx.db, {
      id,
      environmentId: environment.id,
      scopes: SECRET_KEY_SCOPES,
      label: input.label,
      keyHash: hashToken(value),
      hint: hintOf(value),
      createdBy: tx.actor.kind === 'user' ? tx.actor.id : null,
      at: new Date(tx.clock.now()),
    });
    const key = await lockedKey(tx, id);
    await audit(tx, key, 'created', { after: auditView(key) });
    return { key, value };
  });
}

/**
 * Gives a key another value; the present one works for `overlapMs` more.
 * @throws not_found
 */
export async function rotateSecretKey(
  ctx: ProjectCtx,
  id: string,
  overlapMs: number,
): Promise<FreshSecretKey> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockedKey(tx, id);
    const value = randomToken(SECRET_KEY_PREFIX);
    const nowMs = tx.clock.now();
    await updateSecretKey(tx.db, id, {
      keyHash: hashToken(value),
      hint: hintOf(value),
      previousHash: overlapMs > 0 ? before.keyHash : null,
      previousValidUntil: overlapMs > 0 ? new Date(nowMs + overlapMs) : null,
      rotatedAt: new Date(nowMs),
    });
    const key = await lockedKey(tx, id);
    await audit(tx, key, 'rotated', { before: auditView(before), after: auditView(key) });
    return { key, value };
  });
}

/** Stops the value before the last rotation. @throws not_found */
export async function endSecretKeyOverlap(ctx: ProjectCtx, id: string): Promise<ListedSecretKey> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockedKey(tx, id);
    if (before.previousHash === null) return before;
    await updateSecretKey(tx.db, id, { previousHash: null, previousValidUntil: null });
    const key = await lockedKey(tx, id);
    await audit(tx, key, 'previous_value_stopped', {});
    return key;
  });
}

/** @throws not_found */
export async function revokeSecretKey(ctx: ProjectCtx, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const key = await lockedKey(tx, id);
    await deleteSecretKey(tx.db, id);
    await audit(tx, key, 'revoked', { before: auditView(key) });
  });
}

async function environmentNamed(tx: ProjectCtx, name: string): Promise<Environment> {
  const environments = await listProjectEnvironments(tx.db, tx.projectId, true);
  const found = environments.find(({ key }) => key === name);
  const detail = `The project has no environment "${name}".`;
  return found ?? fail('invalid_input', { attr: 'environment', detail });
}

async function lockedKey(tx: ProjectCtx, id: string) {
  const key = await lockSecretKey(tx.db, tx.projectId, id);
  return key ?? fail('not_found', { detail: 'There is no such secret key.' });
}

const hintOf = (value: string): string => value.slice(-4);

function auditView({ label, hint, scopes, previousValidUntil }: ListedSecretKey): object {
  return { label, hint, scopes, previous_valid_until: previousValidUntil?.toISOString() ?? null };
}

async function audit(
  tx: ProjectCtx,
  key: ListedSecretKey,
  action: string,
  change: { readonly before?: object; readonly after?: object },
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId: key.environmentId,
    action,
    resourceKind: 'secret_key',
    resourceId: key.id,
    ...change,
  });
  await announceAccountsChanged(tx, tx.projectId);
}
