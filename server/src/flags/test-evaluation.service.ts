// Trying a flag out for one person, as it is stored or as it would be with a draft: the same evaluator,
// with every flag of the environment at hand for dependencies and what is stored about the person, and
// nothing recorded.
import { type PersonRecord, readPersonRecord } from '#identity';
import type { ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { type FlagExplanation, explainFlag } from './explain.ts';
import { type FlagDraft, setWith, withDraft } from './flag-draft.service.ts';
import type { FlagSet } from './flag-set.ts';
import { getFlag } from './flag-writes.service.ts';
import { hashKeyOverridesOf } from './hash-keys.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import type { Subject } from './subject.ts';

/** Whom to evaluate for: what a request of theirs would bring. */
export type GivenSubject = Pick<
  Subject,
  'distinctId' | 'personProperties' | 'groups' | 'groupProperties' | 'deviceId'
>;

export type TestResult = {
  readonly explanation: FlagExplanation;
  /** Who the id belongs to; null for somebody who is not known. */
  readonly personId: string | null;
  readonly groupTypes: readonly (string | undefined)[];
};

/**
 * What the flag would be for that person, and why.
 * @throws not_found; invalid_input naming the field of the draft that could not be saved.
 */
export async function testEvaluation(
  ctx: ProjectCtx,
  snapshots: FlagSnapshots,
  idOrKey: string,
  given: GivenSubject,
  draft: FlagDraft,
): Promise<TestResult> {
  const record = await getFlag(ctx, idOrKey);
  await snapshots.settled();
  const snapshot = snapshots.get(ctx.environment.id);
  const definition = await withDraft(ctx, record, draft, snapshot);
  const set = definition === record ? snapshot.set : setWith(snapshot, definition);
  const stored = await readPersonRecord(ctx.db, ctx.environment.id, given.distinctId);
  const { groupTypes } = snapshot;
  const question = {
    subject: subjectOf(given, stored, set),
    context: { nowMs: ctx.clock.now(), groupTypes },
    given,
  };
  const explanation =
    explainFlag(set, definition.key, question, compileRe2) ??
    // Archived flags are in no snapshot.
    explainFlag(setWith(snapshot, { ...record, active: false }), record.key, question, compileRe2);
  if (!explanation) throw new Error(`The flag ${record.key} is missing from its own set.`);
  return { explanation, personId: stored.personId ?? null, groupTypes };
}

/** Somebody as evaluation asks for them: what is given over what is stored. */
export function subjectOf(given: GivenSubject, stored: PersonRecord, set: FlagSet): Subject {
  return {
    ...given,
    personProperties: { ...stored.properties, ...given.personProperties },
    staticCohortIds: stored.staticCohortIds,
    hashKeyOverrides: hashKeyOverridesOf(set, stored.hashKeys),
  };
}
