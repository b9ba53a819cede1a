// What every flag is for one person, as a request of theirs without properties would be answered.
import type { PersonDirectory } from '#identity';
import type { ProjectCtx } from '#platform/ctx';
import type { Evaluation } from './flag.ts';
import { evaluateFlags } from './flag-set.ts';
import { hashKeyOverridesOf } from './hash-keys.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import type { Subject } from './subject.ts';

type Deps = { readonly snapshots: FlagSnapshots; readonly people: PersonDirectory };

/** Every active flag of the environment of the ctx, ordered by key, by what is stored about the person. */
export async function flagsOfPerson(
  ctx: ProjectCtx,
  { snapshots, people }: Deps,
  subject: Pick<Subject, 'distinctId' | 'groups'>,
): Promise<Evaluation[]> {
  const { id } = ctx.environment;
  const { properties, hashKeys } = await people.recordOf(id, subject.distinctId);
  await snapshots.settled();
  const { set, groupTypes } = snapshots.get(id);
  const hashKeyOverrides = hashKeyOverridesOf(set, hashKeys);
  const known = { ...subject, personProperties: properties, hashKeyOverrides };
  return evaluateFlags(set, known, { nowMs: ctx.clock.now(), groupTypes });
}
