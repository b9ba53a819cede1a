// After a cohort was written: which cohorts are by events now, and whose people are to be counted anew.
import { type ProjectCtx, afterCommit } from '#platform/ctx';
import { findByEvents, makeDue, markByEvents } from './calculations.store.ts';
import { type CohortDefinition, cohortsByEvents } from './cohort.ts';
import { cohortsAskingFor } from './cohort-graph.ts';
import { readProjectCohorts } from './cohorts.store.ts';

/**
 * After a cohort was written: notes which cohorts are by events now, and has those calculated anew that it is part
 * of. Returns those that were not by events before.
 */
export async function followEvents(
  tx: ProjectCtx,
  id: number,
): Promise<readonly CohortDefinition[]> {
  const before = await findByEvents(tx.db, tx.projectId);
  const cohorts = await readProjectCohorts(tx.db, tx.projectId);
  const byEvents = cohortsByEvents(new Map(cohorts.map((one) => [one.id, one])));
  await markByEvents(tx.db, tx.projectId, [...byEvents]);
  const touched = [...askingFor(id, cohorts)].filter((one) => byEvents.has(one));
  await makeDue(tx.db, touched, new Date(tx.clock.now()));
  if (touched.length > 0 || before.has(id)) afterCommit(tx, () => tx.events.emit('cohort.due', {}));
  return cohorts.filter((one) => byEvents.has(one.id) && !before.has(one.id));
}

/** The cohort and all that ask for it, directly or through others. */
function askingFor(id: number, cohorts: readonly CohortDefinition[]): ReadonlySet<number> {
  const found = new Set([id]);
  for (const one of found) {
    for (const other of cohortsAskingFor(one, cohorts)) found.add(other.id);
  }
  return found;
}
