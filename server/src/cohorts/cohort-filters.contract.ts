// The conditions of dynamic cohorts on the wire: what may be sent (checked for shape and size here, for sense
// in cohort-input.ts) and what is answered.
import { z } from 'zod';
import { comparison } from '#properties/contract';
import { OPERATORS } from '#properties/operator';
import type { CohortCondition, CohortGroup, CohortNode } from './cohort.ts';

/** Groups within groups; more than people can read. */
const MAX_DEPTH = 5;
const MAX_VALUES = 100;

const PersonConditionInput = z
  .strictObject({ ...comparison, type: z.literal('person') })
  .meta({ id: 'CohortPersonConditionInput' });

const MemberConditionInput = z
  .strictObject({
    ...comparison,
    type: z.literal('cohort'),
    value: z.union([z.number().int(), z.string().max(20)]),
  })
  .meta({ id: 'CohortMemberConditionInput' });

/** A group whose values are conditions, and down to `MAX_DEPTH` levels groups. */
function groupInput(depth: number) {
  return z
    .strictObject({
      type: z.enum(['AND', 'OR']),
      values: z
        .array(nodeInput(depth - 1))
        .min(1, 'A group needs at least one condition.')
        .max(MAX_VALUES),
    })
    .meta({ id: `CohortGroupInput${depth}` });
}

const BEHAVIOURAL = /^(behaviou?ral|precalculated.*)$/;

function nodeInput(depth: number): z.ZodType {
  const error = (issue: { code?: string; input?: unknown }): string | undefined =>
    issue.code === 'invalid_union' ? refusal(issue.input, depth) : undefined;
  const conditions = [PersonConditionInput, MemberConditionInput] as const;
  return depth === 0
    ? z.discriminatedUnion('type', conditions, { error })
    : z.discriminatedUnion('type', [...conditions, groupInput(depth)], { error });
}

function refusal(input: unknown, depth: number): string {
  const type = String((input as { type?: unknown }).type);
  if (BEHAVIOURAL.test(type)) {
    return `Conditions on what people did ("${type}") cannot be used yet: flags need an answer without looking through events.`;
  }
  if (depth === 0 && (type === 'AND' || type === 'OR')) {
    return `Groups can be nested ${MAX_DEPTH} deep, no deeper.`;
  }
  return 'The type of a condition is person or cohort, that of a group AND or OR.';
}

export const CohortFiltersInput = z
  .strictObject({ properties: groupInput(MAX_DEPTH) })
  .meta({ id: 'CohortFiltersInput' });

const ConditionBody: z.ZodType<CohortCondition> = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('person'),
      key: z.string(),
      operator: z.enum(OPERATORS).exactOptional(),
      value: z.json().exactOptional(),
      negation: z.boolean().exactOptional(),
    }),
    z.object({
      type: z.literal('cohort'),
      key: z.literal('id'),
      operator: z.literal('in'),
      value: z.number().int(),
      negation: z.boolean().exactOptional(),
    }),
  ])
  .meta({ id: 'CohortCondition' });

export const GroupBody: z.ZodType<CohortGroup> = z
  .object({
    type: z.enum(['AND', 'OR']),
    values: z.array(z.lazy((): z.ZodType<CohortNode> => z.union([ConditionBody, GroupBody]))),
  })
  .meta({ id: 'CohortGroup' });
