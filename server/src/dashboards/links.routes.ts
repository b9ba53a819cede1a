// Public links over HTTP: contract → service.
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { AccountsDirectory } from '#accounts';
import type { Insights } from '#insights';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { linksRoutes } from './links.contract.ts';
import { type Link, createLink, listLinks, revokeLink } from './links.service.ts';
import { type SharedTile, openShared } from './shared.service.ts';

type Directory = Pick<AccountsDirectory, 'projectById' | 'environmentById'>;

export function registerLinks(
  app: FastifyInstance,
  http: HttpDeps,
  insights: Insights,
  directory: Directory,
  nowMs: () => number,
): void {
  const shared = openShared({ insights, directory, nowMs });
  registerRoutes(app, http, linksRoutes, {
    listLinks: async (ctx, { params }) => {
      const links = await listLinks(projectCtx(ctx), params.id);
      return { results: links.map((link) => linkBody(link, directory)) };
    },
    createLink: async (ctx, { params }) => {
      const { link, token } = await createLink(projectCtx(ctx), params.id);
      return { ...linkBody(link, directory), token };
    },
    revokeLink: (ctx, { params }) => revokeLink(projectCtx(ctx), params.id, params.link_id),
    look: async (ctx, { params }, { reply }) => {
      keepFromIndexes(reply);
      const { dashboard, tiles } = await shared.look(ctx, params.token);
      const { name, description, filters } = dashboard;
      return {
        name,
        description,
        date_from: filters.date_from ?? null,
        date_to: filters.date_to ?? null,
        tiles: tiles.map(tileBody),
      };
    },
    answer: async (ctx, { params }, { reply }) => {
      keepFromIndexes(reply);
      return (await shared.answer(ctx, params.token, params.tile_id)) as AnswerBody;
    },
  });
}

type AnswerBody = z.input<(typeof linksRoutes)['answer']['response']>;

/** What a link shows is for those who have it: no search engine, no cache between. */
function keepFromIndexes(reply: FastifyReply): void {
  reply.header('x-robots-tag', 'noindex, nofollow').header('cache-control', 'no-store');
}

const linkBody = (link: Link, directory: Directory) => ({
  id: link.id,
  environment: directory.environmentById(link.environmentId)?.key ?? '',
  created_by: link.createdBy,
  created_at: link.createdAt.toISOString(),
});

const tileBody = ({ tile, insight, query }: SharedTile) => ({
  id: tile.id,
  color: tile.color,
  layouts: tile.layouts,
  text: tile.text === null ? null : { body: tile.text },
  name: insight?.name ?? '',
  description: insight?.description ?? '',
  query: query as { kind: string } | null,
});
