// The checklists of a rollout: what Serin sees, what people tick, and who had a look.
import { recordAudit } from '#audit';
import { findFlag } from '#flags';
import { fail } from '#kernel/errors';
import { listChannels, listTold } from '#notify';
import { type Ctx, inTransaction, type ProjectCtx, userIdOf } from '#platform/ctx';
import { countWatched } from '#replay';
import { findLastDrill } from '../drill/drill.store.ts';
import { listIncidents } from '../incident/incident.store.ts';
import { countRecipients } from '../incident/message.store.ts';
import { findLastEvaluation } from '../kept/history.store.ts';
import type { Rollout } from '../kept/rollouts.store.ts';
import { listStageRuns } from '../kept/stage-run.store.ts';
import { listEventsBetween } from '../kept/stretch.store.ts';
import { getRollout } from '../rollouts.service.ts';
import {
  type CheckItem,
  type ChecklistFacts,
  checklistOf,
  isForPeople,
  isItem,
} from './checklist.ts';
import { listTicks, listVisits, noteVisit, saveTick } from './checklist.store.ts';

/** @throws not_found */
export async function describeChecklist(ctx: ProjectCtx, id: string): Promise<CheckItem[]> {
  const rollout = await getRollout(ctx, id);
  return checklistOf(await gatherFacts(ctx, rollout), await listTicks(ctx.db, id));
}

/**
 * A person ticks an item, or takes the tick back.
 * @throws not_found; invalid_input for what Serin ticks by itself
 */
export async function tickItem(
  ctx: ProjectCtx,
  id: string,
  item: string,
  change: { readonly done: boolean; readonly note: string },
): Promise<void> {
  if (!isItem(item)) fail('not_found', { detail: 'The checklists have no such item.' });
  if (!isForPeople(item)) {
    fail('invalid_input', { attr: 'item', detail: 'Serin ticks this by what it sees.' });
  }
  await inTransaction(ctx, async (tx) => {
    const rollout = await getRollout(tx, id);
    const before = (await listTicks(tx.db, id)).get(item) ?? null;
    const at = new Date(tx.clock.now());
    const tick = change.done ? { by: tx.actor.label, at, note: change.note } : null;
    await saveTick(tx.db, id, item, tick);
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId: rollout.environmentId,
      action: change.done ? 'ticked' : 'unticked',
      resourceKind: 'rollout',
      resourceId: id,
      resourceLabel: rollout.flagKey,
      before: { [item]: before !== null },
      after: { [item]: change.done, note: change.note },
    });
  });
}

/** Visits of one person within this time are one. */
const VISIT_MS = 10 * 60_000;

/** Notes that a person has the page of a rollout open. @throws not_found */
export async function noteRolloutVisit(ctx: ProjectCtx, id: string): Promise<void> {
  const userId = userIdOf(ctx);
  await getRollout(ctx, id);
  if (userId === null) return;
  const at = new Date(ctx.clock.now());
  const visit = { rolloutId: id, userId, label: ctx.actor.label, at };
  await noteVisit(ctx.db, visit, new Date(at.getTime() - VISIT_MS));
}

const DAY_MS = 86_400_000;
/** Rows that are read of what a rollout went through. */
const MANY = 200;

async function gatherFacts(ctx: Ctx, rollout: Rollout): Promise<ChecklistFacts> {
  const { id, projectId, environmentId, startedAt, wire, plan } = rollout;
  const nowMs = ctx.clock.now();
  const drill = await findLastDrill(ctx.db, rollout.flagId, environmentId);
  const before = {
    nowMs,
    startedAtMs: startedAt?.getTime() ?? null,
    finishedAtMs: rollout.finishedAt?.getTime() ?? null,
    withoutBaseline: wire.guardrails.filter((one) => one.allow_no_baseline).map((one) => one.id),
    guardrails: plan.guardrails.length,
    tested: await lastTested(ctx, projectId),
    drilledAtMs: drill?.finishedAt?.getTime() ?? null,
  };
  if (startedAt === null) return { ...before, ...NOT_STARTED };
  const firstDay = { from: startedAt, to: new Date(startedAt.getTime() + DAY_MS) };
  const visits = await listVisits(ctx.db, id, firstDay);
  return {
    ...before,
    visitsMs: visits.map((at) => at.getTime()),
    ...(await whatHappened(ctx, rollout, startedAt)),
    ...(await incidentFacts(ctx, rollout)),
  };
}

const NOT_STARTED = {
  toldOfStart: [],
  isFirstStageSettled: false,
  isSeen: false,
  recordingsWatched: 0,
  visitsMs: [],
  promotions: { byGates: 0, byHand: 0 },
  investigations: { open: 0, closed: 0 },
  completion: null,
  rollback: null,
} as const satisfies Partial<ChecklistFacts>;

async function lastTested(ctx: Ctx, projectId: number): Promise<ChecklistFacts['tested']> {
  const tested = (await listChannels(ctx.db, projectId)).flatMap(({ name, isEnabled, testedAt }) =>
    isEnabled && testedAt ? [{ channel: name, atMs: testedAt.getTime() }] : [],
  );
  return tested.toSorted((a, b) => b.atMs - a.atMs)[0] ?? null;
}

async function whatHappened(ctx: Ctx, rollout: Rollout, startedAt: Date) {
  const { id, projectId, position } = rollout;
  const { stageIndex, attempt } = position;
  const within = { from: startedAt, to: new Date(ctx.clock.now()), limit: MANY };
  const events = await listEventsBetween(ctx.db, id, within);
  const told = await listTold(ctx.db, { projectId, subject: `rollout:${id}`, ...within });
  const runs = await listStageRuns(ctx.db, id);
  const last = await findLastEvaluation(ctx.db, { rolloutId: id, stageIndex, attempt });
  const promoted = events.filter(({ type }) => type === 'promoted' || type === 'jumped');
  // What was approved before its gates were open is promoted later.
  const approved = events.filter(
    ({ type, toState }) => type === 'approved' && toState === 'applying',
  );
  const byHand = promoted.filter(({ actorKind }) => actorKind !== 'system').length;
  const toldOf = (type: string): string[] =>
    told.filter((one) => one.type === type && one.state === 'sent').map(({ channel }) => channel);
  const flag = await findFlag(ctx, rollout.flagId, rollout.environmentId);
  return {
    toldOfStart: toldOf('rollout.started'),
    completion:
      position.state === 'completed'
        ? { told: toldOf('rollout.completed'), isFlagArchived: flag?.archived !== false }
        : null,
    isFirstStageSettled: runs.some(({ settledAt }) => settledAt !== null),
    recordingsWatched: await countWatched(ctx, rollout.environmentId, {
      flag: rollout.flagKey,
      value: rollout.plan.treatment ?? 'true',
      since: startedAt,
    }),
    isSeen: stageIndex > 0 || (last?.inputs.observation?.people.treatment ?? 0) > 0,
    promotions: {
      byGates: promoted.length - byHand + approved.length,
      byHand,
    },
  };
}

async function incidentFacts(
  ctx: Ctx,
  rollout: Rollout,
): Promise<Pick<ChecklistFacts, 'investigations' | 'rollback'>> {
  const { environmentId, id } = rollout;
  const page = { limit: MANY, offset: 0 };
  const { incidents } = await listIncidents(ctx.db, { environmentId, rolloutId: id }, page);
  const investigated = incidents.filter(({ kind }) => kind === 'investigation');
  const closed = investigated.filter(({ closedAt }) => closedAt !== null).length;
  const taken = incidents.filter(({ kind }) => kind === 'rollback');
  const ids = taken.map((incident) => incident.id);
  return {
    investigations: { open: investigated.length - closed, closed },
    rollback:
      taken.length === 0
        ? null
        : {
            isComplete: rollout.position.state !== 'rolling_back',
            hasEvidence: taken.every(({ evidence }) => evidence !== null),
            isPostMortemWritten: taken.every(({ textVersion }) => textVersion > 0),
            messages: await countRecipients(ctx.db, ids),
          },
  };
}
