// Cohorts over HTTP: contract → service. A change is answered once it is in force here.
import type { FastifyInstance } from 'fastify';
import { toPersonBody } from '#identity';
import { fail } from '#kernel/errors';
import { type RouteInput, type RouteOutput, toUserBody } from '#kernel/http.contract';
import type { ProjectCtx } from '#platform/ctx';
import { pageOf } from '#platform/http/paging';
import { type Handlers, type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { untilGone } from '#platform/http/until-gone';
import type { CohortUsers, CohortUses } from './cohort-uses.service.ts';
import { cohortTypeOf } from './calculations.ts';
import type { CohortFiltersInput } from './cohort-input.ts';
import { cohortPeopleRoutes } from './cohort-people.contract.ts';
import { cohortsRoutes } from './cohorts.contract.ts';
import {
  type CohortRecord,
  cohortUses,
  createCohort,
  getCohort,
  listCohorts,
  recalculateCohort,
  updateCohort,
} from './cohorts.service.ts';
import { addMembers, importMembers, removeMember } from './members.service.ts';
import { ofPerson } from './of-person.service.ts';
import { copyAsStatic, createListed } from './static-cohorts.service.ts';
import {
  type CohortCount,
  type Member,
  countCohort,
  countListed,
  listCohortMembers,
} from './who-is-in.service.ts';

export type CohortRoutesDeps = CohortUsers & {
  /** Distinct ids of the people behind a number of an insight. */
  peopleBehind(ctx: ProjectCtx, query: unknown, signal: AbortSignal): Promise<readonly string[]>;
  /** Resolves when every change committed before the call is in force here. */
  settled(): Promise<void>;
};

export function registerCohorts(
  app: FastifyInstance,
  http: HttpDeps,
  deps: CohortRoutesDeps,
): void {
  void app.register((scope, _options, done) => {
    scope.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    registerRoutes(scope, http, cohortsRoutes, { ...cohortHandlers(deps), ...memberHandlers });
    registerRoutes(scope, http, cohortPeopleRoutes, peopleHandlers(deps));
    done();
  });
}

type AllHandlers = Handlers<typeof cohortsRoutes>;
type MemberRoute = 'members' | 'addMembers' | 'removeMember' | 'importCsv';

function cohortHandlers(deps: CohortRoutesDeps): Omit<AllHandlers, MemberRoute> {
  return {
    list: async (request, { query }, io) => {
      const ctx = projectCtx(request);
      const { limit, offset, search, is_static: isStatic } = query;
      const { count, records } = await listCohorts(ctx, { search, isStatic, limit, offset });
      const counts = await countListed(ctx, records);
      const bodies = records.map((record) => toBody(record, counts.get(record.id)));
      return pageOf(io.request.url, { count, limit, offset }, bodies);
    },
    create: async (request, { body }, { reply }) => {
      const ctx = projectCtx(request);
      const created = await create(ctx, deps, body, untilGone(reply));
      await deps.settled();
      return toBody(created, await countCohort(ctx, created));
    },
    get: async (request, { params }) => {
      const ctx = projectCtx(request);
      const record = await getCohort(ctx, params.cohort);
      return toBody(record, await countCohort(ctx, record));
    },
    update: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      const { name, description, is_static: isStatic, filters, deleted, version, reason } = body;
      const updated = await updateCohort(ctx, deps, params.cohort, {
        name,
        description: description ?? undefined,
        isStatic,
        filters: (filters as CohortFiltersInput | null | undefined) ?? undefined,
        deleted,
        version,
        reason,
      });
      await deps.settled();
      return toBody(updated, await countCohort(ctx, updated));
    },
    remove: async () => fail('method_not_allowed', { detail: 'Send PATCH {"deleted": true}.' }),
    usedBy: async (request, { params }) =>
      usesBody(await cohortUses(projectCtx(request), deps, params.cohort)),
  };
}

/** A cohort by its conditions, or the list of whom a query finds. */
async function create(
  ctx: ProjectCtx,
  deps: CohortRoutesDeps,
  body: RouteInput<(typeof cohortsRoutes)['create']>['body'],
  signal: AbortSignal,
): Promise<CohortRecord> {
  const { query, is_static: isStatic = false } = body;
  const wanted = {
    name: body.name,
    description: body.description ?? undefined,
    isStatic,
    filters: (body.filters as CohortFiltersInput | null | undefined) ?? undefined,
  };
  if (!query) return createCohort(ctx, wanted);
  if (!isStatic) {
    const detail = 'The people of a query are listed: send is_static with it.';
    fail('invalid_input', { attr: 'is_static', detail });
  }
  return createListed(ctx, wanted, await deps.peopleBehind(ctx, query, signal));
}

function peopleHandlers(deps: CohortRoutesDeps): Handlers<typeof cohortPeopleRoutes> {
  return {
    calculate: async (request, { params }) => {
      const ctx = projectCtx(request);
      const record = await recalculateCohort(ctx, params.cohort);
      return toBody(record, await countCohort(ctx, record));
    },
    copy: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      const record = await copyAsStatic(ctx, params.cohort, body?.name);
      await deps.settled();
      return toBody(record, await countCohort(ctx, record));
    },
    ofPerson: async (request, { query }) => ({
      results: (await ofPerson(projectCtx(request), query.person_id)).map(
        ({ record, calculatedAt }) => ({
          id: record.id,
          name: record.name,
          cohort_type: cohortTypeOf(record),
          last_calculation: calculatedAt?.toISOString() ?? null,
        }),
      ),
    }),
  };
}

const memberHandlers: Pick<AllHandlers, MemberRoute> = {
  members: async (request, { params, query }, io) => {
    const { limit, offset } = query;
    const found = await listCohortMembers(projectCtx(request), params.cohort, query);
    const at = { count: found.count, limit, offset };
    return {
      ...pageOf(io.request.url, at, found.members.map(toMemberBody)),
      count_is_estimate: found.isEstimate,
    };
  },
  addMembers: async (request, { params, body }) =>
    addMembers(projectCtx(request), params.cohort, {
      personIds: body.person_ids ?? [],
      distinctIds: body.distinct_ids ?? [],
    }),
  removeMember: async (request, { params, body }) => ({
    removed: await removeMember(projectCtx(request), params.cohort, {
      personId: body.person_id,
      distinctId: body.distinct_id,
    }),
  }),
  importCsv: async (request, { params, body }) =>
    importMembers(projectCtx(request), params.cohort, body),
};

function toBody(
  record: CohortRecord,
  known: CohortCount | undefined,
): RouteOutput<(typeof cohortsRoutes)['get']> {
  const { count = null, isEstimate = false } = known ?? {};
  return {
    id: record.id,
    name: record.name,
    description: record.description,
    is_static: record.isStatic,
    filters: record.filters,
    deleted: record.deleted,
    count,
    count_is_estimate: isEstimate,
    cohort_type: cohortTypeOf(record),
    ...calculationBody(known),
    version: record.version,
    created_by: toUserBody(record.createdBy),
    created_at: record.createdAt.toISOString(),
    last_modified_by: toUserBody(record.updatedBy),
    updated_at: record.updatedAt.toISOString(),
  };
}

/** In the names of PostHog's API, where it has them. */
function calculationBody({ calculation, isCalculating = false }: Partial<CohortCount> = {}) {
  const told = {
    is_calculating: isCalculating,
    calculating_since: timeOf(calculation?.startedAt),
    last_calculation: timeOf(calculation?.calculatedAt),
    last_calculation_version: calculation?.cohortVersion ?? null,
  };
  const { errors = 0, lastError = null, lastErrorAt } = calculation ?? {};
  return {
    ...told,
    errors_calculating: errors,
    last_error_message: lastError,
    last_error_at: timeOf(lastErrorAt),
  };
}

const timeOf = (at: Date | undefined): string | null => at?.toISOString() ?? null;

const usesBody = ({ flags, cohorts, waiting }: CohortUses) => ({
  flags: [...flags],
  cohorts: cohorts.map(({ id, name }) => ({ id, name })),
  waiting: [...waiting],
});

function toMemberBody({ distinctId, person }: Member) {
  return { distinct_id: distinctId, person: person ? toPersonBody(person) : null };
}
