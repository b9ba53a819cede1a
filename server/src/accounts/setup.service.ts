// The first account: by a one-time link, or by bootstrap settings for automation.
import { v7 as uuidv7 } from 'uuid';
import { fail } from '#kernel/errors';
import { recordAudit } from '#audit';
import { type Ctx, afterCommit, inTransaction } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { INITIAL_ENVIRONMENTS, type User } from './account.ts';
import {
  findSetting,
  hasUsers,
  insertOrganization,
  insertProject,
  insertUser,
  lockSetup,
  putSetting,
} from './accounts.store.ts';
import { insertApiKey } from './api-key.store.ts';
import { insertEnvironment } from './environment.store.ts';
import { hashPassword, hashToken, newProjectToken, randomToken } from './secrets.client.ts';

const SETUP_SETTING = 'setup_token';

export type FirstAccount = {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly organizationName: string;
  readonly projectName: string;
  /** Token of the project's production environment; random when absent. */
  readonly projectToken?: string | undefined;
  /** A personal API key with all scopes to create along. */
  readonly personalApiKey?: string | undefined;
};

/** True while nobody has an account. */
export async function isSetupNeeded(ctx: Ctx): Promise<boolean> {
  return !(await hasUsers(ctx.db));
}

/** A fresh one-time set-up token; earlier ones stop working. */
export async function issueSetupToken(ctx: Ctx): Promise<string> {
  const token = randomToken('');
  await putSetting(ctx.db, SETUP_SETTING, { hash: hashToken(token) });
  return token;
}

/**
 * Creates the first account with the one-time token.
 * @throws permission_denied when an account exists or the token is not the newest one.
 */
export async function setUp(ctx: Ctx, token: string, account: FirstAccount): Promise<User> {
  // Asked before the costly hash as well, so that nobody without the link can make us work.
  await refuseWrongSetup(ctx, token);
  const passwordHash = await hashPassword(account.password);
  return inTransaction(ctx, async (tx) => {
    await lockSetup(tx.db);
    await refuseWrongSetup(tx, token);
    return createFirstAccount(tx, account, passwordHash);
  });
}

async function refuseWrongSetup(ctx: Ctx, token: string): Promise<void> {
  const setting = (await findSetting(ctx.db, SETUP_SETTING)) as { hash?: string } | undefined;
  if ((await hasUsers(ctx.db)) || setting?.hash !== hashToken(token)) {
    fail('permission_denied', {
      detail: 'This set-up link is no longer valid. Start Serin again to get a new one.',
      attr: 'setup_token',
    });
  }
}

/** Creates the first account from settings; returns false when one exists already. */
export async function bootstrap(ctx: Ctx, account: FirstAccount): Promise<boolean> {
  if (await hasUsers(ctx.db)) return false;
  const passwordHash = await hashPassword(account.password);
  return inTransaction(ctx, async (tx) => {
    await lockSetup(tx.db);
    if (await hasUsers(tx.db)) return false;
    await createFirstAccount(tx, account, passwordHash);
    return true;
  });
}

async function createFirstAccount(
  tx: Ctx,
  account: FirstAccount,
  passwordHash: string,
): Promise<User> {
  const organizationId = await insertOrganization(tx.db, account.organizationName);
  const user: User = {
    id: uuidv7(),
    organizationId,
    email: account.email,
    name: account.name,
  };
  await insertUser(tx.db, { ...user, passwordHash });
  const actor = { kind: 'user', id: user.id, label: user.email } as const;
  const as = { ...tx, actor };
  await createProject(as, user, account.projectName, account.projectToken);
  if (account.personalApiKey !== undefined) {
    await insertApiKey(tx.db, {
      id: uuidv7(),
      userId: user.id,
      label: 'Bootstrap',
      keyHash: hashToken(account.personalApiKey),
      hint: account.personalApiKey.slice(-4),
      scopes: ['*'],
    });
  }
  await recordAudit(as, {
    projectId: null,
    organizationId,
    action: 'created',
    resourceKind: 'user',
    resourceId: user.id,
    after: user,
  });
  return user;
}

/** Creates a project with its first environments; returns its id. Runs in the caller's transaction. */
export async function createProject(
  tx: Ctx,
  user: User,
  name: string,
  productionToken?: string,
): Promise<number> {
  const projectId = await insertProject(tx.db, { organizationId: user.organizationId, name });
  for (const [position, { key, name: environmentName, color }] of INITIAL_ENVIRONMENTS.entries()) {
    const given = key === 'production' ? productionToken : undefined;
    await insertEnvironment(tx.db, {
      projectId,
      key,
      name: environmentName,
      token: given ?? newProjectToken(),
      color,
      position,
    });
  }
  await recordAudit(tx, {
    projectId,
    action: 'created',
    resourceKind: 'project',
    resourceId: String(projectId),
    after: { name },
  });
  await announceAccountsChanged(tx, projectId);
  return projectId;
}

/** Tells this process (after the commit) and the other replicas that accounts have changed. */
export async function announceAccountsChanged(tx: Ctx, projectId: number | null): Promise<void> {
  await notify(tx.db, 'accounts.changed', { projectId });
  afterCommit(tx, () => tx.events.emit('accounts.changed', { projectId }));
}
