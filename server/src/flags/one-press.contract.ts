// Versions of a flag, and what is done to it in one press.
import { z } from 'zod';
import { EnvironmentQuery, page, queryInt, route } from '#kernel/http.contract';
import { FiltersBody } from './filters.contract.ts';
import { FlagBody } from './flag-body.contract.ts';
import { FlagParams } from './flags.contract.ts';

const tag = 'flags';
const flagPath = '/api/projects/:project_id/feature_flags/:flag/';

export const VersionBody = z
  .object({
    version: z.number().int(),
    created_at: z.iso.datetime(),
    is_current: z.boolean(),
    action: z.string().nullable().describe('Past tense; null for what was there before history.'),
    reason: z.string().nullable(),
    actor: z.object({ kind: z.string(), id: z.string(), label: z.string() }).nullable(),
    flag: z
      .object({
        key: z.string(),
        name: z.string(),
        active: z.boolean(),
        archived: z.boolean(),
        deleted: z.boolean(),
        filters: FiltersBody,
        tags: z.array(z.string()),
        evaluation_contexts: z.array(z.string()),
        evaluation_runtime: z.string(),
        bucketing_identifier: z.string(),
        ensure_experience_continuity: z.boolean(),
        kind: z.string(),
        is_remote_configuration: z.boolean(),
        value_type: z.string().nullable(),
        value_source: z.string().nullable(),
        kill_switch_id: z.number().int().nullable(),
        owner_id: z.string().nullable(),
        payload_schema: z.record(z.string(), z.unknown()).nullable(),
      })
      .describe('The flag as it was in the environment.'),
  })
  .meta({ id: 'FlagVersion' });

const versionNumber = queryInt(1, 2_147_483_647);
const VersionParams = FlagParams.extend({ version: versionNumber });

const press = {
  reason: z.string().max(1_000).nullable().optional().describe("Why, for the flag's history."),
  version: z
    .number()
    .int()
    .optional()
    .describe('The version that was read; a stale one is refused with 409.'),
  over_rollout: z
    .boolean()
    .optional()
    .describe('Confirms that a guarded rollout of this flag is overruled.'),
};

export const onePressRoutes = {
  versions: route({
    method: 'GET',
    path: `${flagPath}versions/`,
    summary: 'List the versions of a flag in an environment, newest first',
    tag,
    auth: 'feature_flag:read',
    params: FlagParams,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 100).default(20),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(VersionBody),
  }),
  version: route({
    method: 'GET',
    path: `${flagPath}versions/:version/`,
    summary: 'Get a flag as it was at a version',
    tag,
    auth: 'feature_flag:read',
    params: VersionParams,
    query: EnvironmentQuery,
    response: VersionBody,
  }),
  diff: route({
    method: 'GET',
    path: `${flagPath}versions/:version/diff/`,
    summary: 'List the places in which a version differs from another one (by default the current)',
    tag,
    auth: 'feature_flag:read',
    params: VersionParams,
    query: EnvironmentQuery.extend({ to: versionNumber.optional() }),
    response: z.object({
      from: z.number().int(),
      to: z.number().int(),
      changes: z.array(
        z.object({
          path: z.string().describe('JSON Pointer (RFC 6901) into `flag` of a version.'),
          before: z.unknown().optional(),
          after: z.unknown().optional(),
        }),
      ),
    }),
  }),
  restore: route({
    method: 'POST',
    path: `${flagPath}versions/:version/restore/`,
    summary:
      'Make a flag answer as it did at a version, as a new version; key, description, tags and owner stay',
    tag,
    auth: 'feature_flag:write',
    params: VersionParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      ...press,
      force: z
        .boolean()
        .optional()
        .describe('Although other flags need it, and the version was switched off.'),
    }),
    response: FlagBody,
  }),
  rollOut: route({
    method: 'POST',
    path: `${flagPath}roll_out/`,
    summary: 'Switch a flag on for everyone; the targeting before it stays in the versions',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      variant: z
        .string()
        .max(400)
        .nullable()
        .optional()
        .describe('What everyone gets; needed for a flag of several variants.'),
      ...press,
    }),
    response: FlagBody,
  }),
  kill: route({
    method: 'POST',
    path: `${flagPath}kill/`,
    summary:
      'Take a flag from everyone at once: by its kill switch where that is for everyone, else by switching it off',
    tag,
    auth: 'feature_flag:write',
    params: FlagParams,
    query: EnvironmentQuery,
    body: z.strictObject({ reason: press.reason }).optional(),
    response: z
      .object({
        flag: FlagBody,
        kill_switch: z
          .string()
          .nullable()
          .describe(
            'The kill switch that is on now: the flag’s own targeting stays, and a rollout holds. Null: the flag is switched off, which takes a rollout back.',
          ),
        flags: z.array(z.string()).describe('Keys of all flags that are off by it.'),
      })
      .meta({ id: 'KilledFlag' }),
  }),
};
