// Names to choose from over HTTP: contract → service.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pageOf } from '#platform/http/paging';
import {
  type HttpDeps,
  type RequestCtx,
  projectCtx,
  registerRoutes,
} from '#platform/http/register';
import { knownEventsRoutes } from './known-events.contract.ts';
import { type Definition, type Known, type NameFilter, commonType } from './definition.ts';
import { describe } from './definitions.service.ts';
import {
  type SeenEvent,
  type SeenProperty,
  listEventNames,
  listEventProperties,
  listEventValues,
} from './known-events.service.ts';
import type { QueryGate } from '../running/query-gate.ts';
import { untilGone } from '#platform/http/until-gone';

export function registerKnownEvents(app: FastifyInstance, http: HttpDeps, gate: QueryGate): void {
  const looking = (ctx: RequestCtx, reply: FastifyReply) => ({
    ctx: projectCtx(ctx),
    gate,
    signal: untilGone(reply),
  });
  registerRoutes(app, http, knownEventsRoutes, {
    names: async (ctx, { query }, { request, reply }) => {
      const { limit, offset } = query;
      const page = { limit, offset };
      const { count, names } = await listEventNames(looking(ctx, reply), filterOf(query), page);
      return pageOf(request.url, { count, ...page }, names.map(eventBody));
    },
    describeEvent: async (ctx, { params, body }) =>
      writtenBody(await describe(projectCtx(ctx), 'event', params.name, given(body))),
    properties: async (ctx, { query }, { request, reply }) => {
      const { limit, offset, event = null } = query;
      const page = { limit, offset };
      const filter = filterOf(query);
      const found = await listEventProperties(looking(ctx, reply), event, filter, page);
      return pageOf(request.url, { count: found.count, ...page }, found.names.map(propertyBody));
    },
    describeProperty: async (ctx, { params, body: { property_type: propertyType, ...body } }) => {
      const change = { ...given(body), ...given({ propertyType }) };
      const saved = await describe(projectCtx(ctx), 'property', params.name, change);
      return { ...writtenBody(saved), property_type: saved.propertyType };
    },
    values: async (ctx, { query: { key, event = null, value = '' } }, { reply }) =>
      listEventValues(looking(ctx, reply), { key, event, part: value }),
  });
}

/** Without what was not said. */
function given<T extends object>(body: T) {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

type FilterQuery = {
  readonly search?: string | undefined;
  readonly tag?: string | undefined;
  readonly verified?: boolean | undefined;
  readonly exclude_hidden: boolean;
};

const filterOf = ({ search = '', tag, verified, exclude_hidden }: FilterQuery): NameFilter => ({
  search,
  tag,
  verified,
  isHiddenLeftOut: exclude_hidden,
});

const writtenBody = ({ updatedAt, propertyType: _type, tags, ...rest }: Definition) => ({
  ...rest,
  tags: [...tags],
  updated_at: updatedAt?.toISOString() ?? null,
});

const eventBody = ({ seen, definition }: Known<SeenEvent>) => ({
  ...writtenBody(definition),
  count: seen?.count ?? 0,
  last_seen_at: seen ? new Date(seen.lastSeenMs).toISOString() : null,
});

function propertyBody({ seen, definition }: Known<SeenProperty>) {
  const observed = seen?.observed ?? NOTHING_OBSERVED;
  const { propertyType } = definition;
  const count = seen?.count ?? 0;
  return {
    ...writtenBody(definition),
    count,
    is_numerical: propertyType ? propertyType === 'Numeric' : (seen?.numbers ?? 0) * 2 > count,
    property_type: propertyType ?? commonType(observed),
    is_type_given: propertyType !== null,
    observed_types: observed,
  };
}

const NOTHING_OBSERVED = { String: 0, Numeric: 0, Boolean: 0, DateTime: 0 };
