// Incident routes: contract → service.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type Handlers, type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { toIncident, toIncidentSummary } from './incident-wire.routes.ts';
import { writeIncident } from './incident.service.ts';
import { incidentsRoutes } from './incidents.contract.ts';
import { cohortOfPeople, exportPeople, listIncidentPeople } from './people.service.ts';
import {
  describeIncident,
  getPostMortem,
  listEnvironmentIncidents,
  listPostMortems,
  markdownOf,
  type SavedText,
} from './report.service.ts';

type Settled = { readonly settled: () => Promise<void> };

export function registerIncidents(app: FastifyInstance, http: HttpDeps, deps: Settled): void {
  registerRoutes(app, http, incidentsRoutes, { ...reportHandlers(), ...peopleHandlers(deps) });
}

type PeopleRoutes = Pick<typeof incidentsRoutes, 'people' | 'peopleFile' | 'cohort'>;

function reportHandlers(): Handlers<Omit<typeof incidentsRoutes, keyof PeopleRoutes>> {
  return {
    list: async (request, { query }, io) => {
      const { limit, offset } = query;
      const found = await listEnvironmentIncidents(projectCtx(request), query);
      const bodies = found.incidents.map((one) => toIncidentSummary(one, one.stages));
      return pageOf(io.request.url, { count: found.count, limit, offset }, bodies);
    },
    get: async (request, { params }) =>
      toIncident(await describeIncident(projectCtx(request), params.incident_id)),
    write: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      await writeIncident(ctx, params.incident_id, {
        postMortem: body.post_mortem,
        seenText: body.post_mortem_version,
        actionItems: body.action_items,
        seenItems: body.seen_action_items,
      });
      return toIncident(await describeIncident(ctx, params.incident_id));
    },
    versions: async (request, { params }) => ({
      results: (await listPostMortems(projectCtx(request), params.incident_id)).map(toVersion),
    }),
    version: async (request, { params }) => {
      const { incident_id: id, version } = params;
      const text = await getPostMortem(projectCtx(request), id, version);
      return { ...toVersion(text), text: text.body };
    },
    markdown: async (request, { params }, { reply }) => {
      const { name, text } = await markdownOf(projectCtx(request), params.incident_id);
      await sendFile(reply, { name, type: 'text/markdown', text });
    },
  };
}

function peopleHandlers({ settled }: Settled): Handlers<PeopleRoutes> {
  return {
    people: async (request, { params, query }) => {
      const { limit, offset } = query;
      const page = { limit: limit + 1, offset };
      const people = await listIncidentPeople(projectCtx(request), params.incident_id, page);
      return {
        results: people.slice(0, limit).map(({ personId, distinctId, sinceMs, hurtAtMs }) => ({
          person_id: personId,
          distinct_id: distinctId,
          had_it_since: new Date(sinceMs).toISOString(),
          hurt_at: hurtAtMs === null ? null : new Date(hurtAtMs).toISOString(),
        })),
        has_more: people.length > limit,
      };
    },
    peopleFile: async (request, { params }, { reply }) => {
      const { text, isCut } = await exportPeople(projectCtx(request), params.incident_id);
      void reply.header('x-serin-cut', String(isCut));
      await sendFile(reply, { name: 'affected-people.csv', type: 'text/csv', text });
    },
    cohort: async (request, { params, body }) => {
      const made = await cohortOfPeople(projectCtx(request), params.incident_id, body.name);
      await settled();
      return made;
    },
  };
}

const toVersion = ({ version, savedBy, savedAt }: Omit<SavedText, 'body'>) => ({
  version,
  saved_by: savedBy,
  saved_at: savedAt.toISOString(),
});

async function sendFile(
  reply: FastifyReply,
  { name, type, text }: { readonly name: string; readonly type: string; readonly text: string },
): Promise<void> {
  await reply
    .header('content-type', `${type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .send(text);
}
