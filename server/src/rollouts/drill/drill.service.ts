// Rollback drill: proves that the way back works on the running system, and times it, without hurting anyone. The
// rollback itself is carried out in a transaction that is undone; what follows a commit is timed with an override
// for a person who does not exist. See docs/decisions/0012-rollback-drill.md.
import { performance } from 'node:perf_hooks';
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import {
  evaluateFlags,
  findFlag,
  type FlagRecord,
  type FlagSnapshots,
  getFlag,
  removeFlagOverrides,
  setFlagOverrides,
} from '#flags';
import { compileFlag, evaluateFlag } from '#flags/evaluate';
import { fail } from '#kernel/errors';
import { inTransaction, type ProjectCtx } from '#platform/ctx';
import { tryOut } from '#platform/try-out';
import { compileRe2 } from '#properties';
import { allowedCommands } from '../gate/command.ts';
import type { Rollout } from '../kept/rollouts.store.ts';
import { commandRollout, getRollout } from '../rollouts.service.ts';
import type { ReplicaEcho } from '../running/replica-echo.job.ts';
import { type Drill, type DrillStep, insertDrill, listDrills } from './drill.store.ts';

export type { Drill } from './drill.store.ts';

export type DrillDeps = {
  readonly snapshots: Pick<FlagSnapshots, 'get' | 'onChange' | 'settled'>;
  readonly replicas: ReplicaEcho;
};

/** What has not happened by then counts as not happening. */
const PATIENCE_MS = 10_000;
const REASON = 'Rollback drill';
/** Ids that the rehearsal asks about. */
const SAMPLE = 1000;
const SHOWN_DRILLS = 20;

/** Drills the way back of a rollout. @throws not_found; conflict for a flag that is archived or gone */
export async function drillRollout(ctx: ProjectCtx, deps: DrillDeps, id: string): Promise<Drill> {
  const rollout = await getRollout(ctx, id);
  const flag = await findFlag(ctx, rollout.flagId, rollout.environmentId);
  if (!flag) return fail('conflict', { detail: 'The flag of the rollout is gone.' });
  return drill(ctx, deps, flag, rollout);
}

/** Drills switching a flag off for somebody. @throws not_found; conflict for an archived flag */
export async function drillFlag(ctx: ProjectCtx, deps: DrillDeps, idOrKey: string): Promise<Drill> {
  return drill(ctx, deps, await getFlag(ctx, idOrKey), null);
}

/** The last drills of a rollout's flag, newest first. @throws not_found */
export async function listRolloutDrills(ctx: ProjectCtx, id: string): Promise<Drill[]> {
  const { flagId, environmentId } = await getRollout(ctx, id);
  return listDrills(ctx.db, flagId, environmentId, SHOWN_DRILLS);
}

async function drill(
  ctx: ProjectCtx,
  deps: DrillDeps,
  flag: FlagRecord,
  rollout: Rollout | null,
): Promise<Drill> {
  if (flag.archived || flag.deleted) {
    fail('conflict', { detail: `The flag “${flag.key}” is archived or deleted.` });
  }
  const startedAt = new Date(ctx.clock.now());
  const rehearsed = rollout === null ? [] : [await rehearse(ctx, rollout, flag)];
  const timed = await timeWayBack(ctx, deps, flag);
  const steps = [...rehearsed, ...timed];
  const late = steps.find(({ tookMs }) => tookMs === null);
  const made: Drill = {
    id: v7(),
    flagId: flag.id,
    rolloutId: rollout?.id ?? null,
    state: late ? 'failed' : 'passed',
    problem: late ? `${late.name}: ${late.detail ?? 'did not happen in time.'}` : null,
    steps,
    startedBy: ctx.actor.label,
    startedAt,
    finishedAt: new Date(ctx.clock.now()),
  };
  await inTransaction(ctx, async (tx) => {
    const { projectId, environment } = tx;
    await insertDrill(tx.db, { ...made, projectId, environmentId: environment.id });
    await recordAudit(tx, {
      projectId,
      environmentId: environment.id,
      action: 'drilled',
      resourceKind: 'flag',
      resourceId: String(flag.id),
      resourceLabel: flag.key,
      after: { state: made.state, problem: made.problem },
    });
  });
  return made;
}

/** Carries the rollback out, looks who would have the change, and undoes it all. */
async function rehearse(ctx: ProjectCtx, rollout: Rollout, flag: FlagRecord): Promise<DrillStep> {
  const name = 'Rollback rehearsed';
  const standing = { ...rollout.position, isAcknowledged: rollout.acknowledged !== null };
  if (!allowedCommands(standing).includes('rollback')) {
    return { name, tookMs: 0, detail: 'Nothing to take back: the rollout does not run.' };
  }
  const startedMs = performance.now();
  const after = await tryOut(ctx, async (tx) => {
    const confirm = rollout.flagKey;
    await commandRollout(tx, rollout.id, { name: 'rollback', reason: REASON, confirm });
    return findFlag(tx, flag.id, flag.environmentId);
  });
  const tookMs = performance.now() - startedMs;
  const had = countOn(flag, ctx.clock.now());
  const have = after ? countOn(after, ctx.clock.now()) : 0;
  const isBack = have === 0 || (rollout.plan.policy.rollbackTo === 'previous_tier' && have < had);
  const detail = `Of ${SAMPLE} ids ${had} have it now, ${have} would have it.`;
  return { name, tookMs: isBack ? tookMs : null, detail };
}

/** How many made-up ids, of whom nothing is known, have the flag. */
function countOn(flag: FlagRecord, nowMs: number): number {
  const compiled = compileFlag(flag, { compileRegex: compileRe2 });
  const ids = Array.from({ length: SAMPLE }, (_, i) => `drill-${i}`);
  return ids.filter(
    (distinctId) => evaluateFlag(compiled, { distinctId, personProperties: {} }, { nowMs }).enabled,
  ).length;
}

/** Gives the flag to nobody real, takes it back, and times what follows. */
async function timeWayBack(
  ctx: ProjectCtx,
  deps: DrillDeps,
  flag: FlagRecord,
): Promise<DrillStep[]> {
  const distinctId = `serin-drill-${v7()}`;
  const person = { distinctIds: [distinctId], reason: REASON };
  const key = String(flag.id);
  const on = flag.filters.multivariate?.variants?.[0]?.key ?? true;
  const question = { environmentId: ctx.environment.id, flagKey: flag.key, distinctId };
  const isOn = () => valueOf(ctx, deps, question) !== false;
  try {
    await setFlagOverrides(ctx, key, { ...person, value: on });
    await deps.snapshots.settled();
    if (!isOn()) return [{ name: 'Given', tookMs: null, detail: NOT_GIVEN }];
    const watch = watchOff(deps, question.environmentId, isOn);
    const startedMs = performance.now();
    await setFlagOverrides(ctx, key, { ...person, value: false });
    const writtenMs = performance.now() - startedMs;
    const asked = { environmentId: question.environmentId, flagKey: flag.key };
    const echo = await deps.replicas.ask({ ...asked, until: { offFor: distinctId } }, PATIENCE_MS);
    const seen = await watch;
    const since = (at: number | null) => (at === null ? null : Math.max(0, at - startedMs));
    return [
      { name: 'Written', tookMs: writtenMs, detail: 'Row, history, audit entry and notice.' },
      { name: 'Answered', tookMs: since(seen.answeredMs), detail: 'A flag request says off.' },
      { name: 'Told', tookMs: since(seen.toldMs), detail: 'Connected SDKs are told to ask again.' },
      replicasStep(echo, startedMs),
    ];
  } finally {
    await removeFlagOverrides(ctx, key, person);
    await deps.snapshots.settled();
  }
}

const NOT_GIVEN =
  'An override did not give the flag: its kill switch, or a flag that it needs, keeps it off.';

const UNHEARD = 'This process does not hear the others at the moment.';

function replicasStep(echo: Awaited<ReturnType<ReplicaEcho['ask']>>, startedMs: number): DrillStep {
  const name = 'Every connected replica';
  if (echo === null) return { name, tookMs: null, detail: UNHEARD };
  const { asked, answeredMs } = echo;
  if (asked === 0) return { name, tookMs: 0, detail: 'No other replica is connected.' };
  const last = answeredMs.length < asked ? null : Math.max(...answeredMs) - startedMs;
  return { name, tookMs: last, detail: `${answeredMs.length} of ${asked} others say off.` };
}

function valueOf(
  ctx: ProjectCtx,
  { snapshots }: DrillDeps,
  about: { readonly environmentId: number; readonly flagKey: string; readonly distinctId: string },
): boolean | string {
  const snapshot = snapshots.get(about.environmentId);
  const subject = { distinctId: about.distinctId, personProperties: {} };
  const { groupTypes, set } = snapshot;
  const context = { nowMs: ctx.clock.now(), groupTypes };
  const [found] = evaluateFlags(set, subject, context, { keys: [about.flagKey] });
  return found?.enabled ? (found.variant ?? true) : false;
}

type Seen = { readonly answeredMs: number | null; readonly toldMs: number | null };

/** When this process answers off, and when those who listen to it are told. */
function watchOff({ snapshots }: DrillDeps, environmentId: number, isOn: () => boolean) {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const timer = setTimeout(() => resolve({ answeredMs: null, toldMs: null }), PATIENCE_MS);
  const stop = snapshots.onChange(({ current }) => {
    if (current.environmentId !== environmentId) return;
    const toldMs = performance.now();
    if (isOn()) return;
    resolve({ answeredMs: performance.now(), toldMs });
  });
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}
