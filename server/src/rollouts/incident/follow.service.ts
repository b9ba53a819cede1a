// Opens, worsens and closes a rollout's incident in the transaction of the move that does so. It reads and writes
// rows alone: nothing that may be slow or away may stand in the way of a rollback.
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import type { Verdict } from '#metrics/verdict';
import { type Ctx, afterCommit } from '#platform/ctx';
import type { Transition } from '../gate/rollout.ts';
import { findLastInputHash } from '../kept/history.store.ts';
import type { Rollout } from '../kept/rollouts.store.ts';
import { clearBanner } from './banner.service.ts';
import { incidentStep } from './incident.ts';
import {
  closeIncident,
  findIncident,
  findOpenIncident,
  type Incident,
  type IncidentCause,
  insertIncident,
  worsenIncident,
} from './incident.store.ts';

type Move = {
  readonly transition: Transition;
  readonly evaluation: { readonly id: string; readonly verdict: Verdict } | null;
};

/** The id of the incident that a move belongs to; null without one. `rollout` is as it was before the move. */
export async function followIncident(
  ctx: Ctx,
  rollout: Rollout,
  move: Move,
): Promise<string | null> {
  const open = await findOpenIncident(ctx.db, rollout.id);
  const isByPerson = ctx.actor.kind !== 'system';
  const step = incidentStep(move.transition, open?.kind ?? null, isByPerson);
  if (step === null) return open?.id ?? null;
  const at = new Date(ctx.clock.now());
  if (step.kind === 'close') {
    if (open) await close(ctx, rollout, open, { at, closing: step.closing });
    return open?.id ?? null;
  }
  const id = await begin(ctx, rollout, move, open, at);
  // Whoever takes a change back by hand has seen why.
  if (step.kind === 'roll_back' && isByPerson) {
    await close(ctx, rollout, { id }, { at, closing: 'acknowledged' });
  }
  afterCommit(ctx, () => ctx.events.emit('incident.changed', { incidentId: id }));
  return id;
}

/** Opens an incident, or makes the open one worse. */
async function begin(
  ctx: Ctx,
  rollout: Rollout,
  move: Move,
  open: Incident | undefined,
  at: Date,
): Promise<string> {
  const cause = await causeOf(ctx, rollout, move, open, at);
  const id = open?.id ?? v7();
  if (open) {
    await worsenIncident(ctx.db, id, cause);
  } else {
    const { projectId, environmentId, id: rolloutId } = rollout;
    const { attempt, stageIndex } = rollout.position;
    const place = { projectId, environmentId, rolloutId, attempt, stageIndex };
    await insertIncident(ctx.db, { id, ...place, openedAt: at, ...cause });
  }
  await audit(ctx, rollout, id, open ? 'worsened' : 'opened', {
    kind: cause.kind,
    flag_key: rollout.flagKey,
    culprits: cause.culprits,
  });
  return id;
}

async function causeOf(
  ctx: Ctx,
  rollout: Rollout,
  { transition, evaluation }: Move,
  open: Incident | undefined,
  at: Date,
): Promise<IncidentCause> {
  const isRollback = transition.flag === 'rollback';
  const { stageIndex, attempt } = rollout.position;
  const run = { rolloutId: rollout.id, stageIndex, attempt };
  const known = evaluation?.id ?? open?.evaluationId ?? (await findLastInputHash(ctx.db, run))?.id;
  return {
    kind: isRollback ? 'rollback' : 'investigation',
    flagOffAt: isRollback ? at : null,
    evaluationId: known ?? null,
    culprits: evaluation?.verdict.culprits ?? open?.culprits ?? [],
    reasons: transition.reasons,
    collectAt: at,
  };
}

async function close(
  ctx: Ctx,
  rollout: Rollout,
  { id }: Pick<Incident, 'id'>,
  end: { readonly at: Date; readonly closing: 'recovered' | 'decided' | 'acknowledged' },
): Promise<void> {
  await closeIncident(ctx.db, id, { ...end, by: ctx.actor.label });
  const closed = await findIncident(ctx.db, id);
  if (closed) await clearBanner(ctx, closed);
  await audit(ctx, rollout, id, 'closed', { closing: end.closing, flag_key: rollout.flagKey });
  afterCommit(ctx, () => ctx.events.emit('incident.changed', { incidentId: id }));
}

async function audit(
  ctx: Ctx,
  rollout: Rollout,
  id: string,
  action: string,
  after: object,
): Promise<void> {
  await recordAudit(ctx, {
    projectId: rollout.projectId,
    environmentId: rollout.environmentId,
    action,
    resourceKind: 'incident',
    resourceId: id,
    resourceLabel: rollout.flagKey,
    after,
  });
}
