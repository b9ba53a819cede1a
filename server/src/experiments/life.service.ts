// The verbs of a running experiment. Each changes the experiment and its flag in one transaction.
import { findRunningExperiment, getFlag, reasonOr, rollOut, updateFlag } from '#flags';
import type { Asking } from '#insights';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import {
  CONTROL,
  type Conclusion,
  type ExperimentFields,
  type Status,
  flagProblem,
  launchProblem,
  statusOf,
} from './experiment.ts';
import {
  type Experiment,
  getExperiment,
  getLocked,
  refuseStale,
  save,
} from './experiments.service.ts';
import { refuseUncountable } from './launch-check.service.ts';
import { tell } from './tell.service.ts';

/** Tells whether a guarded rollout works on a flag; it lives beside experiments, so it is handed in. */
export type FindOpenRollout = (
  ctx: ProjectCtx,
  flagId: number,
) => Promise<{ readonly id: string } | undefined>;

type Launching = Reason & {
  /** Although an event that it counts has not come lately. */
  readonly allowsUnknown: boolean;
};

type Reason = { readonly reason?: string | null | undefined };

export type Ending = Reason & {
  readonly conclusion?: Conclusion | null | undefined;
  readonly conclusionComment?: string | null | undefined;
  /** The version that was read; another one is a conflict. */
  readonly version?: number | undefined;
};

type Shipping = Ending & {
  /** Although a guardrail stopped the experiment for this variant. */
  readonly overGuardrail?: boolean | undefined;
};

/**
 * From now on people count: the flag is switched on, and the shares of its variants are kept.
 * @throws what {@link refuseUncountable} does; conflict when it is no draft, another experiment or a rollout works on the flag, or the flag does not tell
 *   people apart; required without a goal; what changes of flags throw
 */
export async function launch(
  asking: Asking,
  findOpenRollout: FindOpenRollout,
  id: number,
  { reason, allowsUnknown }: Launching,
): Promise<Experiment> {
  const { ctx } = asking;
  const seen = await getExperiment(ctx, id);
  refuseUnless(seen, ['draft']);
  refuseWithoutGoal(seen);
  // Before the transaction: nothing is held while the event store thinks.
  await refuseUncountable(asking, seen, allowsUnknown);
  return inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, id);
    refuseUnless(before, ['draft']);
    refuseStale(before, seen.version);
    const why = await reasonOr(tx, reason, `The experiment “${before.name}” was launched.`);
    // Changing the flag holds it, so that nothing else begins on it until this is decided.
    const flag = await updateFlag(tx, String(before.flagId), { active: true, reason: why });
    const problem = flagProblem(flag) ?? launchProblem(flag);
    if (problem !== undefined) fail('conflict', { attr: 'feature_flag_key', detail: problem });
    await refuseSecond(tx, findOpenRollout, before);
    const variants = flag.filters.multivariate?.variants ?? [];
    const { aggregation_group_type_index: units, holdout } = flag.filters;
    const parameters = {
      ...before.parameters,
      feature_flag_variants: variants,
      ...(typeof units === 'number' ? { aggregation_group_type_index: units } : {}),
      ...(holdout ? { holdout_id: holdout.id } : {}),
    };
    const startDate = new Date(tx.clock.now());
    const wanted = { ...fieldsOf(before), parameters, startDate };
    const started = await save(tx, before, wanted, 'launched', reason);
    await tell(tx, started, { kind: 'started' });
    return started;
  });
}

/** Nobody gets a variant until it is resumed. @throws conflict unless it runs */
export function pause(ctx: ProjectCtx, id: number, press: Reason): Promise<Experiment> {
  return switchFlag(ctx, id, press, 'running', 'paused');
}

/** @throws conflict unless it is paused */
export function resume(ctx: ProjectCtx, id: number, press: Reason): Promise<Experiment> {
  return switchFlag(ctx, id, press, 'paused', 'resumed');
}

/** Stops counting; the flag stays as it is. @throws conflict unless it runs or is paused, and is as it was read */
export async function end(ctx: ProjectCtx, id: number, ending: Ending): Promise<Experiment> {
  return inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, id);
    refuseStale(before, ending.version);
    refuseUnless(before, ['running', 'paused']);
    return saveEnd(tx, before, ending, 'stopped');
  });
}

/**
 * Gives everyone one variant and stops counting; of a stopped experiment only the flag changes.
 * @throws invalid_input when there is no such variant; conflict before the launch, when it is not as it was read, when
 *   a rollout or another experiment works on the flag, or when the variant did harm and that is not overruled
 */
export async function shipVariant(
  ctx: ProjectCtx,
  findOpenRollout: FindOpenRollout,
  id: number,
  variant: string,
  ending: Shipping,
): Promise<Experiment> {
  return inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, id);
    refuseStale(before, ending.version);
    refuseUnless(before, ['running', 'paused', 'stopped']);
    refuseHarmful(before, variant, ending);
    await refuseUnknownVariant(tx, before, variant);
    const isBack = variant === CONTROL;
    const own = isBack
      ? `The experiment “${before.name}” was taken back to control.`
      : `The experiment “${before.name}” ships “${variant}”.`;
    const reason = await reasonOr(tx, ending.reason, own);
    await rollOut(tx, findOpenRollout, String(before.flagId), variant, { reason });
    // Changing the flag holds it: nothing was launched on it meanwhile.
    await refuseOther(tx, before);
    const conclusion = ending.conclusion ?? before.conclusion ?? (isBack ? 'lost' : 'won');
    return saveEnd(tx, before, { ...ending, conclusion }, isBack ? 'rolled_back' : 'shipped');
  });
}

type Ended = 'stopped' | 'shipped' | 'rolled_back';

async function saveEnd(
  tx: ProjectCtx,
  before: Experiment,
  { conclusion, conclusionComment, reason }: Ending,
  action: Ended,
): Promise<Experiment> {
  const wanted = {
    ...fieldsOf(before),
    endDate: before.endDate ?? new Date(tx.clock.now()),
    conclusion: conclusion ?? before.conclusion,
    conclusionComment: conclusionComment ?? before.conclusionComment,
  };
  const after = await save(tx, before, wanted, action, reason);
  // Whoever was called because it stopped by itself hears that somebody has decided.
  if (!before.endDate || wasStopped(before)) await tell(tx, after, { kind: 'ended', action });
  return after;
}

async function switchFlag(
  ctx: ProjectCtx,
  id: number,
  { reason }: Reason,
  from: Status,
  action: 'paused' | 'resumed',
): Promise<Experiment> {
  return inTransaction(ctx, async (tx) => {
    const before = await getLocked(tx, id);
    refuseUnless(before, [from]);
    const why = await reasonOr(tx, reason, `The experiment “${before.name}” was ${action}.`);
    const active = action === 'resumed';
    await updateFlag(tx, String(before.flagId), { active, reason: why });
    return save(tx, before, fieldsOf(before), action, reason);
  });
}

/** Without the dates, which stay as they are. */
export function fieldsOf(experiment: Experiment): ExperimentFields {
  const { startDate: _start, endDate: _end, ...fields } = experiment;
  return fields;
}

function refuseUnless(experiment: Experiment, allowed: readonly Status[]): void {
  const status = statusOf(experiment);
  if (allowed.includes(status)) return;
  const detail = `The experiment is ${status}; this is for one that is ${allowed.join(' or ')}.`;
  fail('conflict', { detail });
}

const wasStopped = ({ endDate, lastLook }: Experiment): boolean =>
  endDate !== null && lastLook?.summary.status === 'stop';

function refuseHarmful(before: Experiment, variant: string, { overGuardrail }: Shipping): void {
  const isHarmful = before.lastLook?.summary.harmful?.includes(variant) ?? false;
  if (overGuardrail || !wasStopped(before) || !isHarmful) return;
  const detail = `A guardrail stopped the experiment because “${variant}” does harm; confirm that everyone is to get it.`;
  fail('conflict', { attr: 'over_guardrail', detail });
}

async function refuseUnknownVariant(
  tx: ProjectCtx,
  { flagId }: Experiment,
  variant: string,
): Promise<void> {
  const { multivariate } = (await getFlag(tx, String(flagId))).filters;
  if (multivariate?.variants.some(({ key }) => key === variant)) return;
  const detail = `The flag has no variant “${variant}”.`;
  fail('invalid_input', { attr: 'variant_key', detail });
}

function refuseWithoutGoal({ metrics, savedMetrics }: Experiment): void {
  const goals =
    metrics.length + savedMetrics.filter(({ metadata }) => metadata.type === 'primary').length;
  if (goals > 0) return;
  fail('required', {
    attr: 'metrics',
    detail: 'Say what the experiment is to improve: add a metric.',
  });
}

async function refuseSecond(
  tx: ProjectCtx,
  findOpenRollout: FindOpenRollout,
  experiment: Experiment,
): Promise<void> {
  const { flagId } = experiment;
  const attr = 'feature_flag_key';
  const rollout = await findOpenRollout(tx, flagId);
  if (rollout) {
    fail('conflict', {
      attr,
      detail: `The rollout ${rollout.id} works on this flag; end it first.`,
    });
  }
  await refuseOther(tx, experiment);
}

async function refuseOther(
  tx: ProjectCtx,
  { id, flagId, environmentId }: Experiment,
): Promise<void> {
  const other = await findRunningExperiment(tx.db, flagId, environmentId);
  if (!other || other.id === id) return;
  fail('conflict', {
    attr: 'feature_flag_key',
    detail: `The experiment “${other.name}” runs on this flag; stop it first.`,
  });
}
