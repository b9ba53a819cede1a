// Cohorts over HTTP: contract → service. A change is answered once it is in force here.
import type { FastifyInstance } from 'fastify';
import { toPersonBody } from '#identity';
import { fail } from '#kernel/errors';
import { type RouteOutput, toUserBody } from '#kernel/http.contract';
import { pageOf } from '#platform/http/paging';
import { type Handlers, type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import type { CohortFiltersInput } from './cohort-input.ts';
import { cohortsRoutes } from './cohorts.contract.ts';
import {
  type CohortRecord,
  type CohortUsers,
  type CohortUses,
  cohortUses,
  createCohort,
  getCohort,
  listCohorts,
  updateCohort,
} from './cohorts.service.ts';
import {
  type CohortCount,
  type Member,
  addMembers,
  countCohort,
  countListed,
  importMembers,
  listCohortMembers,
  removeMember,
} from './members.service.ts';

export type CohortRoutesDeps = CohortUsers & {
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
    create: async (request, { body }) => {
      const ctx = projectCtx(request);
      const created = await createCohort(ctx, {
        name: body.name,
        description: body.description ?? undefined,
        isStatic: body.is_static ?? false,
        filters: (body.filters as CohortFiltersInput | null | undefined) ?? undefined,
      });
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
  { count, isEstimate }: CohortCount = { count: null, isEstimate: false },
): RouteOutput<(typeof cohortsRoutes)['get']> {
  return {
    id: record.id,
    name: record.name,
    description: record.description,
    is_static: record.isStatic,
    filters: record.filters,
    deleted: record.deleted,
    count,
    count_is_estimate: isEstimate,
    version: record.version,
    created_by: toUserBody(record.createdBy),
    created_at: record.createdAt.toISOString(),
    last_modified_by: toUserBody(record.updatedBy),
    updated_at: record.updatedAt.toISOString(),
  };
}

const usesBody = ({ flags, cohorts, waiting }: CohortUses) => ({
  flags: [...flags],
  cohorts: cohorts.map(({ id, name }) => ({ id, name })),
  waiting: [...waiting],
});

function toMemberBody({ distinctId, person }: Member) {
  return { distinct_id: distinctId, person: person ? toPersonBody(person) : null };
}
