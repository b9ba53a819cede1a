// Routes of comments: contract → service.
import type { FastifyInstance } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { commentRoutes } from './comments.contract.ts';
import {
  type CommentRow,
  addComment,
  editComment,
  listFlagComments,
  removeComment,
} from './comments.service.ts';

export function registerComments(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, commentRoutes, {
    list: async (ctx, { params, query }, { request }) => {
      const { limit, offset } = query;
      const found = await listFlagComments(projectCtx(ctx), params.flag, { limit, offset });
      return pageOf(request.url, { count: found.count, limit, offset }, found.comments.map(toBody));
    },
    create: async (ctx, { params, body }) =>
      toBody(await addComment(projectCtx(ctx), params.flag, body.body)),
    update: async (ctx, { params, body }) =>
      toBody(await editComment(projectCtx(ctx), params.flag, params.comment_id, body.body)),
    remove: (ctx, { params }) => removeComment(projectCtx(ctx), params.flag, params.comment_id),
  });
}

const toBody = (row: CommentRow) => ({
  id: row.id,
  author: { id: row.author_id, name: row.author_name },
  body: row.body,
  created_at: row.created_at.toISOString(),
  edited_at: row.edited_at?.toISOString() ?? null,
});
