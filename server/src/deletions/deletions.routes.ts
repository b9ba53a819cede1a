// Deletions over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { deletionRoutes } from './deletions.contract.ts';
import {
  deletePeople,
  deletePerson,
  deleteRecording,
  getDeletion,
  listDeletions,
} from './deletions.service.ts';
import type { Deletion } from './deletion.ts';

export function registerDeletions(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, deletionRoutes, {
    deletePerson: async (ctx, { params, query }) => {
      const how = {
        deletesEvents: query.delete_events,
        deletesRecordings: query.delete_recordings,
        keepsPeople: query.keep_person,
      };
      return toBody(await deletePerson(projectCtx(ctx), params.id, how));
    },
    bulkDelete: async (ctx, { body }) => {
      const deletion = await deletePeople(projectCtx(ctx), {
        personIds: body.ids ?? [],
        distinctIds: body.distinct_ids ?? [],
        deletesEvents: body.delete_events,
        deletesRecordings: body.delete_recordings,
        keepsPeople: body.keep_person,
      });
      return {
        persons_found: deletion.people,
        persons_deleted: body.keep_person ? 0 : deletion.people,
        events_queued_for_deletion: body.delete_events,
        deletion: toBody(deletion),
      };
    },
    deleteRecording: async (ctx, { params }) =>
      toBody(await deleteRecording(projectCtx(ctx), params.session_id)),
    list: async (ctx, { query: { limit, offset } }, { request }) => {
      const { count, deletions } = await listDeletions(projectCtx(ctx), { limit, offset });
      return pageOf(request.url, { count, limit, offset }, deletions.map(toBody));
    },
    get: async (ctx, { params }) => toBody(await getDeletion(projectCtx(ctx), params.id)),
  });
}

function toBody(deletion: Deletion) {
  return {
    id: deletion.id,
    kind: deletion.kind,
    environment: deletion.environment,
    state: deletion.state,
    people: deletion.people,
    person_ids: [...deletion.personIds],
    delete_events: deletion.deletesEvents,
    delete_recordings: deletion.deletesRecordings,
    keep_person: !deletion.deletesPeople,
    requested_by: deletion.requestedBy,
    created_at: deletion.createdAt.toISOString(),
    checked_at: deletion.checkedAt?.toISOString() ?? null,
    verified_at: deletion.verifiedAt?.toISOString() ?? null,
    events_removed: deletion.eventsFound,
    rows_left: deletion.rowsLeft,
    problem: deletion.problem,
  };
}
