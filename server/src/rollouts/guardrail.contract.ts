// Guardrails of a plan on the wire, with a default for everything that has a sensible one.
import { z } from 'zod';
import {
  type Bands,
  EVENT_OPERATORS,
  type EventFilter,
  type Guardrail,
  GUARDRAIL_FAMILIES,
  RED_ACTIONS,
} from '#metrics/guardrail';
import {
  COMPARE_MODES,
  DEFAULT_BANDS,
  GUARDRAIL_KINDS,
  KIND_DEFAULTS,
  STATUS_FILTERS,
  STATUSES,
} from './guardrail-kinds.ts';

const scalar = z.union([z.string().max(2000), z.number(), z.boolean()]);
const share = z.number().gt(0).lt(1);
const band = z.number().min(-1000).max(1000);

const EventProperty = z.strictObject({
  key: z.string().min(1).max(400),
  operator: z.enum(EVENT_OPERATORS).default('exact'),
  value: z.union([scalar, z.array(scalar).max(100), z.null()]).default(null),
});

const Fields = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/, 'Use 1 to 60 letters, digits, - or _.')
    .describe('Short name, unique in the plan.'),
  kind: z
    .enum(GUARDRAIL_KINDS)
    .describe('What is counted of each exposed person; brings defaults for the rest.'),
  event: z.string().min(1).max(200).optional(),
  properties: z.array(EventProperty).max(10).default([]),
  status: z
    .enum(STATUSES)
    .optional()
    .describe('api_error_users with an event of your own: which answers are errors; default 5xx.'),
  status_property: z
    .string()
    .min(1)
    .max(400)
    .optional()
    .describe('Property of that event that holds the status; default status.'),
  group: z
    .enum(GUARDRAIL_FAMILIES)
    .optional()
    .describe('Two yellow guardrails of different groups count as red; default by kind.'),
  direction: z
    .enum(['up', 'down'])
    .optional()
    .describe('The direction that is harm; default by kind.'),
  compare: z
    .enum(COMPARE_MODES)
    .default('ratio')
    .describe(
      'What yellow and red are: a ratio to control, a relative change (-0.1 is a tenth less), percentage points (0.01 is one), or limits of the share itself.',
    ),
  yellow: band.optional().describe('Where people should look; default by compare and direction.'),
  red: band
    .optional()
    .describe('Where the change is taken back; default by compare and direction.'),
  absolute: z
    .strictObject({ yellow: share, red: share })
    .nullable()
    .optional()
    .describe(
      'Limits of the share besides; crash_free takes shares without a crash. Default by kind, else none.',
    ),
  min_affected_users: z.number().int().min(1).max(1_000_000).optional(),
  require: z
    .enum(['safe', 'no_harm'])
    .optional()
    .describe('What promotion asks for; default safe, no_harm for what only notifies.'),
  allow_no_baseline: z
    .boolean()
    .default(false)
    .describe('Start although no such event has arrived in the last seven days.'),
  on_red: z
    .enum(RED_ACTIONS)
    .default('rollback')
    .describe(
      'What it may do: take the change back, stop expansion, or only tell people. The last two do not count in the evidence that rolls back.',
    ),
});
type Fields = z.output<typeof Fields>;

export const GuardrailWire = Fields.superRefine((one, context) => {
  for (const { field, reason } of faultsOf(one)) {
    context.addIssue({ code: 'custom', path: [field], message: reason });
  }
}).meta({ id: 'RolloutGuardrail' });

type Fault = { readonly field: keyof Fields; readonly reason: string };

/** Fields that do not go together. */
function faultsOf(one: Fields): Fault[] {
  const faults: Fault[] = [];
  const { event, isEventFree } = KIND_DEFAULTS[one.kind];
  if (event === null && one.event === undefined) {
    const a = /^[aeiou]/.test(one.kind) ? 'An' : 'A';
    faults.push({
      field: 'event',
      reason: `${a} ${one.kind} guardrail needs the name of its event.`,
    });
  }
  if (!isEventFree && one.event !== undefined) {
    faults.push({
      field: 'event',
      reason: `${one.kind} always counts \`${event ?? ''}\`; leave event out.`,
    });
  }
  const hasStatus = one.kind === 'api_error_users' && one.event !== undefined;
  for (const field of ['status', 'status_property'] as const) {
    if (one[field] === undefined || hasStatus) continue;
    const reason = 'Only api_error_users with an event of your own looks at a status.';
    faults.push({ field, reason });
  }
  if (one.compare === 'absolute') faults.push(...absoluteFaults(one));
  return faults;
}

function absoluteFaults({ yellow, red, absolute }: Fields): Fault[] {
  if (absolute) {
    return [{ field: 'absolute', reason: 'compare is absolute: yellow and red are the limits.' }];
  }
  return (['yellow', 'red'] as const).flatMap((field) => {
    const value = field === 'yellow' ? yellow : red;
    if (value !== undefined && value > 0 && value < 1) return [];
    return [{ field, reason: 'compare is absolute: give the share itself, above 0 and below 1.' }];
  });
}

/** The guardrail that a wire one means. @param minAffectedPeople unless it says its own */
export function guardrailOf(
  wire: z.output<typeof GuardrailWire>,
  minAffectedPeople: number,
): Guardrail {
  const defaults = KIND_DEFAULTS[wire.kind];
  const harm = wire.direction ?? defaults.harm;
  return {
    id: wire.id,
    kind: wire.kind,
    family: wire.group ?? defaults.family,
    event: wire.event ?? defaults.event ?? '',
    filters: filtersOf(wire),
    measure: { kind: 'share' },
    isCommon: false,
    harm,
    bands: bandsOf(wire, harm),
    absolute: limitsOf(wire),
    minAffectedPeople: wire.min_affected_users ?? minAffectedPeople,
    require: wire.require ?? (wire.on_red === 'notify' ? 'no_harm' : 'safe'),
    onRed: wire.on_red,
  };
}

function filtersOf(wire: Fields): readonly EventFilter[] {
  if (wire.kind === 'api_error_users' && wire.event !== undefined) {
    const key = wire.status_property ?? 'status';
    const status = STATUS_FILTERS[wire.status ?? '5xx'].map((filter) => ({ key, ...filter }));
    return [...status, ...wire.properties];
  }
  const isDefault = wire.event === undefined && wire.properties.length === 0;
  return isDefault ? KIND_DEFAULTS[wire.kind].filters : wire.properties;
}

function bandsOf(wire: Fields, harm: Guardrail['harm']): Guardrail['bands'] {
  const defaults = DEFAULT_BANDS[wire.compare];
  if (defaults === null) return null;
  const yellow = wire.yellow ?? defaults[harm].yellow;
  const red = wire.red ?? defaults[harm].red;
  if (wire.compare === 'relative') {
    return {
      scale: 'ratio',
      compare: wire.compare,
      yellow: rounded(1 + yellow),
      red: rounded(1 + red),
    };
  }
  const scale = wire.compare === 'pp' ? 'difference' : 'ratio';
  return { scale, compare: wire.compare, yellow, red };
}

/** Limits of the share that is counted: of people with a crash, where the plan speaks of those without. */
function limitsOf(wire: Fields): Bands | null {
  const { absolute, compare, event, kind, red, yellow } = wire;
  if (compare !== 'absolute' && absolute === undefined) {
    const { absolute: limits, harm } = KIND_DEFAULTS[kind];
    const isDefault = event === undefined && (wire.direction ?? harm) === harm;
    return isDefault ? limits : null;
  }
  const limits = compare === 'absolute' ? { yellow: yellow ?? 0, red: red ?? 0 } : absolute;
  if (!limits || kind !== 'crash_free') return limits ?? null;
  return { yellow: rounded(1 - limits.yellow), red: rounded(1 - limits.red) };
}

/** Away with what binary fractions add: 1 - 0.995 is 0.005. */
const rounded = (value: number): number => Number(value.toFixed(12));
