// Renaming an environment, and changing what it asks of whoever changes a flag there. Asking for less is
// itself guarded: by a signed-in person, with a reason, in the audit log.
import { type Environment, listProjectMemberIds, updateEnvironmentRow } from '#accounts';
import { type Protection, isLooser } from '#accounts/protection';
import type { EnvironmentColor } from '#accounts/environment';
import { fail } from '#kernel/errors';
import { type OfProject, audit, change, found } from './environments.service.ts';

export type EnvironmentUpdate = {
  readonly name?: string | undefined;
  readonly color?: EnvironmentColor | undefined;
  readonly protection?:
    | { readonly [P in keyof Protection]?: Protection[P] | undefined }
    | undefined;
  /** Null: what the server is set to. */
  readonly eventsPerSecond?: number | null | undefined;
  readonly reason?: string | null | undefined;
};

/**
 * Changes what is given.
 * @throws not_found; permission_denied when an API key asks for less protection; required (attr reason)
 *   without a reason for that; invalid_input for more approvals than there are other people.
 */
export async function updateEnvironment(
  ctx: OfProject,
  key: string,
  update: EnvironmentUpdate,
): Promise<Environment> {
  return change(ctx, async (tx, environments) => {
    const before = found(environments, key);
    const { name = before.name, color = before.color, reason = null } = update;
    const { eventsPerSecond = before.eventsPerSecond } = update;
    const protection = merged(before.protection, update.protection);
    if (isLooser(before.protection, protection)) refuseLoosening(tx, reason);
    if (protection.requiredApprovals > before.protection.requiredApprovals) {
      await refuseUnreachable(tx, protection.requiredApprovals);
    }
    const after = { name, color, protection, eventsPerSecond };
    await updateEnvironmentRow(tx.db, before.id, after);
    await audit(tx, before.id, 'updated', {
      before: view(before),
      after: view(after),
      reason,
    });
    return before.id;
  });
}

function merged(before: Protection, asked: EnvironmentUpdate['protection'] = {}): Protection {
  return {
    requireReason: asked.requireReason ?? before.requireReason,
    requiredApprovals: asked.requiredApprovals ?? before.requiredApprovals,
    allowEmergencyOff: asked.allowEmergencyOff ?? before.allowEmergencyOff,
  };
}

type Viewed = Pick<Environment, 'name' | 'color' | 'protection' | 'eventsPerSecond'>;

const view = ({ name, color, protection, eventsPerSecond }: Viewed) => ({
  name,
  color,
  events_per_second: eventsPerSecond,
  require_reason: protection.requireReason,
  required_approvals: protection.requiredApprovals,
  allow_emergency_off: protection.allowEmergencyOff,
});

function refuseLoosening({ actor }: OfProject, reason: string | null): void {
  if (actor.kind === 'api_key') {
    fail('permission_denied', {
      attr: 'protection',
      detail: 'Asking for less protection can only be done by a signed-in person.',
    });
  }
  if ((reason ?? '').trim() !== '') return;
  fail('required', { attr: 'reason', detail: 'Say why the environment needs less protection.' });
}

async function refuseUnreachable(ctx: OfProject, requiredApprovals: number): Promise<void> {
  const others = (await listProjectMemberIds(ctx.db, ctx.projectId)).length - 1;
  if (requiredApprovals <= others) return;
  fail('invalid_input', {
    attr: 'protection.required_approvals',
    detail: `Besides the author there are ${others} people who could approve; invite more first.`,
  });
}
