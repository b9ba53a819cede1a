// Lists of recordings over HTTP: contract → service.
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { AccountsDirectory } from '#accounts';
import type { Asking, Insights } from '#insights';
import { fail } from '#kernel/errors';
import { nextCursorUrl } from '#platform/http/paging';
import {
  type HttpDeps,
  type RequestCtx,
  projectCtx,
  registerRoutes,
} from '#platform/http/register';
import { untilGone } from '#platform/http/until-gone';
import { decodeCursor, encodeCursor } from '../recordings/cursor.ts';
import { toRecordingBody } from '../recordings/recording-wire.routes.ts';
import { type ListedRecordingBody, recordingListRoutes } from './list.contract.ts';
import type { RecordingFilter } from './filter.ts';
import { type FingerprintsOf, type Found, searchRecordings } from './search.service.ts';

type ListDeps = {
  readonly insights: Insights;
  readonly directory: Pick<AccountsDirectory, 'projectById'>;
  readonly fingerprintsOf: FingerprintsOf;
};

const EVERYTHING: RecordingFilter = { conditions: [], match: 'all', order: 'start_time' };

export function registerRecordingList(
  app: FastifyInstance,
  http: HttpDeps,
  { insights, directory, fingerprintsOf }: ListDeps,
): void {
  const askingOf = (request: RequestCtx, reply: FastifyReply): Asking => {
    const ctx = projectCtx(request);
    const settings = directory.projectById(ctx.projectId) ?? fail('not_found');
    return { ctx, insights, settings, signal: untilGone(reply) };
  };
  const search = async (
    asking: Asking,
    filter: RecordingFilter,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ) => {
    const at = cursor === undefined ? undefined : decodeCursor(cursor);
    const { recordings, next } = await searchRecordings({ asking, fingerprintsOf }, filter, {
      limit,
      cursor: at,
    });
    return { next: next ? encodeCursor(next) : null, results: recordings.map(toListedBody) };
  };
  registerRoutes(app, http, recordingListRoutes, {
    list: async (ctx, { query: { filter, ...page } }, { request, reply }) => {
      const { next, results } = await search(askingOf(ctx, reply), filter ?? EVERYTHING, page);
      return { next: next === null ? null : nextCursorUrl(request.url, next), results };
    },
    search: (ctx, { body: { filter, ...page } }, { reply }) =>
      search(askingOf(ctx, reply), filter, page),
  });
}

function toListedBody(found: Found): z.input<typeof ListedRecordingBody> {
  return {
    ...toRecordingBody(found),
    exception_count: found.exceptions,
    matches: found.matches.map(({ condition, count, offsetsMs, value }) => ({
      condition,
      count,
      offsets_ms: [...offsetsMs],
      value,
    })),
  };
}
