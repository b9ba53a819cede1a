// Guardrails of a plan on the wire, with a default for everything that has a sensible one.
import { z } from 'zod';
import { EVENT_OPERATORS, type Guardrail, GUARDRAIL_FAMILIES } from '#metrics/guardrail';

const share = z.number().gt(0).lt(1);
const scalar = z.union([z.string().max(2000), z.number(), z.boolean()]);

const EventProperty = z.strictObject({
  key: z.string().min(1).max(400),
  operator: z.enum(EVENT_OPERATORS).default('exact'),
  value: z.union([scalar, z.array(scalar).max(100), z.null()]).default(null),
});

export const GuardrailWire = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,60}$/, 'Use 1 to 60 letters, digits, - or _.')
      .describe('Short name, unique in the plan.'),
    kind: z
      .enum(['event_rate', 'exception_users'])
      .describe('Share of exposed people with the event; exception_users means `$exception`.'),
    event: z.string().min(1).max(200).optional(),
    properties: z.array(EventProperty).max(10).default([]),
    group: z
      .enum(GUARDRAIL_FAMILIES)
      .default('errors')
      .describe('Two yellow guardrails of different groups count as red.'),
    direction: z.enum(['up', 'down']).default('up').describe('The direction that is harm.'),
    compare: z.literal('ratio').default('ratio'),
    yellow: z
      .number()
      .positive()
      .max(1000)
      .optional()
      .describe('Ratio to control; default 1.5, 0.95 down.'),
    red: z
      .number()
      .positive()
      .max(1000)
      .optional()
      .describe('Ratio to control; default 2, 0.9 down.'),
    absolute: z
      .strictObject({ yellow: share, red: share })
      .nullable()
      .optional()
      .describe(
        'Limits of the share itself; default 0.01 and 0.02 for exception_users, else none.',
      ),
    min_affected_users: z.number().int().min(1).max(1_000_000).optional(),
    require: z.enum(['safe', 'no_harm']).default('safe').describe('What promotion asks for.'),
    allow_no_baseline: z
      .boolean()
      .default(false)
      .describe('Start although no such event has arrived in the last seven days.'),
    on_red: z.literal('rollback').default('rollback'),
  })
  .refine((one) => one.kind !== 'event_rate' || one.event !== undefined, {
    path: ['event'],
    error: 'An event_rate guardrail needs the name of its event.',
  })
  .refine((one) => one.kind !== 'exception_users' || one.event === undefined, {
    path: ['event'],
    error: 'exception_users always counts `$exception`; leave event out.',
  })
  .meta({ id: 'RolloutGuardrail' });

const DEFAULT_BANDS = { up: { yellow: 1.5, red: 2 }, down: { yellow: 0.95, red: 0.9 } } as const;
const DEFAULT_EXCEPTION_LIMITS = { yellow: 0.01, red: 0.02 } as const;

/** The guardrail that a wire one means. @param minAffectedPeople unless it says its own */
export function guardrailOf(
  wire: z.output<typeof GuardrailWire>,
  minAffectedPeople: number,
): Guardrail {
  const isExceptions = wire.kind === 'exception_users';
  const bands = DEFAULT_BANDS[wire.direction];
  const absolute = wire.absolute ?? null;
  return {
    id: wire.id,
    family: wire.group,
    event: isExceptions ? '$exception' : (wire.event ?? ''),
    filters: wire.properties,
    harm: wire.direction,
    ratio: { yellow: wire.yellow ?? bands.yellow, red: wire.red ?? bands.red },
    absolute: wire.absolute === undefined && isExceptions ? DEFAULT_EXCEPTION_LIMITS : absolute,
    minAffectedPeople: wire.min_affected_users ?? minAffectedPeople,
    require: wire.require,
  };
}
