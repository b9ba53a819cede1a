// What people do with experiments before and beside running them. Every change is one transaction: row, version
// counted up, audit entry, and what it means for the flag.
import { recordAudit } from '#audit';
import { announceFlags } from '#flags';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import {
  type ExperimentFields,
  type SavedMetricUse,
  isOtherSplit,
  lockedField,
  statusOf,
} from './experiment.ts';
import { type ExperimentChange, type NewExperiment, merged } from './experiment-change.ts';
import { flagFor, writeFlag, writeSplit } from './experiment-flag.service.ts';
import {
  type Experiment,
  type ExperimentFilter,
  countExperiments,
  deleteExperimentRow,
  findExperimentRow,
  insertExperiment,
  listExperimentRows,
  lockExperiment,
  updateExperimentRow,
} from './experiments.store.ts';
import { type Outcomes, readOutcomes } from './outcomes.store.ts';
import { withUuid } from './saved-metrics.service.ts';
import { findMetricRows } from './saved-metrics.store.ts';

export type { Experiment } from './experiments.store.ts';
export type { Outcomes } from './outcomes.store.ts';

const MAX_EXPERIMENTS = 5_000;

const placeOf = ({ projectId, environment }: ProjectCtx) => ({
  projectId,
  environmentId: environment.id,
});

export function listExperiments(
  ctx: ProjectCtx,
  filter: ExperimentFilter,
): Promise<{ count: number; experiments: Experiment[] }> {
  return listExperimentRows(ctx.db, placeOf(ctx), filter);
}

export const getOutcomes = (ctx: ProjectCtx): Promise<Outcomes> =>
  readOutcomes(ctx.db, placeOf(ctx));

/** @throws not_found */
export async function getExperiment(ctx: ProjectCtx, id: number): Promise<Experiment> {
  const found = await findExperimentRow(ctx.db, placeOf(ctx), id);
  return found ?? fail('not_found', { detail: 'There is no such experiment.' });
}

/** The same, held until the end of the transaction. */
export async function getLocked(tx: ProjectCtx, id: number): Promise<Experiment> {
  await lockExperiment(tx.db, placeOf(tx), id);
  return getExperiment(tx, id);
}

/**
 * Creates a draft. A flag with this key is taken as it is; where there is none, one is made, switched off.
 * @throws invalid_input naming the field; what changes of flags throw
 */
export async function createExperiment(ctx: ProjectCtx, input: NewExperiment): Promise<Experiment> {
  return inTransaction(ctx, async (tx) => {
    if ((await countExperiments(tx.db, tx.projectId)) >= MAX_EXPERIMENTS) {
      fail('invalid_input', { detail: `A project has at most ${MAX_EXPERIMENTS} experiments.` });
    }
    const flag = await flagFor(tx, input);
    const variants = flag.filters.multivariate?.variants ?? [];
    const fields = identified(
      merged(undefined, {
        ...input,
        parameters: { ...input.parameters, feature_flag_variants: variants },
      }),
    );
    await refuseUnknownMetrics(tx, fields.savedMetrics);
    const id = await insertExperiment(tx.db, {
      ...fields,
      ...placeOf(tx),
      flagId: flag.id,
      createdBy: userIdOf(tx),
      at: new Date(tx.clock.now()),
    });
    const created = await getExperiment(tx, id);
    await announce(tx);
    await audit(tx, 'created', undefined, created, input.reason);
    return created;
  });
}

/**
 * Changes what is given. Who counts stays as it was at the launch, but for the shares of the variants; what is
 * measured, as it was at the stop.
 * @throws conflict when `version` is given and not the current one; invalid_input naming the field; not_found
 */
export async function updateExperiment(
  ctx: ProjectCtx,
  id: number,
  change: ExperimentChange,
  version: number | undefined,
): Promise<Experiment> {
  return inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, id);
    refuseStale(before, version);
    const wanted = identified(merged(before, change));
    const changed = (Object.keys(wanted) as (keyof ExperimentFields)[]).filter(
      (field) => canonicalJson(wanted[field] ?? null) !== canonicalJson(before[field] ?? null),
    );
    const holdoutBefore = before.flagFilters.holdout?.id ?? null;
    const isHeldOut = change.holdoutId !== undefined && change.holdoutId !== holdoutBefore;
    const { startDate } = before;
    const isResplit = startDate !== null && isOtherSplit(before.parameters, wanted.parameters);
    const locked = isResplit && !before.endDate ? changed.filter(isNotSplit) : changed;
    refuseLocked(before, locked, isHeldOut, wanted.archived);
    await refuseUnknownMetrics(tx, wanted.savedMetrics);
    if (changed.length === 0 && !isHeldOut) return before;
    if (isResplit) {
      const parameters = await writeSplit(tx, before, wanted, { startDate, reason: change.reason });
      return save(tx, before, { ...wanted, parameters }, 'split_changed', change.reason);
    }
    if (startDate === null) await writeFlag(tx, before, wanted, change);
    return save(tx, before, wanted, 'updated', change.reason);
  });
}

const isNotSplit = (field: keyof ExperimentFields): boolean => field !== 'parameters';

/** @param version the one that was read; undefined: whichever it is. @throws conflict when it is another by now */
export function refuseStale(before: Experiment, version: number | undefined): void {
  if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
}

/** Its flag stays. @throws conflict while it runs; not_found */
export async function deleteExperiment(
  ctx: ProjectCtx,
  id: number,
  reason?: string,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, id);
    const status = statusOf(before);
    if (status === 'running' || status === 'paused') {
      fail('conflict', { detail: 'The experiment runs; stop it first.' });
    }
    await deleteExperimentRow(tx.db, id);
    await announce(tx);
    await audit(tx, 'deleted', before, undefined, reason);
  });
}

/** SDKs are told of a flag whether an experiment goes by it. */
const announce = (tx: ProjectCtx): Promise<void> =>
  announceFlags(tx, tx.projectId, tx.environment.id);

/** Writes an experiment as it is to be, counts its version up, and says so in the audit log. */
export async function save(
  tx: ProjectCtx,
  before: Experiment,
  wanted: ExperimentFields & { readonly startDate?: Date; readonly endDate?: Date },
  action: string,
  reason: string | null | undefined,
): Promise<Experiment> {
  await updateExperimentRow(tx.db, before.id, {
    ...wanted,
    startDate: wanted.startDate ?? before.startDate,
    endDate: wanted.endDate ?? before.endDate,
    version: before.version + 1,
    at: new Date(tx.clock.now()),
  });
  const after = await getExperiment(tx, before.id);
  if (before.archived !== after.archived || statusOf(before) !== statusOf(after))
    await announce(tx);
  await audit(tx, action, before, after, reason);
  return after;
}

/** @throws invalid_input naming the field that may not change any more */
function refuseLocked(
  before: Experiment,
  changed: readonly (keyof ExperimentFields)[],
  isHeldOut: boolean,
  isArchived: boolean,
): void {
  const status = statusOf(before);
  const locked = lockedField(status, changed);
  if (locked !== undefined || (isHeldOut && status !== 'draft')) {
    const detail = `An experiment that is ${status} keeps this as it is.`;
    fail('invalid_input', { attr: locked ?? 'holdout_id', detail });
  }
  if (isArchived && (status === 'running' || status === 'paused')) {
    fail('invalid_input', { attr: 'archived', detail: 'Stop the experiment first.' });
  }
}

/** Every metric with an id of its own, under which its results are kept. */
const identified = (fields: ExperimentFields): ExperimentFields => ({
  ...fields,
  metrics: fields.metrics.map(withUuid),
  metricsSecondary: fields.metricsSecondary.map(withUuid),
});

async function refuseUnknownMetrics(
  tx: ProjectCtx,
  uses: readonly SavedMetricUse[],
): Promise<void> {
  const ids = uses.map(({ id }) => id);
  const attr = 'saved_metrics_ids';
  if (new Set(ids).size !== ids.length) {
    fail('invalid_input', { attr, detail: 'A shared metric is named twice.' });
  }
  const known = new Set((await findMetricRows(tx.db, tx.projectId, ids, true)).map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  fail('invalid_input', { attr, detail: `There is no shared metric ${unknown.join(', ')}.` });
}

async function audit(
  tx: ProjectCtx,
  action: string,
  before: Experiment | undefined,
  after: Experiment | undefined,
  reason: string | null | undefined,
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId: tx.environment.id,
    action,
    resourceKind: 'experiment',
    resourceId: String((after ?? before)?.id),
    before: before && viewOf(before),
    after: after && viewOf(after),
    reason: reason ?? null,
  });
}

/** What history tells of an experiment. */
function viewOf(experiment: Experiment) {
  return {
    name: experiment.name,
    description: experiment.description,
    status: statusOf(experiment),
    feature_flag_key: experiment.flagKey,
    parameters: experiment.parameters,
    exposure_criteria: experiment.exposureCriteria,
    metrics: experiment.metrics,
    metrics_secondary: experiment.metricsSecondary,
    saved_metrics_ids: experiment.savedMetrics,
    primary_metrics_ordered_uuids: experiment.primaryOrder,
    secondary_metrics_ordered_uuids: experiment.secondaryOrder,
    stats_config: experiment.statsConfig,
    only_count_matured_users: experiment.onlyCountMaturedUsers,
    archived: experiment.archived,
    conclusion: experiment.conclusion,
    conclusion_comment: experiment.conclusionComment,
  };
}
