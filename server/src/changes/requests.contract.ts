// Change requests over HTTP: flags in one environment that wait for the word of other people.
import { z } from 'zod';
import { FlagBody, FlagUpdate } from '#flags/body';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { DueBody, DueInput } from './due.contract.ts';
import { REQUEST_ACTIONS, REQUEST_EVENT_TYPES, REQUEST_STATES } from './request.ts';

const MAX_ITEMS = 20;
const tag = 'changes';

const title = z.string().trim().min(1).max(200);
const text = z.string().trim().max(10_000);
const version = z.number().int();

/** What a PATCH of the flag may say. */
export const ChangeInput = FlagUpdate.pick({
  key: true,
  name: true,
  filters: true,
  active: true,
  archived: true,
  deleted: true,
  tags: true,
  owner_id: true,
  payload_schema: true,
  evaluation_contexts: true,
  evaluation_runtime: true,
  bucketing_identifier: true,
  ensure_experience_continuity: true,
  kind: true,
  is_remote_configuration: true,
  value_type: true,
  value_source: true,
  kill_switch: true,
  force: true,
}).meta({ id: 'FlagChangeInput' });

const ItemInput = z.strictObject({
  /** Number or key. */
  flag: z.union([z.number().int(), z.string().min(1).max(400)]),
  /** The version that was read; a stale one is refused with 409. */
  version: version.optional(),
  change: ChangeInput,
});
const items = z.array(ItemInput).min(1).max(MAX_ITEMS);

const parts = z.array(z.enum(['switch', 'targeting', 'variants', 'payloads', 'settings', 'words']));
const Person = z.object({ id: z.string().nullable(), label: z.string() });

const Summary = z
  .object({
    /** Counts the requests of the project. */
    number: z.number().int(),
    environment: z.string(),
    title: z.string(),
    state: z.enum(REQUEST_STATES),
    author: Person,
    flags: z.array(z.object({ id: z.number().int(), key: z.string() })),
    due: DueBody.nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    closed_at: z.iso.datetime().nullable(),
    approvals: z.object({ given: z.number().int(), required: z.number().int() }),
    /** Somebody asks for something else. */
    is_objected: z.boolean(),
    /** Its flags have changed meanwhile. */
    is_moved: z.boolean(),
    /** What whoever asks may do now. */
    actions: z.array(z.enum(REQUEST_ACTIONS)),
  })
  .meta({ id: 'ChangeRequestSummary' });

const Detail = Summary.extend({
  description: z.string(),
  /** Counts what was proposed; approvals are for one revision. */
  revision: z.number().int(),
  version,
  items: z.array(
    z.object({
      flag: z.object({ id: z.number().int(), key: z.string() }),
      /** As a PATCH of the flag would say it. */
      change: z.record(z.string(), z.unknown()),
      parts,
      /** The flag as its author saw it. */
      base: FlagBody,
      /** What the change makes of it. */
      proposed: FlagBody,
      /** The flag as it is now. */
      current: FlagBody,
      /** What others changed meanwhile; null: nothing that matters. */
      movement: z.object({ apart: parts, overlapping: parts }).nullable(),
    }),
  ),
  reviews: z.array(
    z.object({
      user: Person,
      verdict: z.enum(['approved', 'changes_requested']),
      at: z.iso.datetime(),
    }),
  ),
  thread: z.array(
    z.object({
      id: z.string(),
      type: z.enum(REQUEST_EVENT_TYPES),
      at: z.iso.datetime(),
      user: Person,
      revision: z.number().int(),
      body: z.string(),
    }),
  ),
}).meta({ id: 'ChangeRequest' });

const base = '/api/projects/:project_id/change_requests/';
const Params = ProjectParams.extend({ number: queryInt(1, 2_000_000_000) });
const auth = 'feature_flag:write' as const;

/** A verb of one request, which answers with it. */
function verb<const N extends string, B extends z.ZodType>(name: N, summary: string, body: B) {
  const path = `${base}:number/${name}/` as const;
  return route({
    method: 'POST',
    path,
    summary,
    tag,
    auth,
    params: Params,
    body,
    response: Detail,
  });
}

export const requestsRoutes = {
  listRequests: route({
    method: 'GET',
    path: base,
    summary: 'List change requests of an environment, newest first',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      show: z.enum(['open', 'mine', 'closed']).default('open'),
      /** Only those that concern this flag, by number. */
      flag_id: queryInt(1, 2_000_000_000).optional(),
      limit: queryInt(1, 100).default(50),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(Summary),
  }),
  propose: route({
    method: 'POST',
    path: base,
    summary: 'Propose changes of flags; nothing changes before the request is applied',
    tag,
    auth,
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      title,
      /** Why. */
      description: text.default(''),
      items,
      /** When it is to be applied by itself, if it is approved by then. */
      due: DueInput.nullable().default(null),
    }),
    status: 201,
    response: Detail,
  }),
  getRequest: route({
    method: 'GET',
    path: `${base}:number/`,
    summary: 'Get a change request with its flags as they are now',
    tag,
    auth: 'feature_flag:read',
    params: Params,
    response: Detail,
  }),
  editRequest: route({
    method: 'PATCH',
    path: `${base}:number/`,
    summary: 'Propose something else, by its author; approvals are then given anew',
    tag,
    auth,
    params: Params,
    body: z.strictObject({
      version,
      title: title.optional(),
      description: text.optional(),
      items: items.optional(),
      due: DueInput.nullable().optional(),
    }),
    response: Detail,
  }),
  comment: verb('comments', 'Comment on a request', z.strictObject({ body: text.min(1) })),
  review: verb(
    'reviews',
    'Approve what is proposed, ask for something else, or refuse it for good',
    z.strictObject({
      verdict: z.enum(['approve', 'request_changes', 'refuse']),
      /** The revision that was looked at. */
      revision: z.number().int(),
      comment: text.default(''),
    }),
  ),
  rebase: verb(
    'rebase',
    'Bring a request on top of what others changed beside it',
    z.strictObject({ version }),
  ),
  apply: verb('apply', 'Make what was approved true', z.strictObject({ version })),
  withdraw: verb(
    'withdraw',
    'Give a request up, by its author',
    z.strictObject({ comment: text.default('') }),
  ),
  stream: route({
    method: 'GET',
    path: '/api/projects/:project_id/changes/stream/',
    summary:
      'Follow change requests and scheduled changes: one event `change` for each that has news',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    stream: true,
  }),
};
