// Rules that need to know the project's other flags: usable filters, no circles, nothing taken away that
// others depend on.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { checkFilters } from './check-filters.ts';
import { dependenciesOf, dependentsOf, isCircular, withDependencyIds } from './dependencies.ts';
import { type FiltersInput, toFilters } from './filters-input.ts';
import type { FlagChange } from './flag-change.ts';
import type { Filters, FlagDefinition } from './flag.ts';
import { checkDeclared, checkValues } from './flag-value.ts';
import { type FlagRecord, listEnvironmentIds, listFilters, listLiveFlags } from './flags.store.ts';
import { compileRe2 } from '#properties';

/**
 * The stored form of filters sent for a flag.
 * @throws invalid_input with the dotted path of the field at fault.
 */
export async function checkedFilters(
  ctx: ProjectCtx,
  input: FiltersInput,
  flag: { readonly id: number; readonly key: string },
): Promise<Filters> {
  const filters = toFilters(input);
  const others = dependenciesOf(filters).length === 0 ? [] : await otherFlags(ctx, flag.id);
  const names = new Set(others.flatMap((other) => [String(other.id), other.key]));
  const found = checkFilters(input, {
    isRegexUsable: (pattern) => compileRe2(pattern) !== undefined,
    isKnownFlag: (idOrKey) => names.has(idOrKey),
    isKnownCohort: () => false,
  });
  if (found) fail('invalid_input', found);
  if (others.length === 0) return filters;
  const stored = withDependencyIds(filters, others);
  if (isCircular(asDefinition(flag, stored), others)) {
    fail('invalid_input', {
      attr: 'filters.groups',
      detail: 'The flag would depend on itself through the flags that it depends on.',
    });
  }
  return stored;
}

/** The flags that depend directly on the flag, in any environment, ordered by key. */
export async function listDependents(ctx: ProjectCtx, flag: FlagRecord): Promise<FlagRecord[]> {
  const byKey = new Map<string, FlagRecord>();
  for (const environmentId of await listEnvironmentIds(ctx.db, ctx.projectId)) {
    const flags = await listLiveFlags(ctx.db, { projectId: ctx.projectId, environmentId });
    for (const dependent of dependentsOf(flag, flags)) byKey.set(dependent.key, dependent);
  }
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * Lets a flag be archived or deleted only when no other depends on it, in any environment.
 * @throws invalid_input naming the dependents.
 */
export async function refuseWhileNeeded(
  ctx: ProjectCtx,
  flag: FlagRecord,
  change: FlagChange,
): Promise<void> {
  const dependents = await listDependents(ctx, flag);
  if (dependents.length === 0) return;
  fail('invalid_input', {
    attr: change.deleted ? 'deleted' : 'archived',
    detail: `These flags depend on it: ${dependents.map(({ key }) => key).join(', ')}.`,
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

async function otherFlags(ctx: ProjectCtx, flagId: number): Promise<FlagRecord[]> {
  const place = { projectId: ctx.projectId, environmentId: ctx.environment.id };
  return (await listLiveFlags(ctx.db, place)).filter(({ id }) => id !== flagId);
}

function asDefinition(
  { id, key }: { readonly id: number; readonly key: string },
  filters: Filters,
): FlagDefinition {
  return {
    id,
    key,
    name: '',
    active: true,
    filters,
    version: 1,
    evaluationRuntime: 'all',
    evaluationContexts: [],
    bucketingIdentifier: 'distinct_id',
    ensureExperienceContinuity: false,
    hasExperiment: false,
    isRemoteConfiguration: false,
    valueType: null,
    valueSource: null,
  };
}
