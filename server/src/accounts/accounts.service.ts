// Verbs on projects and personal API keys. Each change and its audit entry are one transaction.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import type { Scope } from '#kernel/scopes';
import { type Ctx, inTransaction } from '#platform/ctx';
import {
  type ListedApiKey,
  PERSONAL_API_KEY_PREFIX,
  type Project,
  type ProjectSettings,
  type User,
} from './account.ts';
import {
  findProjectUser,
  findUser,
  readOwnerRule,
  writeProjectSettings,
} from './accounts.store.ts';
import { deleteApiKey, insertApiKey, listApiKeys } from './api-key.store.ts';
import { hashToken, randomToken } from './secrets.client.ts';
import { announceAccountsChanged, createProject } from './setup.service.ts';

/** A user may hold this many keys. */
const MAX_KEYS_PER_USER = 100;

/** Creates a project with production and development; returns its id. */
export async function addProject(ctx: Ctx, user: User, name: string): Promise<number> {
  return inTransaction(ctx, (tx) => createProject(tx, user, name));
}

/** Changes what is given of a project's settings. */
export async function updateProject(
  ctx: Ctx,
  project: Project,
  change: Partial<ProjectSettings>,
): Promise<void> {
  const before = settingsOf(project);
  const after = { ...before, ...change };
  await inTransaction(ctx, async (tx) => {
    await writeProjectSettings(tx.db, project.id, after);
    await recordAudit(tx, {
      projectId: project.id,
      action: 'updated',
      resourceKind: 'project',
      resourceId: String(project.id),
      before,
      after,
    });
    await announceAccountsChanged(tx, project.id);
  });
}

/** What the owner of a flag must be: somebody of the project's organisation; undefined otherwise. */
export async function findMember(
  ctx: Ctx,
  projectId: number,
  userId: string,
): Promise<User | undefined> {
  return findProjectUser(ctx.db, projectId, userId);
}

/** Whether the project refuses flags that have no owner. */
export async function isFlagOwnerRequired(ctx: Ctx, projectId: number): Promise<boolean> {
  return readOwnerRule(ctx.db, projectId);
}

function settingsOf({
  name,
  requireFlagOwner,
  timezone,
  weekStartDay,
  eventRetentionDays,
  anonymizeIps,
  testAccountFilters,
}: Project): ProjectSettings {
  return {
    name,
    requireFlagOwner,
    timezone,
    weekStartDay,
    eventRetentionDays,
    anonymizeIps,
    testAccountFilters,
  };
}

/** Creates a key; `value` is the key itself, seen this once only. */
export async function createApiKey(
  ctx: Ctx,
  user: User,
  input: { label: string; scopes: readonly Scope[] },
): Promise<{ key: ListedApiKey; value: string }> {
  const value = randomToken(PERSONAL_API_KEY_PREFIX);
  const id = uuidv7();
  await inTransaction(ctx, async (tx) => {
    if ((await listApiKeys(tx.db, user.id)).length >= MAX_KEYS_PER_USER) {
      fail('invalid_input', {
        detail: `There are ${MAX_KEYS_PER_USER} keys already; revoke some.`,
      });
    }
    await insertApiKey(tx.db, {
      id,
      userId: user.id,
      label: input.label,
      keyHash: hashToken(value),
      hint: value.slice(-4),
      scopes: input.scopes,
    });
    await recordAudit(tx, {
      projectId: null,
      organizationId: user.organizationId,
      action: 'created',
      resourceKind: 'personal_api_key',
      resourceId: id,
      after: { label: input.label, scopes: input.scopes },
    });
  });
  const key = {
    id,
    label: input.label,
    hint: value.slice(-4),
    scopes: input.scopes,
    createdAt: new Date(ctx.clock.now()),
    lastUsedAt: null,
  };
  return { key, value };
}

/** Revokes one of the user's own keys. @throws not_found */
export async function revokeApiKey(ctx: Ctx, user: User, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const label = await deleteApiKey(tx.db, user.id, id);
    if (label === undefined) fail('not_found', { detail: 'You have no such key.' });
    await recordAudit(tx, {
      projectId: null,
      organizationId: user.organizationId,
      action: 'revoked',
      resourceKind: 'personal_api_key',
      resourceId: id,
      before: { label },
    });
    await announceAccountsChanged(tx, null);
  });
}

/** The user with this id. @throws not_authenticated when there is none (any more). */
export async function getUser(ctx: Ctx, id: string | undefined): Promise<User> {
  const user = id === undefined ? undefined : await findUser(ctx.db, id);
  return user ?? fail('not_authenticated');
}

/** The user's own keys, newest first. */
export async function listOwnApiKeys(ctx: Ctx, user: User): Promise<ListedApiKey[]> {
  return listApiKeys(ctx.db, user.id);
}
