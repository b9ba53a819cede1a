// A stage of a plan on the wire: who has the change in it, what must be true before the next, and what its people are asked.
import { z } from 'zod';
import { OPERATORS, type Operator } from '#flags/flag';
import { COMPARISONS } from '#metrics/guardrail';

/** 366 days: longer than any rollout should take. */
const MAX_SECONDS = 31_622_400;
export const seconds = z.number().min(0).max(MAX_SECONDS);
const name = z.string().trim().min(1).max(200);
const scalar = z.union([z.string().max(2000), z.number(), z.boolean()]);

/** Operators that ask for something else than a person's property. */
const COHORT_OPERATORS: ReadonlySet<Operator> = new Set(['in', 'not_in']);

const StageProperty = z
  .strictObject({
    key: z.string().min(1).max(400),
    type: z
      .enum(
        ['person', 'cohort', 'group'],
        'Stages name people by their own properties or by a cohort, and groups by theirs.',
      )
      .default('person'),
    operator: z.enum(OPERATORS.filter((one) => one !== 'flag_evaluates_to')).default('exact'),
    value: z.union([scalar, z.array(scalar).max(1000), z.null()]).optional(),
  })
  .refine(({ type, operator }) => (type === 'cohort') === COHORT_OPERATORS.has(operator), {
    path: ['operator'],
    error: 'A cohort takes in or not_in; properties take any other.',
  });

const StageFeedback = z
  .strictObject({
    channel: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .nullable()
      .default(null)
      .describe(
        'Where people say what they think: a chat channel, an address; told with the stage.',
      ),
    question: z
      .string()
      .trim()
      .min(1)
      .max(300)
      .nullable()
      .default(null)
      .describe(
        'A short question that posthog-js asks of those who have the change, in a small window on the page; answers are under `feedback/`.',
      ),
  })
  .refine(({ channel, question }) => channel !== null || question !== null, {
    path: ['channel'],
    error: 'Name a channel, ask a question, or leave feedback out.',
  });

export const StageWire = z
  .strictObject({
    name,
    percent: z
      .number()
      .gt(0)
      .max(100)
      .optional()
      .describe('Share of everyone, or of the people that `properties` name (default 100).'),
    properties: z
      .array(StageProperty)
      .max(20)
      .default([])
      .describe('Names the people of the stage; empty: everyone, by percentage.'),
    compare: z
      .enum(COMPARISONS)
      .optional()
      .describe(
        'Against control (default), or against fixed limits (stages of named people, 100 %). self_control: named people against themselves in the fourteen days before the rollout. before_after: 100 % against the same hours of the four weeks before. These two may pause, and never take the change back.',
      ),
    min_bake_seconds: seconds.default(1800).describe('Observed time before promotion.'),
    max_bake_seconds: seconds
      .optional()
      .describe('Observed time after which an undecided stage ends; default 48 times the minimum.'),
    min_exposures: z
      .number()
      .int()
      .min(0)
      .max(100_000_000)
      .optional()
      .describe('People with the change before promotion; default 100, or 1 for named people.'),
    approval: z.boolean().default(false).describe('A person must approve the promotion.'),
    cover_peak: z
      .boolean()
      .default(false)
      .describe('Promotion waits until one of the three busiest hours of the day lies within it.'),
    safe_for: z
      .array(name)
      .max(20)
      .optional()
      .describe('Guardrails that must be proven safe; default all ("*"), none for named people.'),
    feedback: StageFeedback.nullable().default(null),
    point_of_no_return: z
      .boolean()
      .default(false)
      .describe(
        'From this stage on the data can be brought back from a backup only (one stage, when `rollback_impact` is D). What leads to it waits for approval.',
      ),
  })
  .refine((stage) => stage.percent !== undefined || stage.properties.length > 0, {
    path: ['percent'],
    error: 'A stage needs a percentage, or properties that name its people.',
  })
  .meta({ id: 'RolloutStage' });
