// The people behind a number, all of them, by one id each: for lists that are to stay as they are.
import { findPersonsById } from '#identity';
import { type FailOptions, SerinError, fail } from '#kernel/errors';
import { parseInput } from '#platform/http/register';
import { actorsOfCohort } from '../sql/cohort-breakdown.ts';
import { EventSource } from '../sql/event-source.ts';
import { SqlParams } from '../sql/sql.ts';
import { earliestFor } from '../running/answer-query.service.ts';
import { openInquiry, openScope } from '../running/open-inquiry.service.ts';
import { Reads } from '../running/reads.ts';
import type { Range } from '../time/date-range.ts';
import type { Asking } from '../insights.service.ts';
import type { Inquiry } from '../scope.ts';
import { ActorsQueryBody } from './actors.contract.ts';
import { isOfPeople, readActors } from './actors.service.ts';

/** As many as a list can be read and checked by people. */
const MOST_PEOPLE = 100_000;
/** At a time. */
const BATCH = 5_000;

/**
 * Distinct ids of everybody behind a number.
 * @param sent an `ActorsQuery`, or what one is asked of; how it would be shown (`select`, `orderBy`, pages) is read over
 * @throws invalid_input and required naming the field; query_too_expensive; cohort_not_calculated
 */
export async function peopleBehind(sent: unknown, asking: Asking): Promise<readonly string[]> {
  return underField('query', async () => {
    const { personIds, inquiry, reads } = await readPeople(sent, asking, MOST_PEOPLE);
    return idsOf(personIds, inquiry, reads.hull, asking);
  });
}

/**
 * The people behind a number, by the ids that they have now; at most so many, those with the most first.
 * @param attr what names the number in errors
 * @throws as `peopleBehind`, but never for too many
 */
export async function personIdsBehind(
  sent: unknown,
  most: number,
  attr: string,
  asking: Asking,
): Promise<readonly string[]> {
  return underField(attr, async () => {
    const { personIds } = await readPeople(sent, asking, most, 'the first');
    return personIds;
  });
}

/** @param howMany `all`: refuses when there are more */
async function readPeople(
  sent: unknown,
  asking: Asking,
  most: number,
  howMany: 'all' | 'the first' = 'all',
) {
  const query = actorsOfCohort(parseInput(ActorsQueryBody, asActors(sent)));
  if (!isOfPeople(query.source)) {
    fail('invalid_input', {
      detail: 'Only people can be listed, no groups or sessions.',
      attr: 'source',
    });
  }
  const reads = new Reads();
  const scope = await openScope(query, asking);
  const observed = { ...scope, onRead: (range: Partial<Range>) => reads.note(range) };
  const inquiry = openInquiry(observed, asking);
  const earliestMs = await earliestFor(query.source.source.dateRange, inquiry, asking);
  const page = { limit: howMany === 'all' ? most + 1 : most, offset: 0 };
  const rows = await readActors(query.source, inquiry, earliestMs, page);
  if (rows.length > most) {
    fail('query_too_expensive', {
      detail: `At most ${most} people can be listed; ask about fewer.`,
    });
  }
  return { personIds: rows.map(([id]) => id), inquiry, reads };
}

function asActors(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null) return sent;
  const {
    select: _select,
    orderBy: _order,
    limit: _limit,
    offset: _offset,
    ...rest
  } = sent as {
    readonly [field: string]: unknown;
  };
  return rest['kind'] === 'ActorsQuery' ? rest : { kind: 'ActorsQuery', source: rest };
}

/** One id of each person; of those without a profile one that their events came with. */
async function idsOf(
  personIds: readonly string[],
  inquiry: Inquiry,
  range: Range,
  { ctx }: Asking,
): Promise<string[]> {
  const ids = new Map<string, string>();
  for (let i = 0; i < personIds.length; i += BATCH) {
    const batch = personIds.slice(i, i + BATCH);
    for (const person of await findPersonsById(ctx.db, ctx.environment.id, batch)) {
      const [first] = person.distinctIds;
      if (first !== undefined) ids.set(person.id, first);
    }
    const nameless = batch.filter((id) => !ids.has(id));
    for (const [id, distinctId] of await readIds(nameless, inquiry, range)) ids.set(id, distinctId);
  }
  return [...ids.values()];
}

async function readIds(
  personIds: readonly string[],
  { scope, ask }: Inquiry,
  { fromMs, toMs }: Range,
): Promise<readonly (readonly [string, string])[]> {
  if (personIds.length === 0) return [];
  const params = new SqlParams();
  const source = new EventSource(scope, params);
  const conditions = source.within({
    ...(Number.isFinite(fromMs) ? { fromMs } : {}),
    ...(Number.isFinite(toMs) ? { toMs } : {}),
  });
  const { person } = source;
  conditions.push(`${person} IN ${params.add('Array(UUID)', personIds)}`);
  return ask(
    params.statement(
      `SELECT toString(${person}) AS who, min(e.distinct_id) FROM ${source.from()}
WHERE ${conditions.join(' AND ')} GROUP BY who`,
    ),
  );
}

/** Fields at fault are named from the body on. */
async function underField<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SerinError) || error.status !== 400) throw error;
    const attr = error.attr === null ? field : `${field}.${error.attr}`;
    const options: FailOptions = { detail: error.message, attr, cause: error };
    return fail(error.code, options);
  }
}
