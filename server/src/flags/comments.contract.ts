// What people say about a flag: plain text.
import { z } from 'zod';
import { page, queryInt, route } from '#kernel/http.contract';
import { FlagParams } from './flags.contract.ts';

const MAX_BODY_CHARACTERS = 5_000;

export const CommentBody = z
  .object({
    id: z.string(),
    author: z
      .object({ id: z.string().nullable(), name: z.string() })
      .describe('Without an id when they have left.'),
    body: z.string(),
    created_at: z.iso.datetime(),
    edited_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'FlagComment' });

const Input = z.strictObject({ body: z.string().trim().min(1).max(MAX_BODY_CHARACTERS) });
const tag = 'flags';
const path = '/api/projects/:project_id/feature_flags/:flag/comments/';
const CommentParams = FlagParams.extend({ comment_id: z.string().min(1).max(100) });

export const commentRoutes = {
  list: route({
    method: 'GET',
    path,
    summary: 'List what people say about a flag, newest first',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: z.object({
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(CommentBody),
  }),
  create: route({
    method: 'POST',
    path,
    summary: 'Say something about a flag (plain text)',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    body: Input,
    status: 201,
    response: CommentBody,
  }),
  update: route({
    method: 'PATCH',
    path: `${path}:comment_id/`,
    summary: 'Edit a comment of your own',
    tag,
    auth: 'feature_flag:write',
    params: CommentParams,
    body: Input,
    response: CommentBody,
  }),
  remove: route({
    method: 'DELETE',
    path: `${path}:comment_id/`,
    summary: 'Delete a comment of your own',
    tag,
    auth: 'feature_flag:write',
    params: CommentParams,
    status: 204,
  }),
};
