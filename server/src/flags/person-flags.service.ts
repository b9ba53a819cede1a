// What every flag is for one person, as a request of theirs without properties would be answered.
import { readPersonRecord } from '#identity';
import type { ProjectCtx } from '#platform/ctx';
import { evaluateFlags } from './flag-set.ts';
import type { Evaluation } from './flag.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './test-evaluation.service.ts';

/** Every active flag of the environment of the ctx, ordered by key, by what is stored about the person. */
export async function flagsOfPerson(
  ctx: ProjectCtx,
  snapshots: FlagSnapshots,
  asked: Pick<Subject, 'distinctId' | 'groups'>,
): Promise<Evaluation[]> {
  const { id } = ctx.environment;
  const stored = await readPersonRecord(ctx.db, id, asked.distinctId);
  await snapshots.settled();
  const { set, groupTypes } = snapshots.get(id);
  const subject = subjectOf({ ...asked, personProperties: {} }, stored, set);
  return evaluateFlags(set, subject, { nowMs: ctx.clock.now(), groupTypes });
}
