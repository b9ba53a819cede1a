// A flag as it would be with edits that are not saved: checked as a save would, and laid out among the
// stored flags, so that it can be tried before anybody is given it.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { isCircular } from './dependencies.ts';
import { NOBODY } from './filters-input.ts';
import { type FlagChange, mergeShared } from './flag-change.ts';
import { checkKey, checkedFilters } from './flag-rules.service.ts';
import { type FlagSet, compileFlagSet } from './flag-set.ts';
import type { FlagDefinition } from './flag.ts';
import type { FlagSnapshot } from './snapshot.ts';

/** What a draft may change about how a flag is evaluated. */
export type FlagDraft = Pick<FlagChange, 'key' | 'active' | 'filters' | 'bucketingIdentifier'>;

/** Of a flag that is not created yet. */
const NO_ID = 0;

/**
 * The flag as it would be saved with the draft; the flag itself when the draft says nothing.
 * @throws invalid_input
 */
export async function withDraft<F extends FlagDefinition>(
  ctx: ProjectCtx,
  flag: F,
  draft: FlagDraft,
  snapshot: FlagSnapshot,
): Promise<F> {
  const { key, active, filters, bucketingIdentifier } = draft;
  const hasDraft = [key, active, filters, bucketingIdentifier].some((part) => part !== undefined);
  if (!hasDraft) return flag;
  if (key !== undefined) checkKey(key);
  const definition = {
    ...flag,
    key: key ?? flag.key,
    active: active ?? flag.active,
    bucketingIdentifier: bucketingIdentifier ?? flag.bucketingIdentifier,
    filters: filters ? await checkedFilters(ctx, filters, flag) : flag.filters,
    overrides: snapshot.byKey.get(flag.key)?.overrides ?? [],
  };
  if (filters && isCircular(definition, snapshot.flags)) {
    fail('invalid_input', {
      attr: 'filters.groups',
      detail: 'The flag would depend on itself through the flags that it depends on.',
    });
  }
  return definition;
}

/** What a flag that is not created yet starts from. */
export function unsavedFlag(key: string): FlagDefinition {
  const shared = mergeShared(undefined, { key });
  return { ...shared, id: NO_ID, active: true, filters: NOBODY, version: 0, hasExperiment: false };
}

/** The environment's flags with this one in place of the stored one. */
export function setWith(snapshot: FlagSnapshot, definition: FlagDefinition): FlagSet {
  const { set, flags } = snapshot;
  const others = flags.filter(({ id }) => id !== definition.id);
  const options = { compileRegex: compileRe2, cohorts: set.cohorts };
  return compileFlagSet([...others, definition], options, set);
}
