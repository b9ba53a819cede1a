// What of the store a request for flags needs beyond what it brings, so that nothing is read in vain.
import type { CompiledFlag } from './compile.ts';
import { needsStoredPerson, storedGroupsNeeded } from './evaluate.ts';
import { type FlagSet, type Selection, candidates, isAsked, needsOthers } from './flag-set.ts';
import type { EvaluationContext, Subject } from './subject.ts';

/** What must be read from the store before a subject can be evaluated. */
export type StoredNeeds = {
  readonly person: boolean;
  /** Group types, by index. */
  readonly groupTypes: readonly number[];
};

const NOTHING: StoredNeeds = { person: false, groupTypes: [] };

/**
 * What the flags that are asked for need of the store, beyond what the request brings. Requests that bring
 * every property are told apart by one look at the keys of the whole set.
 */
export function storedNeeds(
  set: FlagSet,
  subject: Pick<Subject, 'personProperties' | 'groups' | 'groupProperties'>,
  context: EvaluationContext,
  selection: Selection = {},
): StoredNeeds {
  const { personProperties: given } = subject;
  const mayNeedGroups = set.usesGroups && !isEmpty(subject.groups);
  if (!mayNeedGroups && set.personKeys?.every((key) => Object.hasOwn(given, key))) return NOTHING;
  const groupTypes = new Set<number>();
  let person = false;
  for (const asked of candidates(set, selection)) {
    if (!isAsked(asked, selection)) continue;
    for (const flag of withTargets(set, asked)) {
      person ||= needsStoredPerson(flag, given);
      for (const index of storedGroupsNeeded(flag, subject, context)) groupTypes.add(index);
    }
  }
  return { person, groupTypes: [...groupTypes] };
}

function isEmpty(groups: Subject['groups']): boolean {
  for (const _type in groups) return false;
  return true;
}

/** The flag and those that are evaluated before it. */
function withTargets(set: FlagSet, flag: CompiledFlag): readonly CompiledFlag[] {
  if (!needsOthers(flag)) return [flag];
  return (set.chains.get(flag.key) ?? [flag.key]).flatMap((key) => set.byKey.get(key) ?? []);
}
