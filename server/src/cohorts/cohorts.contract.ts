// Cohorts over HTTP, in the shape that PostHog's API has. What a cohort is belongs to the project; who is
// listed in it, and whom its conditions match, to the environment (`?environment=`).
import { z } from 'zod';
import {
  EnvironmentQuery,
  ProjectParams,
  UserBody,
  page,
  queryInt,
  route,
} from '#kernel/http.contract';
import { PersonBody } from '#identity/contract';
import { CohortFiltersInput, GroupBody } from './cohort-filters.contract.ts';
import { MAX_CSV_BYTES, MAX_IDS_PER_CHANGE } from './members.ts';

const MAX_ID_CHARACTERS = 400;

const tag = 'cohorts';

export const CohortBody = z
  .object({
    id: z.number().int(),
    name: z.string(),
    description: z.string(),
    is_static: z.boolean(),
    filters: z.object({ properties: GroupBody }),
    deleted: z.boolean(),
    count: z
      .number()
      .int()
      .nullable()
      .describe(
        'People of the environment who are in it, ids not seen yet included. Null in lists for a cohort by properties, and for one by events until it is calculated.',
      ),
    count_is_estimate: z.boolean().describe('True when only a part of the people was looked at.'),
    cohort_type: z
      .enum(['static', 'person_property', 'behavioral', 'analytical'])
      .describe('What decides: a list, properties, or (behavioral, analytical) events.'),
    is_calculating: z
      .boolean()
      .describe('Of a cohort by events: whether its people are being counted, or are about to be.'),
    calculating_since: z.iso.datetime().nullable(),
    last_calculation: z.iso
      .datetime()
      .nullable()
      .describe('Of a cohort by events: as of when its people are known.'),
    last_calculation_version: z
      .number()
      .int()
      .nullable()
      .describe('The version of the cohort whose conditions they meet.'),
    errors_calculating: z
      .number()
      .int()
      .describe('Failures since the last success; the people of before stay.'),
    last_error_message: z.string().nullable(),
    last_error_at: z.iso.datetime().nullable(),
    /** Counts the changes. */
    version: z.number().int(),
    created_by: UserBody.nullable(),
    created_at: z.iso.datetime(),
    last_modified_by: UserBody.nullable(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Cohort' });

const writable = {
  description: z.string().max(2_000).nullable().optional(),
  filters: CohortFiltersInput.nullable().optional(),
};

/** What PostHog's tools send along and what tools send back from an answer: read over. */
const READ_OVER = [
  'id',
  'cohort_type',
  'count',
  'count_is_estimate',
  'created_at',
  'created_by',
  'errors_calculating',
  'experiment_set',
  'calculating_since',
  'is_calculating',
  'last_calculation',
  'last_calculation_version',
  'last_error_at',
  'last_error_message',
  'last_modified_by',
  'updated_at',
  '_create_in_folder',
] as const;
const readOver = Object.fromEntries(
  READ_OVER.map((field) => [field, z.unknown().optional()]),
) as Record<(typeof READ_OVER)[number], z.ZodOptional<z.ZodUnknown>>;

const name = z.string().trim().min(1).max(400);

const CohortCreate = z
  .strictObject({
    ...writable,
    ...readOver,
    name,
    is_static: z.boolean().optional(),
    query: z
      .record(z.string(), z.unknown())
      .nullish()
      .describe('With is_static: lists whoever is behind a number of an insight (ActorsQuery).'),
    deleted: z.literal(false).optional(),
    version: z.unknown().optional(),
  })
  .meta({ id: 'CohortCreate' });

export const CohortUpdate = z
  .strictObject({
    ...writable,
    ...readOver,
    name: name.optional(),
    /** It cannot be changed; sending what it is does no harm. */
    is_static: z.boolean().optional(),
    deleted: z.boolean().optional(),
    /** The version that was read; a stale one is refused with 409. */
    version: z.number().int().optional(),
    /** Why, for the audit log. */
    reason: z.string().max(1_000).nullable().optional(),
  })
  .meta({ id: 'CohortUpdate' });

const MemberBody = z
  .object({
    /** The listed id, or one of the person's. */
    distinct_id: z.string(),
    person: PersonBody.nullable().describe('Null for a listed id that has not been seen yet.'),
  })
  .meta({ id: 'CohortMember' });

const AddedBody = z
  .object({
    added: z.number().int().describe('Ids that were not listed before.'),
    known: z.number().int().describe('Of all ids given: those that a person is known by.'),
    unseen: z
      .number()
      .int()
      .describe('Of all ids given: those not seen yet; they count once seen.'),
    ignored: z.number().int().describe('Lines without an id, repeated ids, ids too long.'),
  })
  .meta({ id: 'CohortMembersAdded' });

const distinctId = z.string().min(1).max(MAX_ID_CHARACTERS);
export const CohortParams = ProjectParams.extend({
  cohort: z
    .string()
    .regex(/^\d{1,9}$/, 'A cohort is named by its number.')
    .transform(Number),
});
const root = '/api/projects/:project_id/cohorts/';
const one = { params: CohortParams, query: EnvironmentQuery, tag } as const;

export const cohortsRoutes = {
  list: route({
    method: 'GET',
    path: root,
    summary: 'List cohorts, newest first',
    tag,
    auth: 'cohort:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      search: z.string().max(200).optional().describe('Part of the name.'),
      is_static: z.stringbool().optional(),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(CohortBody),
  }),
  create: route({
    method: 'POST',
    path: root,
    summary: 'Create a cohort: dynamic with filters, or static with is_static',
    tag,
    auth: 'cohort:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: CohortCreate,
    status: 201,
    response: CohortBody,
  }),
  get: route({
    ...one,
    method: 'GET',
    path: `${root}:cohort/`,
    summary: 'Get a cohort and how many people are in it',
    auth: 'cohort:read',
    response: CohortBody,
  }),
  update: route({
    ...one,
    method: 'PATCH',
    path: `${root}:cohort/`,
    summary: 'Change what is given; delete with {"deleted": true}, refused while it is used',
    auth: 'cohort:write',
    body: CohortUpdate,
    response: CohortBody,
  }),
  remove: route({
    ...one,
    method: 'DELETE',
    path: `${root}:cohort/`,
    summary: 'Refused with 405: delete by PATCH {"deleted": true}, which can be undone',
    auth: 'cohort:write',
  }),
  usedBy: route({
    ...one,
    method: 'GET',
    path: `${root}:cohort/used_by/`,
    summary:
      'List the flags (of any environment), cohorts and waiting changes that ask for a cohort',
    auth: 'cohort:read',
    response: z.object({
      flags: z.array(z.object({ id: z.number().int(), key: z.string(), name: z.string() })),
      cohorts: z.array(z.object({ id: z.number().int(), name: z.string() })),
      waiting: z
        .array(
          z.object({
            kind: z.enum(['change_request', 'scheduled_change']),
            id: z.string().describe('Of a request, its number.'),
            label: z.string().describe('The title of a request, else the key of the flag.'),
          }),
        )
        .describe('Open requests and pending changes.'),
    }),
  }),
  members: route({
    ...one,
    method: 'GET',
    path: `${root}:cohort/persons/`,
    summary: 'List who is in a cohort',
    auth: 'cohort:read',
    query: EnvironmentQuery.extend({
      search: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Part of a distinct id, an e-mail address or a name.'),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(MemberBody).extend({
      count_is_estimate: z.boolean().describe('True when only a part of the people was looked at.'),
    }),
  }),
  addMembers: route({
    ...one,
    method: 'PATCH',
    path: `${root}:cohort/add_persons_to_static_cohort/`,
    summary: 'List people in a static cohort, by id of the person or by distinct id',
    auth: 'cohort:write',
    body: z
      .strictObject({
        person_ids: z.array(z.uuid()).max(MAX_IDS_PER_CHANGE).optional(),
        distinct_ids: z.array(distinctId).max(MAX_IDS_PER_CHANGE).optional(),
      })
      .meta({ id: 'CohortMembersAdd' }),
    response: AddedBody,
  }),
  removeMember: route({
    ...one,
    method: 'PATCH',
    path: `${root}:cohort/remove_person_from_static_cohort/`,
    summary: 'Take someone off a static cohort, by whichever id they are listed',
    auth: 'cohort:write',
    body: z
      .strictObject({ person_id: z.uuid().optional(), distinct_id: distinctId.optional() })
      .meta({ id: 'CohortMemberRemove' }),
    response: z.object({ removed: z.number().int().describe('Ids that were listed.') }),
  }),
  importCsv: route({
    ...one,
    method: 'POST',
    path: `${root}:cohort/import_csv/`,
    summary:
      'List people in a static cohort from CSV: one column of distinct ids, or a column named distinct_id',
    auth: 'cohort:write',
    consumes: 'text/csv',
    bodyLimitBytes: MAX_CSV_BYTES,
    body: z.string(),
    response: AddedBody,
  }),
};
