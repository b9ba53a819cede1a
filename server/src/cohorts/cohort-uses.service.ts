// Who asks for a cohort, and what may not happen to it meanwhile.
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import type { CohortDefinition } from './cohort.ts';
import { cohortsAskingFor } from './cohort-graph.ts';
import { readProjectCohorts } from './cohorts.store.ts';

/** A flag that asks for a cohort. */
export type FlagUse = { readonly id: number; readonly key: string; readonly name: string };

/** A change of a flag that is not made yet, and asks for a cohort then. */
export type WaitingUse = {
  readonly kind: 'change_request' | 'scheduled_change';
  /** The number of a request. */
  readonly id: string;
  /** The title of a request, else the key of the flag. */
  readonly label: string;
};

/** What of the features above cohorts their verbs need. */
export type CohortUsers = {
  /** The flags that ask for the cohort in any environment, ordered by key. */
  flagsUsing(ctx: ProjectCtx, cohortId: number): Promise<readonly FlagUse[]>;
  waitingFor(ctx: ProjectCtx, cohortId: number): Promise<readonly WaitingUse[]>;
};

/** Who asks for a cohort. */
export type CohortUses = {
  readonly flags: readonly FlagUse[];
  readonly cohorts: readonly CohortDefinition[];
  readonly waiting: readonly WaitingUse[];
};

/** Flags and cohorts that ask for it, and what waits to. */
export async function usesOf(ctx: ProjectCtx, users: CohortUsers, id: number): Promise<CohortUses> {
  return {
    flags: await users.flagsUsing(ctx, id),
    cohorts: cohortsAskingFor(id, await readProjectCohorts(ctx.db, ctx.projectId)),
    waiting: await users.waitingFor(ctx, id),
  };
}

/** @throws invalid_input when something asks for the cohort that is to be deleted */
export async function refuseWhileUsed(
  tx: ProjectCtx,
  users: CohortUsers,
  id: number,
): Promise<void> {
  const { flags, cohorts, waiting } = await usesOf(tx, users, id);
  const names = [
    ...flags.map(({ key }) => `the flag ${key}`),
    ...cohorts.map(({ name }) => `the cohort "${name}"`),
    ...waiting.map(waitingWords),
  ];
  if (names.length === 0) return;
  const detail = `It is still asked for by ${names.join(', ')}.`;
  fail('invalid_input', { attr: 'deleted', detail });
}

/** Flags are answered without looking through events. @throws behavioral_cohort_found */
export async function refuseWhileFlagsAsk(
  tx: ProjectCtx,
  users: CohortUsers,
  { id, name }: CohortDefinition,
): Promise<void> {
  const names = [
    ...(await users.flagsUsing(tx, id)).map(({ key }) => `the flag ${key}`),
    ...(await users.waitingFor(tx, id)).map(waitingWords),
  ];
  if (names.length === 0) return;
  const detail = `Flags cannot wait for events to be counted, and "${name}" is asked for by ${names.join(', ')}. Make a static copy of a cohort for flags.`;
  fail('behavioral_cohort_found', { attr: 'filters', detail });
}

function waitingWords({ kind, id, label }: WaitingUse): string {
  return kind === 'change_request'
    ? `the change request ${id} "${label}"`
    : `the scheduled change of ${label}`;
}
