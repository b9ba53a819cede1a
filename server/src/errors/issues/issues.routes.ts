// Routes of issues: contract → service.
import type { FastifyInstance } from 'fastify';
import { fail } from '#kernel/errors';
import { pageOf } from '#platform/http/paging';
import { type Handlers, type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { changeIssue, mergeIssues, splitIssue } from './change.service.ts';
import {
  compareFlags,
  countIssue,
  getIssueWithFingerprints,
  listIssueEvents,
} from './issue.service.ts';
import {
  eventBody,
  issueBody,
  listedBody,
  numbersBody,
  partBody,
  rangeBody,
  variantsBody,
} from './issue-wire.routes.ts';
import { issuesRoutes } from './issues.contract.ts';
import type { Tracer } from '../maps/maps.service.ts';
import { listIssuesOf } from './listing.service.ts';
import { listIssueParts } from './parts.service.ts';
import { readRange } from './range.ts';

export function registerIssues(app: FastifyInstance, http: HttpDeps, tracer: Tracer): void {
  registerRoutes(app, http, issuesRoutes, { ...listing, ...readingWith(tracer), ...changing });
}

type All = Handlers<typeof issuesRoutes>;

const changing: Pick<All, 'update' | 'merge' | 'split'> = {
  update: async (request, { params, body }) => {
    const { status, assignee, version } = body;
    const ownerId = assignee === undefined ? undefined : (assignee?.id ?? null);
    return issueBody(
      await changeIssue(projectCtx(request), params.issue_id, { status, ownerId, version }),
    );
  },
  merge: async (request, { params, body }) =>
    issueBody(await mergeIssues(projectCtx(request), params.issue_id, body.ids)),
  split: async (request, { params, body }) => {
    const issues = await splitIssue(projectCtx(request), params.issue_id, body.fingerprints);
    return { issues: issues.map(issueBody) };
  },
};

const listing: Pick<All, 'list'> = {
  list: async (request, { query }, { request: raw }) => {
    const ctx = projectCtx(request);
    const { flag, variant, order_by: orderBy, limit, offset } = query;
    if (flag === undefined && (variant !== undefined || orderBy === 'flag_ratio')) {
      fail('required', { attr: 'flag' });
    }
    const range = readRange(query, ctx.clock.now());
    const { count, issues } = await listIssuesOf(ctx, {
      range,
      status: query.status,
      search: query.search,
      ownerId: query.assignee,
      release: query.release,
      flag,
      variant,
      orderBy,
      isAscending: query.order_direction === 'ASC',
      limit,
      offset,
    });
    const page = pageOf(raw.url, { count, limit, offset }, issues.map(listedBody));
    return { ...page, range: rangeBody(range) };
  },
};

type Reading = Pick<All, 'get' | 'parts' | 'numbers' | 'variants' | 'events'>;

const readingWith = (tracer: Tracer): Reading => ({
  get: async (request, { params }) => {
    const { issue, fingerprints } = await getIssueWithFingerprints(
      projectCtx(request),
      params.issue_id,
    );
    return { ...issueBody(issue), fingerprints: [...fingerprints] };
  },
  parts: async (request, { params }) => {
    const parts = await listIssueParts(projectCtx(request), params.issue_id);
    return { results: parts.map(partBody) };
  },
  numbers: async (request, { params, query }) => {
    const ctx = projectCtx(request);
    return numbersBody(await countIssue(ctx, params.issue_id, readRange(query, ctx.clock.now())));
  },
  variants: async (request, { params, query }) => {
    const ctx = projectCtx(request);
    const range = readRange(query, ctx.clock.now());
    return { flags: (await compareFlags(ctx, params.issue_id, range)).map(variantsBody) };
  },
  events: async (request, { params, query }) => {
    const ctx = projectCtx(request);
    const range = readRange(query, ctx.clock.now());
    const { events, hasMore } = await listIssueEvents(ctx, tracer, params.issue_id, {
      range,
      page: query,
    });
    return { has_more: hasMore, results: events.map(eventBody) };
  },
});
