// Keeps the recordings that show what happened in an incident, and tells people where to watch them.
import { queueNotification } from '#notify';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { pinRecordings } from '#replay';
import { environmentRef, type Rollout } from '../kept/rollouts.store.ts';
import { behindOf } from '../plan/guardrail-behind.ts';
import { examplesMessage } from './examples-message.ts';
import { examplesToKeep } from './examples.ts';
import type { IncidentEvidence } from './incident.ts';
import type { Incident } from './incident.store.ts';

/** Of both arms; those that are kept already stay as they are. */
export async function keepRecordings(
  ctx: Ctx,
  incident: Incident,
  evidence: IncidentEvidence,
): Promise<void> {
  const ids = examplesToKeep(evidence, incident.culprits);
  if (ids.length === 0) return;
  const here = await placeOf(ctx, incident);
  await pinRecordings(here, [...new Set(ids)], `Incident of ${incident.flagKey}`);
}

/** Once an incident, as soon as there is something to watch. Answers whether people have been told. */
export async function tellOfRecordings(
  ctx: Ctx,
  incident: Incident,
  { id: rolloutId, plan }: Rollout,
  evidence: IncidentEvidence,
): Promise<boolean> {
  if (incident.kind !== 'rollback' || incident.evidence?.isTold === true) {
    return incident.evidence?.isTold === true;
  }
  const { environment, projectId } = await placeOf(ctx, incident);
  const culprit = plan.guardrails.find(({ id }) => id === incident.culprits[0]);
  const behind = culprit ? behindOf(culprit) : null;
  const change = { rolloutId, treatment: plan.treatment ?? 'true', behind };
  const message = examplesMessage(incident, change, evidence, environment);
  if (!message) return false;
  await queueNotification(ctx, { projectId, subject: `rollout:${rolloutId}`, message });
  return true;
}

async function placeOf(ctx: Ctx, { projectId, environmentId }: Incident): Promise<ProjectCtx> {
  return { ...ctx, projectId, environment: await environmentRef(ctx.db, environmentId) };
}
