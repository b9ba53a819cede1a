// Groups over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import type { JsonValue } from '#kernel/json';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { groupsRoutes } from './groups.contract.ts';
import {
  type GroupType,
  type StoredGroup,
  editGroup,
  getGroup,
  listGroups,
  listTypes,
  removeGroup,
  renameTypes,
} from './groups.service.ts';

import { toPersonBody } from './person-body.routes.ts';
import { relatedToGroup, relatedToPerson } from './related.service.ts';

export function registerGroups(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, groupsRoutes, {
    types: async (ctx) => (await listTypes(projectCtx(ctx))).map(toTypeBody),
    renameTypes: async (ctx, { body }) => {
      const names = body.map(({ group_type_index: index, name_singular, name_plural }) => ({
        index,
        singular: name_singular,
        plural: name_plural,
      }));
      return (await renameTypes(projectCtx(ctx), names)).map(toTypeBody);
    },
    list: async (ctx, { query }, { request }) => {
      const { limit, offset, search, property, group_type_index: typeIndex } = query;
      const filter = { typeIndex, search, property, limit, offset };
      const { count, groups } = await listGroups(projectCtx(ctx), filter);
      return pageOf(request.url, { count, limit, offset }, groups.map(toGroupBody));
    },
    find: async (ctx, { query }) => toGroupBody(await getGroup(projectCtx(ctx), keyOf(query))),
    related: async (ctx, { query: { id, group_type_index: typeIndex } }) => {
      const { people, groups } =
        typeIndex === undefined
          ? await relatedToPerson(projectCtx(ctx), id)
          : await relatedToGroup(projectCtx(ctx), { typeIndex, key: id });
      return [
        ...people.map(({ person, events, lastMs }) => ({
          type: 'person' as const,
          ...toPersonBody(person),
          events,
          last_seen: new Date(lastMs).toISOString(),
        })),
        ...groups.map(({ group, events, lastMs }) => ({
          type: 'group' as const,
          ...toGroupBody(group),
          events,
          last_seen: new Date(lastMs).toISOString(),
        })),
      ];
    },
    updateProperty: async (ctx, { query, body: { key, value, reason } }) => {
      const set = { [key]: value as JsonValue };
      return toGroupBody(await editGroup(projectCtx(ctx), keyOf(query), { set, reason }));
    },
    deleteProperty: async (ctx, { query, body: { $unset, reason } }) =>
      toGroupBody(await editGroup(projectCtx(ctx), keyOf(query), { unset: [$unset], reason })),
    remove: (ctx, { query }) => removeGroup(projectCtx(ctx), keyOf(query)),
  });
}

const keyOf = (query: { readonly group_type_index: number; readonly group_key: string }) => ({
  typeIndex: query.group_type_index,
  key: query.group_key,
});

const toGroupBody = (group: StoredGroup) => ({
  group_type_index: group.typeIndex,
  group_key: group.key,
  group_properties: { ...group.properties },
  created_at: group.createdAt.toISOString(),
});

const toTypeBody = ({ index, name, singular, plural }: GroupType) => ({
  group_type: name,
  group_type_index: index,
  name_singular: singular,
  name_plural: plural,
});
