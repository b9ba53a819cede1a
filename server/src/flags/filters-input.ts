// Filters as people and tools send them, and how they become the form that is stored: one word for each
// operator, payloads as JSON text, nothing left to a default that SDKs could read differently.
import type { Filters, Group, Operator, Property, PropertyType, Variant } from './flag.ts';
import type { JsonValue } from '#kernel/json';
import { canonicalOperator } from '#properties/operator';

export type PropertyInput = {
  readonly key: string | number;
  readonly type?: PropertyType | undefined;
  readonly value?: JsonValue | undefined;
  readonly operator?: Operator | 'min' | 'max' | null | undefined;
  readonly negation?: boolean | null | undefined;
  readonly group_type_index?: number | null | undefined;
  readonly label?: string | null | undefined;
  readonly cohort_name?: string | null | undefined;
  readonly dependency_chain?: readonly string[] | null | undefined;
};

export type GroupInput = {
  readonly properties?: readonly PropertyInput[] | null | undefined;
  readonly rollout_percentage?: number | null | undefined;
  readonly variant?: string | null | undefined;
  readonly aggregation_group_type_index?: number | null | undefined;
  readonly description?: string | null | undefined;
  readonly sort_key?: string | null | undefined;
  readonly users_affected?: number | null | undefined;
};

type VariantInput = {
  readonly key: string;
  readonly name?: string | null | undefined;
  readonly rollout_percentage: number;
};

export type FiltersInput = {
  readonly groups?: readonly GroupInput[] | undefined;
  readonly multivariate?: { readonly variants: readonly VariantInput[] } | null | undefined;
  readonly payloads?: { readonly [key: string]: unknown } | null | undefined;
  readonly aggregation_group_type_index?: number | null | undefined;
  readonly holdout?:
    | { readonly id: number; readonly exclusion_percentage?: number | undefined }
    | null
    | undefined;
  readonly feature_enrollment?: boolean | null | undefined;
  readonly super_groups?: readonly GroupInput[] | null | undefined;
  readonly holdout_groups?: readonly GroupInput[] | null | undefined;
  readonly early_exit?: boolean | null | undefined;
};

/** What a flag created without filters has: it is on for nobody. */
export const NOBODY: Filters = { groups: [{ properties: [], rollout_percentage: 0 }] };

/** The stored form of filters that {@link checkFilters} found nothing wrong with. */
export function toFilters(input: FiltersInput): Filters {
  const { groups = [], multivariate, payloads, super_groups, holdout_groups, ...rest } = input;
  return withoutUndefined<Filters>({
    groups: groups.map(toGroup),
    ...(multivariate === undefined ? {} : { multivariate: toVariants(multivariate) }),
    ...(payloads ? { payloads: toPayloads(payloads) } : {}),
    ...(super_groups === undefined ? {} : { super_groups: super_groups?.map(toGroup) ?? null }),
    ...(holdout_groups === undefined
      ? {}
      : { holdout_groups: holdout_groups?.map(toGroup) ?? null }),
    ...rest,
  });
}

/** Early-access features set `feature_enrollment`; whoever does not speak of it leaves it as it is. */
export function keepEnrollment(filters: Filters, before: Filters): Filters {
  if (filters.feature_enrollment !== undefined || !before.feature_enrollment) return filters;
  return { ...filters, feature_enrollment: true };
}

/** The operator that a property condition means. */
export function operatorOf(property: PropertyInput): Operator {
  if (property.operator) return canonicalOperator(property.operator);
  if (property.type === 'cohort') return 'in';
  return property.type === 'flag' ? 'flag_evaluates_to' : 'exact';
}

/** The JSON text of a payload: of a text itself, of any other value its text. Undefined when invalid. */
export function payloadText(payload: unknown): string | undefined {
  try {
    if (typeof payload !== 'string') return JSON.stringify(payload);
    JSON.parse(payload);
    return payload;
  } catch {
    return undefined;
  }
}

function toGroup(group: GroupInput): Group {
  return withoutUndefined<Group>({
    ...group,
    properties: (group.properties ?? []).map(toProperty),
  });
}

function toProperty(property: PropertyInput): Property {
  const { dependency_chain: _served, ...stored } = property;
  return withoutUndefined<Property>({
    ...stored,
    key: String(property.key),
    type: property.type ?? 'person',
    operator: operatorOf(property),
  });
}

function toVariants(
  multivariate: NonNullable<FiltersInput['multivariate']> | null,
): { variants: readonly Variant[] } | null {
  return (
    multivariate && { variants: multivariate.variants.map((v) => withoutUndefined<Variant>(v)) }
  );
}

function toPayloads(payloads: { readonly [key: string]: unknown }): Record<string, string> {
  const texts = Object.entries(payloads).flatMap(([key, payload]) => {
    const text = payload === null ? undefined : payloadText(payload);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(texts);
}

/** JSON has no undefined; leaving such fields out makes equal filters equal. */
function withoutUndefined<T extends object>(value: object): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
