// Rules that need to know the project's other flags: usable filters, a usable kill switch, no circles,
// nothing taken away that others need.
import { holdCohorts } from '#cohorts';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { checkFilters } from './check-filters.ts';
import { cohortsInFilters } from './cohort-references.ts';
import {
  type Need,
  dependenciesOf,
  isCircular,
  needOf,
  withDependencyIds,
} from './dependencies.ts';
import { type FiltersInput, toFilters } from './filters-input.ts';
import { FLAG_KEY, type FlagChange } from './flag-change.ts';
import {
  findFeatureOfFlag,
  findLaunchedExperiment,
  findRunningExperiment,
} from './flag-feature.store.ts';
import { findFlagNamed } from './flag-writes.service.ts';
import type { Filters, FlagDefinition, FlagKind } from './flag.ts';
import { checkDeclared, checkValues } from './flag-value.ts';
import {
  type FlagRecord,
  listEnvironmentIds,
  listFilters,
  listFlagsNaming,
  listLiveFlags,
} from './flags.store.ts';
import { findHoldout } from './holdouts.store.ts';
import { compileRe2 } from '#properties';

/** @throws invalid_input for what code could not ask for. */
export function checkKey(key: string): void {
  if (FLAG_KEY.test(key)) return;
  fail('invalid_input', {
    attr: 'key',
    detail: 'A key consists of letters, digits, "-" and "_", at most 400 of them.',
  });
}

/**
 * The same for the key of a flag that there is already. One that people opt in to keeps its key: their
 * choices are kept under it, and the browsers that made them know no other. So does one with an experiment.
 * @throws invalid_input
 */
export async function checkNewKey(
  ctx: ProjectCtx,
  { id, key }: { readonly id: number; readonly key: string },
  newKey: string,
): Promise<void> {
  checkKey(newKey);
  if (newKey === key) return;
  const feature = await findFeatureOfFlag(ctx.db, id);
  const experiment = await findLaunchedExperiment(ctx.db, id);
  if (experiment !== undefined) {
    const detail = `People of the experiment “${experiment}” are counted under this key; keep it.`;
    fail('invalid_input', { attr: 'key', detail });
  }
  if (feature === undefined) return;
  fail('invalid_input', {
    attr: 'key',
    detail: `The early-access feature “${feature}” belongs to this flag, and what people chose is kept under its key. Remove the feature first, or keep the key.`,
  });
}

/**
 * Variants and their shares stay while an experiment runs in the environment: who is moved by another split counts by
 * the experiment's own record of its changes.
 * @throws conflict
 */
export async function refuseOtherSplit(
  ctx: ProjectCtx,
  flag: { readonly id: number; readonly filters: Filters },
  filters: Filters,
): Promise<void> {
  if (splitOf(flag.filters) === splitOf(filters)) return;
  const experiment = await findRunningExperiment(ctx.db, flag.id, ctx.environment.id);
  if (!experiment) return;
  fail('conflict', {
    attr: 'filters.multivariate.variants',
    detail: `The experiment “${experiment.name}” runs on this flag: its variants stay until it is stopped, and their shares are changed in it.`,
  });
}

const splitOf = ({ multivariate }: Filters): string =>
  JSON.stringify((multivariate?.variants ?? []).map((one) => [one.key, one.rollout_percentage]));

/**
 * The stored form of filters sent for a flag.
 * @throws invalid_input with the dotted path of the field at fault.
 */
export async function checkedFilters(
  ctx: ProjectCtx,
  input: FiltersInput,
  flag: { readonly id: number },
): Promise<Filters> {
  const filters = toFilters(input);
  const others = dependenciesOf(filters).length === 0 ? [] : await otherFlags(ctx, flag.id);
  const names = new Set(others.flatMap((other) => [String(other.id), other.key]));
  const cohorts = await holdCohorts(ctx.db, ctx.projectId, cohortsInFilters(filters));
  const found = checkFilters(input, {
    isRegexUsable: (pattern) => compileRe2(pattern) !== undefined,
    isKnownFlag: (idOrKey) => names.has(idOrKey),
    cohortNamed: (id) => cohorts.get(id),
  });
  if (found) fail(found.code ?? 'invalid_input', found);
  const stored = withDependencyIds(filters, others);
  return input.holdout ? { ...stored, holdout: await holdoutOf(ctx, input.holdout.id) } : stored;
}

async function holdoutOf(ctx: ProjectCtx, id: number): Promise<NonNullable<Filters['holdout']>> {
  const holdout = await findHoldout(ctx.db, ctx.projectId, id, 'share');
  if (holdout) return { id, exclusion_percentage: holdout.exclusionPercentage };
  const detail = `The project has no holdout ${id}.`;
  fail('invalid_input', { attr: 'filters.holdout.id', detail });
}

/** A flag that needs another one, and how. */
export type Dependent = {
  readonly flag: FlagRecord;
  readonly need: Need;
};

/** The flags that need the flag directly, in any environment, ordered by key. */
export async function listDependents(ctx: ProjectCtx, flag: FlagRecord): Promise<Dependent[]> {
  const byKey = new Map<string, Dependent>();
  for (const environmentId of await listEnvironmentIds(ctx.db, ctx.projectId)) {
    for (const dependent of await dependentsIn(ctx, flag, environmentId)) {
      const isStronger = dependent.need === 'condition' || !byKey.has(dependent.flag.key);
      if (isStronger) byKey.set(dependent.flag.key, dependent);
    }
  }
  return [...byKey.values()].toSorted((a, b) => (a.flag.key < b.flag.key ? -1 : 1));
}

async function dependentsIn(
  ctx: ProjectCtx,
  flag: FlagRecord,
  environmentId: number,
): Promise<Dependent[]> {
  const place = { projectId: ctx.projectId, environmentId };
  const flags = await listFlagsNaming(ctx.db, place, flag);
  return flags.flatMap((other) => {
    const need = needOf(other, flag);
    return need === undefined ? [] : [{ flag: other, need }];
  });
}

/**
 * Keys of the flags that lose by the change something that they need; empty when none does.
 * @throws has_dependents naming them, unless the change is forced.
 */
export async function neededBy(
  ctx: ProjectCtx,
  flag: FlagRecord,
  change: FlagChange & { readonly kind: FlagKind },
): Promise<string[]> {
  const loss = await lossOf(ctx, flag, change);
  if (loss === undefined || loss.dependents.length === 0) return [];
  const keys = loss.dependents.map((dependent) => dependent.flag.key);
  if (change.force === true) return keys;
  fail('has_dependents', {
    attr: loss.attr,
    dependents: keys,
    detail: `These flags need it: ${keys.join(', ')}. Change them first, or send "force": true.`,
  });
}

/**
 * Lets a flag declare the type of its value only when its variants or payloads are of it: here, and in every
 * environment when the declaration changes.
 * @throws invalid_input naming the declaration, the variant or the payload.
 */
export async function refuseUnfitValues(
  ctx: ProjectCtx,
  before: FlagRecord | undefined,
  declared: Pick<FlagDefinition, 'valueType' | 'valueSource'>,
  filters: Filters,
): Promise<void> {
  const found = checkDeclared(declared) ?? checkValues(declared, filters);
  if (found) fail('invalid_input', found);
  const { valueType, valueSource } = declared;
  if (!before || (before.valueType === valueType && before.valueSource === valueSource)) return;
  for (const elsewhere of await listFilters(ctx.db, before.id)) {
    if (elsewhere.environmentId === ctx.environment.id) continue;
    const unfit = checkValues(declared, elsewhere.filters);
    if (!unfit) continue;
    const detail = `In the environment ${elsewhere.environmentName}: ${unfit.detail}`;
    fail('invalid_input', { attr: 'value_type', detail });
  }
}

type Loss = { readonly attr: string; readonly dependents: readonly Dependent[] };

/** What a change takes from other flags, and the field that does. */
async function lossOf(
  ctx: ProjectCtx,
  flag: FlagRecord,
  change: FlagChange & { readonly kind: FlagKind },
): Promise<Loss | undefined> {
  const isGone = (change.deleted && !flag.deleted) || (change.archived && !flag.archived);
  if (isGone) {
    return {
      attr: change.deleted ? 'deleted' : 'archived',
      dependents: await listDependents(ctx, flag),
    };
  }
  if (flag.kind === 'kill_switch' && change.kind !== 'kill_switch') {
    const dependents = await listDependents(ctx, flag);
    return { attr: 'kind', dependents: dependents.filter(({ need }) => need === 'kill_switch') };
  }
  if (change.active !== false || !flag.active) return undefined;
  // A kill switch that is off is at rest: only conditions lose something, and only of flags that are on.
  const dependents = await dependentsIn(ctx, flag, ctx.environment.id);
  const losing = dependents.filter(({ flag: { active }, need }) => active && need === 'condition');
  return { attr: 'active', dependents: losing };
}

/**
 * The number of the flag that a change names as kill switch: undefined when it names none, null when it
 * takes it away.
 * @throws invalid_input when there is no such flag, or it is no kill switch, or the flag itself.
 */
export async function resolvedKillSwitch(
  ctx: ProjectCtx,
  name: string | null | undefined,
  flag?: { readonly id: number },
): Promise<number | null | undefined> {
  if (name === undefined || name === null) return name;
  const found = await findFlagNamed(ctx, name);
  const refuse = (detail: string): never => fail('invalid_input', { attr: 'kill_switch', detail });
  if (!found || found.deleted || found.archived) return refuse(`There is no flag "${name}".`);
  if (found.id === flag?.id) return refuse('A flag cannot be its own kill switch.');
  if (found.kind === 'kill_switch') return found.id;
  return refuse(`"${found.key}" is of the kind ${found.kind}; only a kill switch can be named.`);
}

/**
 * Refuses a flag that, as it is about to be saved, would wait for itself, in whatever environment. The
 * transaction holds the project's lock by now (`lockFlag`), or two could close a circle together.
 * @param flag with its new kill switch, and its new filters in the environment of the ctx
 * @throws invalid_input naming the field that closes the circle.
 */
export async function refuseCircles(
  ctx: ProjectCtx,
  flag: FlagRecord,
  hasNewFilters: boolean,
): Promise<void> {
  const hasNewConditions = hasNewFilters && dependenciesOf(flag.filters).length > 0;
  if (!hasNewConditions && flag.killSwitchId === null) return;
  for (const environmentId of await listEnvironmentIds(ctx.db, ctx.projectId)) {
    const flags = await listLiveFlags(ctx.db, { projectId: ctx.projectId, environmentId });
    const stored = flags.find(({ id }) => id === flag.id) ?? flag;
    const { filters } = environmentId === ctx.environment.id ? flag : stored;
    if (!isCircular({ ...flag, filters }, flags)) continue;
    fail('invalid_input', {
      attr: hasNewConditions ? 'filters.groups' : 'kill_switch',
      detail: 'The flag would depend on itself through the flags that it depends on.',
    });
  }
}

async function otherFlags(ctx: ProjectCtx, flagId: number): Promise<FlagRecord[]> {
  const place = { projectId: ctx.projectId, environmentId: ctx.environment.id };
  return (await listLiveFlags(ctx.db, place)).filter(({ id }) => id !== flagId);
}
