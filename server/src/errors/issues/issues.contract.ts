// Issues over HTTP, where PostHog's API has them.
import { z } from 'zod';
import { EnvironmentQuery, page, ProjectParams, queryInt, route } from '#kernel/http.contract';
import {
  FlagVariantsBody,
  IssueBody,
  IssueEventBody,
  IssuePartBody,
  ListedIssueBody,
  NumbersBody,
  RangeBody,
} from './issue-body.contract.ts';
import { ISSUE_STATUSES } from './issue.ts';

const tag = 'errors';
const listPath = '/api/projects/:project_id/error_tracking/issues/';
const onePath = `${listPath}:issue_id/`;
const IssueParams = ProjectParams.extend({ issue_id: z.string().min(1).max(100) });
const text = (max: number) => z.string().min(1).max(max).optional();

/** Relative (`-24h`, `-7d`, `-4w`) or ISO 8601 in UTC. */
const RangeQuery = EnvironmentQuery.extend({
  date_from: z.string().max(40).default('-7d').describe('Like -24h, -7d, -4w, or ISO 8601 (UTC).'),
  date_to: z.string().max(40).optional().describe('Now when left out.'),
});

export const ORDERS = ['last_seen', 'first_seen', 'occurrences', 'users', 'flag_ratio'] as const;

export const issuesRoutes = {
  list: route({
    method: 'GET',
    path: listPath,
    summary: 'List the issues of an environment that happened in a stretch of time',
    tag,
    auth: 'error_tracking:read',
    params: ProjectParams,
    query: RangeQuery.extend({
      status: z.enum(ISSUE_STATUSES).optional(),
      search: text(200),
      assignee: text(100).describe('Id of a person of the project.'),
      release: text(200),
      flag: text(400).describe('Tells each issue by the values of this flag.'),
      variant: text(400).describe(
        'Only issues of which an exception reports this value of `flag`.',
      ),
      order_by: z
        .enum(ORDERS)
        .default('last_seen')
        .describe(
          '`flag_ratio`: by how much it is surely more frequent than in control; asks for `flag`.',
        ),
      order_direction: z.enum(['ASC', 'DESC']).default('DESC'),
      limit: queryInt(1, 100).default(50),
      offset: queryInt(0, 25_000).default(0),
    }),
    response: page(ListedIssueBody).extend({ range: RangeBody }),
  }),
  get: route({
    method: 'GET',
    path: onePath,
    summary: 'Get an issue',
    tag,
    auth: 'error_tracking:read',
    params: IssueParams,
    query: EnvironmentQuery,
    response: IssueBody.extend({
      fingerprints: z.array(z.string()).describe('More than one when issues were joined.'),
    }),
  }),
  update: route({
    method: 'PATCH',
    path: onePath,
    summary: 'Resolve, ignore or open an issue, or give it to somebody',
    tag,
    auth: 'error_tracking:write',
    params: IssueParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      status: z.enum(ISSUE_STATUSES).optional(),
      assignee: z
        .strictObject({ type: z.literal('user'), id: z.string().max(100) })
        .nullable()
        .optional(),
      version: z.number().int().optional().describe('Refused when it is another one by now.'),
    }),
    response: IssueBody,
  }),
  merge: route({
    method: 'POST',
    path: `${onePath}merge/`,
    summary: 'Make other issues part of this one',
    tag,
    auth: 'error_tracking:write',
    params: IssueParams,
    query: EnvironmentQuery,
    body: z.strictObject({ ids: z.array(z.string().max(100)).min(1).max(50) }),
    response: IssueBody,
  }),
  split: route({
    method: 'POST',
    path: `${onePath}split/`,
    summary: 'Make fingerprints that were joined issues of their own again',
    tag,
    auth: 'error_tracking:write',
    params: IssueParams,
    query: EnvironmentQuery,
    body: z.strictObject({ fingerprints: z.array(z.guid()).min(1).max(50) }),
    response: z.object({ issues: z.array(IssueBody) }),
  }),
  parts: route({
    method: 'GET',
    path: `${onePath}parts/`,
    summary: 'List what was joined in an issue, each part told by its newest exception',
    tag,
    auth: 'error_tracking:read',
    params: IssueParams,
    query: EnvironmentQuery,
    response: z.object({ results: z.array(IssuePartBody).describe('At most 100.') }),
  }),
  numbers: route({
    method: 'GET',
    path: `${onePath}numbers/`,
    summary: 'Count an issue over time, by release, browser and system',
    tag,
    auth: 'error_tracking:read',
    params: IssueParams,
    query: RangeQuery,
    response: NumbersBody,
  }),
  variants: route({
    method: 'GET',
    path: `${onePath}variants/`,
    summary: 'Compare the people of an issue by the flags that they had',
    tag,
    auth: 'error_tracking:read',
    params: IssueParams,
    query: RangeQuery,
    response: z.object({ flags: z.array(FlagVariantsBody) }),
  }),
  events: route({
    method: 'GET',
    path: `${onePath}events/`,
    summary: 'List single exceptions of an issue with their stacks, the newest first',
    tag,
    auth: 'error_tracking:read',
    params: IssueParams,
    query: RangeQuery.extend({
      limit: queryInt(1, 20).default(5),
      offset: queryInt(0, 10_000).default(0),
    }),
    response: z.object({ has_more: z.boolean(), results: z.array(IssueEventBody) }),
  }),
} as const;
