// Trying a flag out for one person: the same evaluator, with every flag of the environment at hand for
// dependencies, and nothing recorded.
import type { ProjectCtx } from '#platform/ctx';
import { type ConditionExplanation, explainConditions } from './explain.ts';
import type { Evaluation } from './flag.ts';
import { evaluateFlags } from './flag-set.ts';
import { compileRe2 } from '#properties';
import { getFlag } from './flag-writes.service.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import type { EvaluationContext, Subject } from './subject.ts';

export type TestResult = {
  /** Undefined for a flag that is not evaluated: switched off or archived. */
  readonly evaluation: Evaluation | undefined;
  readonly conditions: readonly ConditionExplanation[];
};

/**
 * What the flag would be for that person, and why.
 * @throws not_found
 */
export async function testEvaluation(
  ctx: ProjectCtx,
  snapshots: FlagSnapshots,
  idOrKey: string,
  subject: Subject,
): Promise<TestResult> {
  const record = await getFlag(ctx, idOrKey);
  await snapshots.settled();
  const { set, groupTypes, byKey } = snapshots.get(ctx.environment.id);
  const world: EvaluationContext = { nowMs: ctx.clock.now(), groupTypes };
  const others = evaluateFlags(set, subject, world);
  const values = new Map(
    others.map(({ key, enabled, variant }) => [key, enabled && (variant ?? true)] as const),
  );
  const flagValue = (key: string): boolean | string | undefined =>
    byKey.has(key) ? (values.get(key) ?? false) : undefined;
  const keyById = new Map([...byKey.values()].map(({ id, key }) => [String(id), key]));
  const flagKeyOf = (name: string) => keyById.get(name) ?? (byKey.has(name) ? name : undefined);
  return {
    evaluation: others.find(({ key }) => key === record.key),
    conditions: explainConditions(
      { ...record, active: true },
      subject,
      { ...world, flagValue },
      { compileRegex: compileRe2, flagKeyOf },
    ),
  };
}
