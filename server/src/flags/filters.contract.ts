// Filters on the wire: what may be sent (checked for shape and size here, for sense in
// check-filters.ts) and what is answered. Unknown fields are refused by name: a misspelt
// `rollout_percentage` would otherwise mean everyone.
import { z } from 'zod';
import { comparison } from '#properties/contract';
import { OPERATORS, PROPERTY_TYPES } from './flag.ts';

const MAX_CONDITION_SETS = 200;
const MAX_PROPERTIES = 100;
const MAX_VARIANTS = 100;
const MAX_TEXT_CHARACTERS = 2_000;
const MAX_GROUP_TYPE_INDEX = 255;

const percentage = z.number().min(0).max(100);
export const groupTypeIndex = z.number().int().min(0).max(MAX_GROUP_TYPE_INDEX);
const variantKey = z.string().min(1).max(400);

const PropertyInput = z
  .strictObject({
    ...comparison,
    type: z.enum(PROPERTY_TYPES).optional(),
    group_type_index: groupTypeIndex.nullable().optional(),
    dependency_chain: z.array(z.string()).max(1_000).nullable().optional(),
  })
  .meta({ id: 'FlagPropertyInput' });

export const GroupInput = z
  .strictObject({
    properties: z.array(PropertyInput).max(MAX_PROPERTIES).nullable().optional(),
    rollout_percentage: percentage.nullable().optional(),
    variant: variantKey.nullable().optional(),
    aggregation_group_type_index: groupTypeIndex.nullable().optional(),
    description: z.string().max(MAX_TEXT_CHARACTERS).nullable().optional(),
    sort_key: z.string().max(100).nullable().optional(),
    users_affected: z.number().nullable().optional(),
  })
  .meta({ id: 'FlagGroupInput' });

const VariantBody = z
  .strictObject({
    key: variantKey,
    name: z.string().max(MAX_TEXT_CHARACTERS).nullable().optional(),
    rollout_percentage: percentage,
  })
  .meta({ id: 'FlagVariant' });

/** Names a holdout of the project; its percentage is the holdout's, whatever is sent. */
const HoldoutInput = z.strictObject({
  id: z.number().int().min(1).max(2_147_483_647),
  exclusion_percentage: percentage.optional(),
});
const HoldoutBody = z.object({ id: z.number().int(), exclusion_percentage: z.number() });

export const FiltersInput = z
  .strictObject({
    groups: z.array(GroupInput).max(MAX_CONDITION_SETS).optional(),
    multivariate: z
      .strictObject({ variants: z.array(VariantBody).min(1).max(MAX_VARIANTS) })
      .nullable()
      .optional(),
    /** JSON text, or any JSON value, which is then kept as its text. */
    payloads: z.record(z.string().max(400), z.unknown()).nullable().optional(),
    aggregation_group_type_index: groupTypeIndex.nullable().optional(),
    holdout: HoldoutInput.nullable().optional(),
    /** Left out, it stays as it is: early-access features set it. */
    feature_enrollment: z.boolean().nullable().optional(),
    super_groups: z.array(GroupInput).max(1).nullable().optional(),
    holdout_groups: z.array(GroupInput).max(1).nullable().optional(),
    early_exit: z.boolean().nullable().optional(),
  })
  .meta({ id: 'FlagFiltersInput' });
const PropertyBody = z
  .object({
    key: z.string(),
    type: z.enum(PROPERTY_TYPES),
    value: z.json().optional(),
    operator: z.enum(OPERATORS).optional(),
    negation: z.boolean().nullable().optional(),
    group_type_index: z.number().int().nullable().optional(),
    label: z.string().nullable().optional(),
    cohort_name: z.string().nullable().optional(),
  })
  .meta({ id: 'FlagProperty' });

const GroupBody = z
  .object({
    properties: z.array(PropertyBody).optional(),
    rollout_percentage: z.number().nullable().optional(),
    variant: z.string().nullable().optional(),
    aggregation_group_type_index: z.number().int().nullable().optional(),
    description: z.string().nullable().optional(),
    sort_key: z.string().nullable().optional(),
    users_affected: z.number().nullable().optional(),
  })
  .meta({ id: 'FlagGroup' });

/** Filters as they are stored, answered and served. */
export const FiltersBody = z
  .object({
    groups: z.array(GroupBody),
    multivariate: z
      .object({ variants: z.array(VariantBody) })
      .nullable()
      .optional(),
    payloads: z.record(z.string(), z.string()).optional(),
    aggregation_group_type_index: z.number().int().nullable().optional(),
    holdout: HoldoutBody.nullable().optional(),
    feature_enrollment: z.boolean().nullable().optional(),
    super_groups: z.array(GroupBody).nullable().optional(),
    holdout_groups: z.array(GroupBody).nullable().optional(),
    early_exit: z.boolean().nullable().optional(),
  })
  .meta({ id: 'FlagFilters' });

/** Filters as answers hold them. */
export type FiltersWire = z.input<typeof FiltersBody>;
