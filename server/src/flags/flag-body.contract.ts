// A flag on the wire: what is answered, what may be sent, and what is read over because tools send it along.
import { z } from 'zod';
import { UserBody } from '#kernel/http.contract';
import { FiltersBody, FiltersInput } from './filters.contract.ts';
import {
  BUCKETING_IDENTIFIERS,
  EVALUATION_RUNTIMES,
  FLAG_KINDS,
  VALUE_SOURCES,
  VALUE_TYPES,
} from './flag.ts';

const MAX_NAME_CHARACTERS = 2_000;

export const FlagBody = z
  .object({
    id: z.number().int(),
    key: z.string(),
    /** The description. */
    name: z.string(),
    filters: FiltersBody,
    active: z.boolean(),
    archived: z.boolean(),
    deleted: z.boolean(),
    status: z.enum(['ACTIVE', 'STALE', 'INACTIVE', 'ARCHIVED', 'DELETED']),
    /** Counts the changes in this environment. */
    version: z.number().int(),
    tags: z.array(z.string()),
    evaluation_contexts: z.array(z.string()),
    evaluation_runtime: z.enum(EVALUATION_RUNTIMES),
    bucketing_identifier: z.enum(BUCKETING_IDENTIFIERS),
    ensure_experience_continuity: z.boolean(),
    kind: z.enum(FLAG_KINDS),
    is_remote_configuration: z.boolean(),
    /** Type of the value that OpenFeature SDKs get; null: text (the variant) with variants, else boolean. */
    value_type: z.enum(VALUE_TYPES).nullable(),
    /** What that value is taken from; null: what fits the type. */
    value_source: z.enum(VALUE_SOURCES).nullable(),
    /** Key of the flag that makes this one off for whom it is on. */
    kill_switch: z.string().nullable(),
    has_encrypted_payloads: z.literal(false),
    /** Experiments that go by it in the environment. */
    experiment_set: z.array(z.number().int()),
    owner: UserBody.nullable(),
    /** JSON Schema that every payload must fit. */
    payload_schema: z.record(z.string(), z.unknown()).nullable(),
    /** When code last asked for the flag in this environment; about a minute late. */
    last_called_at: z.iso.datetime().nullable(),
    created_by: UserBody.nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    last_modified_by: UserBody.nullable(),
    /** Key of the environment that `filters`, `active` and `version` belong to. */
    environment: z.string(),
  })
  .meta({ id: 'Flag' });

export const ListedFlagBody = FlagBody.extend({
  active_in: z.array(z.string()).describe('Keys of the environments in which it is on.'),
  overridden_on: z
    .number()
    .int()
    .describe('Ids for which an override in this environment makes it anything but false.'),
}).meta({ id: 'ListedFlag' });

const label = z.string().trim().min(1).max(100);

const writable = {
  name: z.string().max(MAX_NAME_CHARACTERS).nullable().optional(),
  filters: FiltersInput.nullable().optional(),
  active: z.boolean().optional(),
  archived: z.boolean().optional(),
  deleted: z.boolean().optional(),
  tags: z.array(label).max(100).optional(),
  /** Id of one of the project's people. */
  owner_id: z.string().max(100).nullable().optional(),
  /** JSON Schema (draft 2020-12) without regular expressions; every payload must fit it. */
  payload_schema: z.record(z.string().max(400), z.json()).nullable().optional(),
  evaluation_contexts: z.array(label).max(100).optional(),
  evaluation_runtime: z.enum(EVALUATION_RUNTIMES).nullable().optional(),
  bucketing_identifier: z.enum(BUCKETING_IDENTIFIERS).nullable().optional(),
  /** People keep what they had before login; SDKs with local evaluation then ask the server. */
  ensure_experience_continuity: z.boolean().nullable().optional(),
  kind: z.enum(FLAG_KINDS).optional(),
  /** Older form of the kind `remote_config`. */
  is_remote_configuration: z.boolean().optional(),
  value_type: z.enum(VALUE_TYPES).nullable().optional(),
  value_source: z.enum(VALUE_SOURCES).nullable().optional(),
  /** Key or number of a flag of the kind `kill_switch`: where it is on, this flag is off. */
  kill_switch: z.string().min(1).max(400).nullable().optional(),
  /** Switch off, archive or delete although other flags need this one. */
  force: z.boolean().optional(),
  /** Edit what a running rollout owns; needs a reason. */
  over_rollout: z.boolean().optional(),
  /** The version that was read; a stale one is refused with 409. */
  version: z.number().int().optional(),
  /** Why, for the flag's history. */
  reason: z.string().max(1_000).nullable().optional(),
  /** Older form of one condition set without properties. */
  rollout_percentage: z.number().min(0).max(100).nullable().optional(),
  has_encrypted_payloads: z.literal(false, 'Encrypted payloads are not supported.').optional(),
  rollback_conditions: z
    .array(z.unknown())
    .max(0, 'Use a rollout with guardrails instead.')
    .nullable()
    .optional(),
};

/** What PostHog's tools send along and what tools send back from an answer: read over. */
const READ_OVER = [
  'active_in',
  'id',
  'analytics_dashboards',
  'can_edit',
  'created_at',
  'created_by',
  'creation_context',
  'environment',
  'experiment_set',
  'experiment_set_metadata',
  'features',
  'has_enriched_analytics',
  'is_simple_flag',
  'is_used_in_replay_settings',
  'last_called_at',
  'last_modified_by',
  'overridden_on',
  'owner',
  'performed_rollback',
  'status',
  'surveys',
  'updated_at',
  'usage_dashboard',
  'user_access_level',
  '_create_in_folder',
  '_should_create_usage_dashboard',
] as const;
const readOver = Object.fromEntries(
  READ_OVER.map((field) => [field, z.unknown().optional()]),
) as Record<(typeof READ_OVER)[number], z.ZodOptional<z.ZodUnknown>>;

const key = z.string().min(1).max(400);

export const FlagCreate = z
  .strictObject({ key, ...writable, ...readOver })
  .meta({ id: 'FlagCreate' });
export const FlagUpdate = z
  .strictObject({ key: key.optional(), ...writable, ...readOver })
  .meta({ id: 'FlagUpdate' });
