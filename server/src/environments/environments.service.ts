// What people do with the environments of a project. Each verb is one transaction that holds the project's
// environments locked, so that two at once cannot both take the last name or delete the last two.
import {
  type Environment,
  announceAccountsChanged,
  insertEnvironment,
  listProjectEnvironments,
  newProjectToken,
  updateEnvironmentRow,
} from '#accounts';
import type { EnvironmentColor } from '#accounts/environment';
import { recordAudit } from '#audit';
import { fillEnvironment } from '#flags';
import { fail } from '#kernel/errors';
import { type Ctx, inTransaction } from '#platform/ctx';
import { lockProject } from './environments.store.ts';

export type OfProject = Ctx & { readonly projectId: number };

const MAX_ENVIRONMENTS = 50;

export type NewEnvironmentInput = {
  readonly key: string;
  readonly name: string;
  readonly color: EnvironmentColor;
  readonly copyFrom: string | null;
  readonly switches: 'off' | 'copied';
};

/**
 * Creates an environment with every flag of the project.
 * @throws unique for a taken key; invalid_input naming the field; with 50 there is room for no other.
 */
export async function createEnvironment(
  ctx: OfProject,
  input: NewEnvironmentInput,
): Promise<Environment> {
  return change(ctx, async (tx, environments) => {
    const { key, name, color, copyFrom, switches } = input;
    if (environments.length >= MAX_ENVIRONMENTS) {
      fail('invalid_input', { detail: `A project has at most ${MAX_ENVIRONMENTS} environments.` });
    }
    if (environments.some((one) => one.key === key)) {
      fail('unique', { attr: 'key', detail: `There is an environment “${key}” already.` });
    }
    const source = copyFrom === null ? null : namedAs(environments, copyFrom, 'copy_from');
    if (source === null && switches === 'copied') {
      fail('invalid_input', { attr: 'switches', detail: 'Say in copy_from where to copy from.' });
    }
    const position = Math.max(0, ...environments.map((one) => one.position)) + 1;
    const token = newProjectToken();
    const { projectId } = tx;
    const id = await insertEnvironment(tx.db, { projectId, key, name, token, color, position });
    await fillEnvironment(tx, {
      projectId,
      environmentId: id,
      copyFromId: source?.id ?? null,
      keepsSwitches: switches === 'copied',
    });
    await audit(tx, id, 'created', { after: { key, name, color, copy_from: copyFrom, switches } });
    return id;
  });
}

/**
 * Puts the environments in the order of `keys`.
 * @throws invalid_input when these are not all of them, each once.
 */
export async function reorderEnvironments(ctx: OfProject, keys: readonly string[]): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const environments = await lockedEnvironments(tx);
    const own = environments.map(({ key }) => key);
    const isComplete = keys.length === own.length && own.every((key) => keys.includes(key));
    if (!isComplete) {
      const detail = `Name every environment once: ${own.join(', ')}.`;
      fail('invalid_input', { attr: 'keys', detail });
    }
    for (const { id, key } of environments) {
      await updateEnvironmentRow(tx.db, id, { position: keys.indexOf(key) });
    }
    await recordAudit(tx, {
      projectId: tx.projectId,
      action: 'updated',
      resourceKind: 'project',
      resourceId: String(tx.projectId),
      before: { environments: own },
      after: { environments: keys },
    });
    await announceAccountsChanged(tx, tx.projectId);
  });
}

/** Knows which flags belong to a running rollout in an environment. */
export type FindRollouts = (
  ctx: Ctx,
  environmentId: number,
) => Promise<readonly { readonly id: string; readonly flagId: number; readonly flagKey: string }[]>;

/**
 * Deletes an environment: its tokens stop working at once and nothing finds it any more. Its rows stay, for
 * the history; its events and people are erased soon after (`#deletions`).
 * @throws not_found; required or invalid_input without the key typed once more; conflict for the last one,
 *   a protected one, and one with a running rollout.
 */
export async function deleteEnvironment(
  ctx: OfProject,
  key: string,
  confirmed: string | undefined,
  findRollouts: FindRollouts,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const environments = await lockedEnvironments(tx);
    const environment = found(environments, key);
    if (confirmed === undefined || confirmed !== key) {
      const detail = `Repeat the key “${key}” in confirm: this cannot be undone.`;
      fail(confirmed === undefined ? 'required' : 'invalid_input', { attr: 'confirm', detail });
    }
    if (environments.length === 1) {
      fail('conflict', { detail: 'This is the last environment; a project needs one.' });
    }
    const { protection } = environment;
    if (protection.requiredApprovals > 0 || protection.requireReason) {
      const detail = `${environment.name} is protected. Take its protection away first.`;
      fail('conflict', { detail });
    }
    const rollouts = await findRollouts(tx, environment.id);
    if (rollouts.length > 0) {
      const keys = rollouts.map(({ flagKey }) => flagKey).join(', ');
      fail('conflict', { detail: `Rollouts are running in ${environment.name}: ${keys}.` });
    }
    await updateEnvironmentRow(tx.db, environment.id, {
      deletedAt: new Date(tx.clock.now()),
      previousToken: null,
    });
    await audit(tx, environment.id, 'deleted', { before: { key, name: environment.name } });
    await announceAccountsChanged(tx, tx.projectId);
  });
}

/**
 * Gives an environment another token; the present one works for `overlapMs` more. One that was replaced
 * before stops at once.
 * @throws not_found
 */
export async function rotateToken(
  ctx: OfProject,
  key: string,
  overlapMs: number,
): Promise<Environment> {
  return change(ctx, async (tx, environments) => {
    const { id, token } = found(environments, key);
    const expiresAt = new Date(tx.clock.now() + overlapMs);
    await updateEnvironmentRow(tx.db, id, {
      token: newProjectToken(),
      previousToken: overlapMs > 0 ? { token, expiresAt } : null,
    });
    const until = overlapMs > 0 ? expiresAt.toISOString() : null;
    await audit(tx, id, 'token_rotated', { after: { previous_token_expires_at: until } });
    return id;
  });
}

/** Stops the token before the last rotation. @throws not_found */
export async function endTokenOverlap(ctx: OfProject, key: string): Promise<Environment> {
  return change(ctx, async (tx, environments) => {
    const { id } = found(environments, key);
    await updateEnvironmentRow(tx.db, id, { previousToken: null });
    await audit(tx, id, 'previous_token_stopped', {});
    return id;
  });
}

/** The environment with this key. @throws not_found */
export function found(environments: readonly Environment[], key: string): Environment {
  const environment = environments.find((one) => one.key === key);
  return environment ?? fail('not_found', { detail: `There is no environment “${key}”.` });
}

function namedAs(environments: readonly Environment[], key: string, attr: string): Environment {
  const environment = environments.find((one) => one.key === key);
  return environment ?? fail('invalid_input', { attr, detail: `There is no “${key}”.` });
}

/** One transaction on locked environments; answers with the environment whose id `verb` returns. */
export async function change(
  ctx: OfProject,
  verb: (tx: OfProject, environments: readonly Environment[]) => Promise<number>,
): Promise<Environment> {
  return inTransaction(ctx, async (tx) => {
    const id = await verb(tx, await lockedEnvironments(tx));
    await announceAccountsChanged(tx, tx.projectId);
    const after = await listProjectEnvironments(tx.db, tx.projectId);
    return after.find((one) => one.id === id) ?? fail('not_found');
  });
}

async function lockedEnvironments(tx: OfProject): Promise<readonly Environment[]> {
  await lockProject(tx.db, tx.projectId);
  return listProjectEnvironments(tx.db, tx.projectId);
}

export async function audit(
  tx: OfProject,
  environmentId: number,
  action: string,
  what: { readonly before?: object; readonly after?: object; readonly reason?: string | null },
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId,
    action,
    resourceKind: 'environment',
    resourceId: String(environmentId),
    ...what,
  });
}
