// The people of an incident, one by one: a page, a file, a static cohort.
import { createListed } from '#cohorts';
import { type AffectedPerson, listAffected } from '#metrics';
import { csvLine } from '#kernel/csv';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { findRollout } from '../kept/rollouts.store.ts';
import { questionOf } from './affected.service.ts';
import { getIncident } from './incident.service.ts';
import type { Incident } from './incident.store.ts';

/** As many as a file holds, and as a cohort lists at once. */
const MOST_PEOPLE = 100_000;
const QUESTION_MS = 30_000;

/** A page of those who had the change, the hurt first. @throws not_found */
export async function listIncidentPeople(
  ctx: ProjectCtx,
  id: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<AffectedPerson[]> {
  const incident = await getIncident(ctx, id);
  return readPeople(ctx, incident, page);
}

async function readPeople(
  ctx: ProjectCtx,
  incident: Incident,
  page: { readonly limit: number; readonly offset: number },
): Promise<AffectedPerson[]> {
  const rollout = await findRollout(ctx.db, incident.rolloutId);
  if (!rollout) return fail('not_found', { detail: 'The rollout of the incident is gone.' });
  const { guardrails, ...question } = await questionOf(ctx, { incident, rollout });
  // Where less is harm nothing happens to the hurt.
  const incidences = question.incidences.filter((_, index) => guardrails[index]?.harm === 'up');
  const signal = AbortSignal.timeout(QUESTION_MS);
  return listAffected(ctx.clickhouse, { ...question, incidences }, page, signal);
}

/** Everybody, as CSV; `isCut` when there are more than a file holds. @throws not_found */
export async function exportPeople(
  ctx: ProjectCtx,
  id: string,
): Promise<{ text: string; isCut: boolean }> {
  const people = await listIncidentPeople(ctx, id, { limit: MOST_PEOPLE + 1, offset: 0 });
  return { text: peopleCsv(people.slice(0, MOST_PEOPLE)), isCut: people.length > MOST_PEOPLE };
}

function peopleCsv(people: readonly AffectedPerson[]): string {
  const iso = (ms: number | null) => (ms === null ? '' : new Date(ms).toISOString());
  const lines = people.map((one) =>
    csvLine([one.distinctId, one.personId, iso(one.sinceMs), iso(one.hurtAtMs)]),
  );
  return csvLine(['distinct_id', 'person_id', 'had_it_since', 'hurt_at']) + lines.join('');
}

/** Lists them in a new static cohort. @throws not_found; invalid_input when there are too many, or nobody */
export async function cohortOfPeople(
  ctx: ProjectCtx,
  id: string,
  name?: string,
): Promise<{ id: number; name: string; count: number }> {
  const incident = await getIncident(ctx, id);
  const people = await readPeople(ctx, incident, { limit: MOST_PEOPLE + 1, offset: 0 });
  if (people.length === 0) {
    fail('invalid_input', { detail: 'No app has reported that somebody had the change.' });
  }
  if (people.length > MOST_PEOPLE) {
    fail('invalid_input', {
      detail: `A cohort lists ${MOST_PEOPLE} people of an incident at most.`,
    });
  }
  const day = incident.openedAt.toISOString().slice(0, 10);
  const wanted = {
    name: name ?? `Had ${incident.flagKey} on ${day}`,
    description: `Who had ${incident.flagKey} in ${ctx.environment.name} when ${incident.flagOffAt === null ? 'it was suspected of harm' : 'it was taken back'}.`,
  };
  const cohort = await createListed(
    ctx,
    wanted,
    people.map(({ distinctId }) => distinctId),
  );
  return { id: cohort.id, name: cohort.name, count: people.length };
}
