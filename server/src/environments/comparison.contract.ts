// Two environments side by side, and taking flags over from one to the other.
import { z } from 'zod';
import { FLAG_PARTS } from '#flags/flag-parts';
import { FiltersBody } from '#flags/filters';
import { ProjectParams, page, queryInt, route } from '#kernel/http.contract';

const MAX_FLAGS = 100;
const tag = 'environments';

/** What a flag can differ in between environments; its settings are shared. */
export const PROMOTED_PARTS = FLAG_PARTS.filter((part) => part !== 'settings');
const part = z.enum(PROMOTED_PARTS);

const key = z.string().min(1).max(100);
const Pair = z.object({
  /** Key of the environment that is looked at first, or taken over from. */
  from: key,
  /** Key of the other environment. */
  to: key,
});

const Side = z.object({
  version: z.number().int(),
  active: z.boolean(),
  updated_at: z.iso.datetime(),
});
const FullSide = Side.extend({ filters: FiltersBody });

const Difference = z
  .object({
    id: z.number().int(),
    key: z.string(),
    name: z.string(),
    parts: z.array(part),
    from: Side,
    to: Side,
    /** The rollout that the flag belongs to in `to`, or null. */
    rollout_id: z.string().nullable(),
  })
  .meta({ id: 'EnvironmentDifference' });

const Comparison = Difference.extend({
  from: FullSide,
  to: FullSide,
  /** The flag in `to` if the asked-for parts were taken over; null when they cannot be. */
  after: z.object({ active: z.boolean(), filters: FiltersBody }).nullable(),
  /** Why they cannot be taken over, or null. */
  obstacle: z.string().nullable(),
}).meta({ id: 'FlagComparison' });

export const comparisonRoutes = {
  compare: route({
    method: 'GET',
    path: '/api/projects/:project_id/environment_differences/',
    summary: 'List the flags in which two environments differ, and in what',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: Pair.extend({
      limit: queryInt(1, 1_000).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(Difference),
  }),
  compareFlag: route({
    method: 'GET',
    path: '/api/projects/:project_id/environment_differences/:flag/',
    summary: 'Show a flag in two environments, and what taking parts over would make of it',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams.extend({ flag: z.string().min(1).max(400) }),
    query: Pair.extend({
      /** Parts to take over, separated by commas; all unless said. */
      parts: z
        .string()
        .max(100)
        .transform((text) => text.split(','))
        .pipe(z.array(part).min(1))
        .optional(),
    }),
    response: Comparison,
  }),
  promote: route({
    method: 'POST',
    path: '/api/projects/:project_id/promotions/',
    summary: 'Take flags over from one environment to another: all of them, or none',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    body: z.strictObject({
      from: key,
      to: key,
      flags: z
        .array(
          z.strictObject({
            /** Number or key. */
            flag: z.union([z.number().int(), z.string().min(1).max(400)]),
            /** The versions that were looked at; others are a conflict. */
            from_version: z.number().int(),
            to_version: z.number().int(),
            parts: z.array(part).min(1).optional(),
          }),
        )
        .min(1)
        .max(MAX_FLAGS),
      reason: z.string().max(1_000).nullable().optional(),
      /** Also flags that belong to a running rollout in `to`. */
      despite_rollout: z.boolean().default(false),
    }),
    response: z.object({
      results: z.array(
        z.object({
          id: z.number().int(),
          key: z.string(),
          /** In `to`, afterwards. */
          version: z.number().int(),
          parts: z.array(part),
        }),
      ),
    }),
  }),
};
