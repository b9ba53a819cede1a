// What every flag is for one person, as a request of theirs without properties would be answered.
import type { ProjectCtx } from '#platform/ctx';
import { evaluateFlags } from './flag-set.ts';
import type { Evaluation } from './flag.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import type { Subject } from './subject.ts';
import { readSubject } from './stored-subject.service.ts';

/** Every active flag of the environment of the ctx, ordered by key, by what is stored about them. */
export async function flagsOfPerson(
  ctx: ProjectCtx,
  snapshots: FlagSnapshots,
  asked: Pick<Subject, 'distinctId' | 'groups'>,
): Promise<Evaluation[]> {
  const { id } = ctx.environment;
  await snapshots.settled();
  const snapshot = snapshots.get(id);
  const { set, groupTypes } = snapshot;
  const given = { ...asked, personProperties: {} };
  const { subject } = await readSubject(ctx, snapshot, set, given);
  return evaluateFlags(set, subject, { nowMs: ctx.clock.now(), groupTypes });
}
