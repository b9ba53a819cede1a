// The flag that a draft goes by: taken or made, and kept in step with the draft's variants and holdout.
import {
  createFlag,
  type FiltersInput,
  type FlagRecord,
  findFlagNamed,
  reasonOr,
  updateFlag,
  writeFlagFilters,
} from '#flags';
import type { Variant } from '#flags/flag';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import type { ProjectCtx } from '#platform/ctx';
import {
  DEFAULT_VARIANTS,
  type ExperimentFields,
  type Parameters,
  flagProblem,
  resplit,
  sharesOf,
  splitProblem,
  variantsProblem,
} from './experiment.ts';
import type { ExperimentChange, NewExperiment } from './experiment-change.ts';
import type { Experiment } from './experiments.store.ts';

/** The flag that a new experiment goes by. */
export async function flagFor(tx: ProjectCtx, input: NewExperiment): Promise<FlagRecord> {
  const attr = 'feature_flag_key';
  const { flagKey, parameters, holdoutId } = input;
  const variants = parameters?.feature_flag_variants;
  const found = await findFlagNamed(tx, flagKey);
  if (!found || found.key !== flagKey) return makeFlag(tx, input);
  if (input.flagGroups) {
    const detail = 'The flag there is says who enters; leave this out to take the flag’s.';
    fail('invalid_input', { attr: 'feature_flag_groups', detail });
  }
  const problem = flagProblem(found);
  if (problem !== undefined) fail('invalid_input', { attr, detail: problem });
  if (variants && canonicalJson(variants) !== canonicalJson(found.filters.multivariate?.variants)) {
    refuseVariants('The flag has other variants; leave them out to take the flag’s.');
  }
  if (holdoutId === undefined || holdoutId === (found.filters.holdout?.id ?? null)) return found;
  const filters = { ...found.filters, holdout: holdoutId === null ? null : { id: holdoutId } };
  return updateFlag(tx, String(found.id), { filters, reason: input.reason });
}

/** Switched off until the launch. */
function makeFlag(tx: ProjectCtx, input: NewExperiment): Promise<FlagRecord> {
  const { parameters, holdoutId } = input;
  const variants = parameters?.feature_flag_variants ?? DEFAULT_VARIANTS;
  refuseVariants(variantsProblem(variants));
  return createFlag(tx, {
    key: input.flagKey,
    name: input.name,
    kind: 'experiment',
    active: false,
    filters: {
      groups: (input.flagGroups as FiltersInput['groups']) ?? [
        { properties: [], rollout_percentage: parameters?.rollout_percentage ?? 100 },
      ],
      multivariate: { variants },
      ...(typeof holdoutId === 'number' ? { holdout: { id: holdoutId } } : {}),
    },
    reason: input.reason,
  });
}

function refuseVariants(detail: string | undefined): void {
  if (detail === undefined) return;
  fail('invalid_input', { attr: 'parameters.feature_flag_variants', detail });
}

/**
 * Other shares for the variants of a running experiment, on its flag from now on.
 * @returns its parameters with the time of the change
 */
export async function writeSplit(
  tx: ProjectCtx,
  before: Experiment,
  wanted: ExperimentFields,
  { startDate, reason }: { startDate: Date; reason: string | null | undefined },
): Promise<Parameters> {
  const { flagId, environmentId, flagFilters: filters } = before;
  refuseVariants(splitProblem(wanted.parameters));
  const share = sharesOf(wanted.parameters.feature_flag_variants);
  const given = (one: Variant) => ({ ...one, rollout_percentage: share[one.key] ?? 0 });
  const why = await reasonOr(tx, reason, `The shares of “${before.name}” were changed.`);
  await writeFlagFilters(tx, {
    flagId,
    environmentId,
    filters: {
      ...filters,
      multivariate: { variants: (filters.multivariate?.variants ?? []).map(given) },
    },
    action: 'split_changed',
    reason: why,
    clearance: { kind: 'direct' },
  });
  const at = new Date(tx.clock.now());
  const own = before.parameters.feature_flag_variants.map(given);
  return resplit(before.parameters, own, { startDate, at });
}

/** Variants and holdout of a draft are those of its flag. */
export async function writeFlag(
  tx: ProjectCtx,
  before: Experiment,
  wanted: ExperimentFields,
  { holdoutId, reason }: ExperimentChange,
): Promise<void> {
  const variants = wanted.parameters.feature_flag_variants;
  refuseVariants(variantsProblem(variants));
  const filters = {
    ...before.flagFilters,
    multivariate: { variants },
    ...(holdoutId === undefined ? {} : { holdout: holdoutId === null ? null : { id: holdoutId } }),
  };
  if (canonicalJson(filters) === canonicalJson(before.flagFilters)) return;
  const why = await reasonOr(tx, reason, `The experiment “${wanted.name}” was changed.`);
  await updateFlag(tx, String(before.flagId), { filters, reason: why });
}
