// The conditions of dynamic cohorts on the wire: what may be sent (checked for shape and size here, for sense
// in cohort-input.ts) and what is answered.
import { z } from 'zod';
import { comparison } from '#properties/contract';
import { OPERATORS } from '#properties/operator';
import { BEHAVIOURS, COUNT_OPERATORS, TIME_UNITS } from './behaviour.ts';
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

const MAX_TIME = 10_000;
const MAX_COUNT = 1_000_000;
const MAX_PERIODS = 100;
const MAX_EVENT_FILTERS = 20;

const eventName = z.string().min(1).max(400);
const unit = z.enum(TIME_UNITS);
const time = z.number().int().min(1).max(MAX_TIME);
const period = z.number().int().min(1).max(MAX_PERIODS);
const when = z.string().min(1).max(50);

const NO_ACTIONS = 'Only events are counted: there are no actions here.';
const eventsOnly = z.literal('events', NO_ACTIONS);

const EventFilterInput = z
  .strictObject({
    key: z.string().min(1).max(400),
    value: comparison.value,
    operator: comparison.operator,
    type: z.literal('event', 'Conditions on the event take its own properties.').optional(),
    label: comparison.label,
  })
  .meta({ id: 'CohortEventFilterInput' });

/** What people did; null says that a field is not given. */
const BehaviouralConditionInput = z
  .strictObject({
    type: z.literal('behavioral'),
    value: z.enum(BEHAVIOURS),
    key: eventName.describe('The name of the event.'),
    event_type: eventsOnly,
    event_filters: z.array(EventFilterInput).max(MAX_EVENT_FILTERS).nullish(),
    negation: comparison.negation,
    time_value: time.nullish().describe('How far back from now, with `time_interval`.'),
    time_interval: unit.nullish(),
    explicit_datetime: when
      .nullish()
      .describe('Instead: from a date, a span ago such as -30d, or `all`.'),
    explicit_datetime_to: when.nullish(),
    operator: z
      .enum([...COUNT_OPERATORS, 'eq'])
      .nullish()
      .describe(
        'How `operator_value` is compared with; left out: exactly. None at all is never enough.',
      ),
    operator_value: z.number().int().min(1).max(MAX_COUNT).nullish(),
    min_periods: period.nullish(),
    total_periods: period.nullish(),
    seq_event: eventName.nullish().describe('The event that follows.'),
    seq_event_type: eventsOnly.nullish(),
    seq_time_value: time.nullish(),
    seq_time_interval: unit.nullish(),
    // PostHog's server writes these into what it stores.
    bytecode: z.unknown().optional(),
    bytecode_error: z.unknown().optional(),
    conditionHash: z.unknown().optional(),
  })
  .meta({ id: 'CohortBehaviouralConditionInput' });

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

function nodeInput(depth: number): z.ZodType {
  const error = (issue: { code?: string; input?: unknown }): string | undefined =>
    issue.code === 'invalid_union' ? refusal(issue.input, depth) : undefined;
  const conditions = [
    PersonConditionInput,
    MemberConditionInput,
    BehaviouralConditionInput,
  ] as const;
  return depth === 0
    ? z.discriminatedUnion('type', conditions, { error })
    : z.discriminatedUnion('type', [...conditions, groupInput(depth)], { error });
}

function refusal(input: unknown, depth: number): string {
  const type = String((input as { type?: unknown }).type);
  if (depth === 0 && (type === 'AND' || type === 'OR')) {
    return `Groups can be nested ${MAX_DEPTH} deep, no deeper.`;
  }
  return 'The type of a condition is person, cohort or behavioral, that of a group AND or OR.';
}

export const CohortFiltersInput = z
  .strictObject({ properties: groupInput(MAX_DEPTH) })
  .meta({ id: 'CohortFiltersInput' });

const BehaviouralConditionBody = z.object({
  type: z.literal('behavioral'),
  value: z.enum(BEHAVIOURS),
  key: z.string(),
  event_type: z.literal('events'),
  event_filters: z
    .array(
      z.object({
        type: z.literal('event'),
        key: z.string(),
        operator: z.enum(OPERATORS),
        value: z.json().exactOptional(),
      }),
    )
    .exactOptional(),
  negation: z.boolean().exactOptional(),
  time_value: z.number().int().exactOptional(),
  time_interval: unit.exactOptional(),
  explicit_datetime: z.string().exactOptional(),
  explicit_datetime_to: z.string().exactOptional(),
  operator: z.enum(COUNT_OPERATORS).exactOptional(),
  operator_value: z.number().int().exactOptional(),
  min_periods: z.number().int().exactOptional(),
  total_periods: z.number().int().exactOptional(),
  seq_event: z.string().exactOptional(),
  seq_event_type: z.literal('events').exactOptional(),
  seq_time_value: z.number().int().exactOptional(),
  seq_time_interval: unit.exactOptional(),
});

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
    BehaviouralConditionBody,
  ])
  .meta({ id: 'CohortCondition' });

export const GroupBody: z.ZodType<CohortGroup> = z
  .object({
    type: z.enum(['AND', 'OR']),
    values: z.array(z.lazy((): z.ZodType<CohortNode> => z.union([ConditionBody, GroupBody]))),
  })
  .meta({ id: 'CohortGroup' });
