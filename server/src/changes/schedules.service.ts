// What people do with scheduled changes: plan, change, cancel. A change is checked when it is planned as if it
// were made at once, and again when its time comes.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import {
  type FiltersInput,
  type FlagRecord,
  checkedFilters,
  getFlag,
  lockFlagsOf,
  updateFlag,
} from '#flags';
import { fail, SerinError } from '#kernel/errors';
import { type Ctx, type ProjectCtx, afterCommit, inTransaction } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import type { Due } from './due.ts';
import { inEnvironmentOf } from './environment.service.ts';
import type { OfProject } from './look.service.ts';
import { askerOf } from './requests.service.ts';
import { type ScheduledSetting, outcomeOf } from './schedule.ts';
import { tryOut } from '#platform/try-out';
import {
  type ScheduleFilter,
  type ScheduledChange,
  countPending,
  findSchedule,
  insertSchedule,
  listSchedules,
  updateSchedule,
} from './schedules.store.ts';

export type { ScheduledChange } from './schedules.store.ts';

/** Of one flag in one environment. */
const MAX_PENDING = 50;

/** As it is sent: filters in whatever form they may have. */
export type SettingInput = Omit<ScheduledSetting, 'filters'> & {
  readonly filters?: FiltersInput | undefined;
};

export type NewSchedule = {
  /** Number or key. */
  readonly flag: string;
  readonly setting: SettingInput;
  readonly due: Due;
  readonly reason: string | null;
};

/**
 * Plans a change of a flag in the environment of the ctx; returns its id.
 * @throws not_found; invalid_input; what changing the flag at once would, also for a protected environment.
 */
export async function schedule(ctx: ProjectCtx, input: NewSchedule): Promise<string> {
  const authorId = askerOf(ctx);
  const flag = await getFlag(ctx, input.flag);
  const setting = await checkedSetting(ctx, flag, input);
  return inTransaction(ctx, async (tx) => {
    await lockFlagsOf(tx.db, tx.projectId);
    const place = { flagId: flag.id, environmentId: tx.environment.id };
    if ((await countPending(tx.db, place)) >= MAX_PENDING) {
      const detail = `At most ${MAX_PENDING} changes of a flag can be planned in an environment.`;
      fail('invalid_input', { attr: 'flag', detail });
    }
    const planned = {
      ...place,
      id: uuidv7(),
      projectId: tx.projectId,
      flagKey: flag.key,
      setting,
      base: flag.filters,
      due: input.due,
      reason: input.reason,
      authorId,
      authorLabel: tx.actor.label,
      createdAt: new Date(tx.clock.now()),
    };
    await insertSchedule(tx.db, planned);
    await auditSchedule(tx, planned, 'scheduled', viewOf(planned), input.reason);
    await announceSchedule(tx, planned);
    return planned.id;
  });
}

/** @throws not_found */
export async function getSchedule(
  ctx: OfProject,
  id: string,
  isLocked = false,
): Promise<ScheduledChange> {
  const found = await findSchedule(ctx.db, { projectId: ctx.projectId, id }, isLocked);
  return found ?? fail('not_found', { detail: 'There is no such scheduled change.' });
}

export type ScheduleEdit = {
  readonly setting?: SettingInput | undefined;
  readonly due?: Due | undefined;
  readonly reason?: string | null | undefined;
  /** The version that was looked at. */
  readonly version: number;
};

/** Plans it otherwise. @throws not_found; conflict; what {@link schedule} does */
export async function editSchedule(ctx: OfProject, id: string, edit: ScheduleEdit): Promise<void> {
  const seen = await getSchedule(ctx, id);
  const own = await inEnvironmentOf(ctx, seen);
  const flag = await getFlag(own, String(seen.flagId));
  const { reason = seen.reason, due } = edit;
  const wanted = { setting: edit.setting ?? seen.setting, reason };
  const setting = await checkedSetting(own, flag, wanted);
  await inTransaction(own, async (tx) => {
    const before = await pending(tx, id, edit.version);
    const base = edit.setting ? flag.filters : undefined;
    await updateSchedule(tx.db, before, { setting, base, due, reason });
    const after = { ...before, setting, due: due ?? before.due };
    await auditSchedule(tx, before, 'rescheduled', viewOf(after), reason);
    await announceSchedule(tx, before);
  });
}

/** @throws not_found; conflict when it was made already, or at another version. */
export async function cancelSchedule(
  ctx: OfProject,
  id: string,
  why: { readonly version: number; readonly reason: string | null },
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await pending(tx, id, why.version);
    const outcome = `Cancelled by ${tx.actor.label}${why.reason ? `: ${why.reason}` : '.'}`;
    const finishedAt = new Date(tx.clock.now());
    await updateSchedule(tx.db, before, { state: 'cancelled', outcome, finishedAt });
    await auditSchedule(tx, before, 'cancelled', {}, why.reason);
    await announceSchedule(tx, before);
  });
}

async function pending(tx: OfProject, id: string, version: number): Promise<ScheduledChange> {
  const found = await getSchedule(tx, id, true);
  if (found.state !== 'pending') {
    fail('conflict', { detail: `This change is ${found.state} already.` });
  }
  if (found.version !== version) {
    fail('conflict', {
      attr: 'version',
      detail: `The change is at version ${found.version} by now, not ${version}; look at it again.`,
    });
  }
  return found;
}

/** What it sets, in the form that is stored, after everything that checks a direct save. */
async function checkedSetting(
  ctx: ProjectCtx,
  flag: FlagRecord,
  { setting, reason }: Pick<NewSchedule, 'setting' | 'reason'>,
): Promise<ScheduledSetting> {
  const { filters: sent, ...rest } = setting;
  const filters = sent && (await inChange(checkedFilters(ctx, sent, flag)));
  const stored: ScheduledSetting = filters ? { ...rest, filters } : rest;
  const outcome = outcomeOf(stored, flag, flag);
  if ('obstacle' in outcome) {
    const detail = `The flag has ${flag.filters.groups.length} condition sets.`;
    fail('invalid_input', { attr: 'change.share.condition_set', detail });
  }
  const change = { ...outcome, reason };
  await inChange(tryOut(ctx, (tx) => updateFlag(tx, String(flag.id), change)));
  return stored;
}

/** The flag's own fields stand inside the change. */
async function inChange<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof SerinError) || error.attr === null) throw error;
    const isBeside = error.attr === 'reason' || error.code === 'approval_required';
    const attr = isBeside ? error.attr : `change.${error.attr}`;
    throw new SerinError(error.code, { detail: error.message, attr, cause: error });
  });
}

/** A page of the environment's scheduled changes. */
export async function listEnvironmentSchedules(
  ctx: ProjectCtx,
  filter: Omit<ScheduleFilter, 'projectId' | 'environmentId'>,
): Promise<{ count: number; changes: ScheduledChange[] }> {
  const { projectId, environment } = ctx;
  return listSchedules(ctx.db, { ...filter, projectId, environmentId: environment.id });
}

const viewOf = ({
  flagKey,
  setting,
  due,
}: Pick<ScheduledChange, 'flagKey' | 'setting' | 'due'>) => ({
  flag_key: flagKey,
  ...setting,
  at: new Date(due.atMs).toISOString(),
  local_time: due.localTime,
  time_zone: due.timeZone,
});

type Told = Pick<ScheduledChange, 'id' | 'projectId' | 'environmentId'>;

/** Adds an audit entry about a scheduled change. */
export async function auditSchedule(
  ctx: Ctx,
  change: Told,
  action: string,
  after: object,
  reason: string | null,
): Promise<void> {
  await recordAudit(ctx, {
    projectId: change.projectId,
    environmentId: change.environmentId,
    action,
    resourceKind: 'scheduled_change',
    resourceId: change.id,
    after,
    reason,
  });
}

/** Tells live pages here after the commit, and those of the other replicas with it. */
export async function announceSchedule(ctx: Ctx, { id, projectId }: Told): Promise<void> {
  const change = { projectId, kind: 'schedule', id } as const;
  await notify(ctx.db, 'change.changed', change);
  afterCommit(ctx, () => ctx.events.emit('change.changed', change));
}
