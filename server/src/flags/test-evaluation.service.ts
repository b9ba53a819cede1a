// Trying a flag out for one person, as it is stored or as it would be with a draft: the same evaluator,
// with every flag of the environment at hand for dependencies and what is stored about the person and their
// groups, and nothing recorded.
import type { ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { type FlagExplanation, explainFlag } from './explain.ts';
import { type FlagDraft, setWith, withDraft } from './flag-draft.service.ts';
import { getFlag } from './flag-writes.service.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import { type GivenSubject, readSubject } from './stored-subject.service.ts';

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
  const { subject, personId } = await readSubject(ctx, snapshot, set, given);
  const { groupTypes } = snapshot;
  const question = {
    subject,
    context: { nowMs: ctx.clock.now(), groupTypes },
    given,
  };
  const explanation =
    explainFlag(set, definition.key, question, compileRe2) ??
    // Archived flags are in no snapshot.
    explainFlag(setWith(snapshot, { ...record, active: false }), record.key, question, compileRe2);
  if (!explanation) throw new Error(`The flag ${record.key} is missing from its own set.`);
  return { explanation, personId, groupTypes };
}
