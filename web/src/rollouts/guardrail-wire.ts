// The wire form that a guardrail of the form becomes and comes from.
import type { RequestOf } from '../api/client.ts';
import {
  type ConditionDraft,
  conditionFrom,
  type StoredCondition,
  storedFrom,
} from '../targeting/condition-draft.ts';
import {
  type GuardrailDraft,
  type MatchDraft,
  newGuardrail,
  newMatch,
  ownLimits,
  USUAL_ESTIMATE,
} from './guardrail-draft.ts';
import {
  defaultsOf,
  type GuardrailKind,
  scaleOf,
  takes,
  tidy,
  usualBands,
} from './guardrail-presets.ts';

type GuardrailInput = RequestOf<'rollouts.create'>['body']['guardrails'][number];
type Filter = NonNullable<GuardrailInput['properties']>[number];

function filterTo(condition: ConditionDraft): Filter {
  const { key, operator = 'exact', value } = storedFrom(condition);
  const isPlain = operator === 'is_set' || operator === 'is_not_set';
  return { key, operator, value: isPlain ? null : (value ?? null) } as Filter;
}

const filterFrom = (filter: Filter): ConditionDraft =>
  conditionFrom({ ...filter, type: 'event' } as StoredCondition);

const filtersTo = (conditions: readonly ConditionDraft[]) => conditions.map(filterTo);

/** Plans speak of people without a crash, the form of those with one. */
const sideOf = (kind: GuardrailKind) => (value: number) =>
  tidy(kind === 'crash_free' ? 1 - value : value);

export function guardrailTo(guardrail: GuardrailDraft, id: string): GuardrailInput {
  const { kind, compare, direction, yellow, red, absolute, onRed, isWithoutBaseline } = guardrail;
  const scale = scaleOf(kind, compare);
  const side = sideOf(kind);
  const band = (value: number) =>
    compare === 'absolute' ? side(value / scale) : tidy(value / scale);
  const limits = absolute && {
    yellow: side(absolute.yellow / scaleOf(kind, 'absolute')),
    red: side(absolute.red / scaleOf(kind, 'absolute')),
  };
  return {
    id,
    kind,
    compare,
    ...(defaultsOf(kind).measure === 'latency' ? {} : { direction }),
    yellow: band(yellow),
    red: band(red),
    ...fieldsTo(guardrail),
    ...(compare === 'absolute' ? {} : { absolute: limits }),
    on_red: onRed,
    ...(guardrail.family === null ? {} : { group: guardrail.family }),
    ...(guardrail.require === null ? {} : { require: guardrail.require }),
    ...(guardrail.minAffected === null ? {} : { min_affected_users: guardrail.minAffected }),
    allow_no_baseline: isWithoutBaseline,
  };
}

function fieldsTo(guardrail: GuardrailDraft): Partial<GuardrailInput> {
  const { kind, conditions, estimate, unit, vital } = guardrail;
  const has = (field: Parameters<typeof takes>[1]) => takes(kind, field);
  return {
    ...eventTo(guardrail),
    ...numbersTo(guardrail),
    ...(has('properties') && conditions.length > 0 ? { properties: filtersTo(conditions) } : {}),
    ...(has('steps') ? { steps: guardrail.steps.map(stepTo) } : {}),
    ...(has('window_seconds') ? { window_seconds: guardrail.windowSeconds } : {}),
    ...(has('unit') ? { unit } : {}),
    ...(has('vital') ? { vital } : {}),
    ...(has('query') ? readingTo(guardrail) : {}),
    ...(has('estimate') && estimate ? { estimate: estimateTo(estimate) } : {}),
  };
}

/** The event, where it is not the kind's own, and which answers of a server are errors. */
function eventTo({ kind, event, status, statusProperty }: GuardrailDraft) {
  const name = event.trim();
  if (!takes(kind, 'event') || name === '') return {};
  const answers = { status, status_property: statusProperty.trim() };
  return { event: name, ...(takes(kind, 'status') ? answers : {}) };
}

/** Numbers that events carry, and what they are divided by. */
function numbersTo({ kind, property, percentile, per }: GuardrailDraft): Partial<GuardrailInput> {
  const named = (text: string) => (text.trim() === '' ? {} : { property: text.trim() });
  const divisor = {
    event: per.event.trim(),
    properties: filtersTo(per.conditions),
    ...named(per.property),
  };
  return {
    ...(takes(kind, 'property') ? named(property) : {}),
    ...(takes(kind, 'percentile') ? { percentile } : {}),
    ...(takes(kind, 'per') ? { per: divisor } : {}),
  };
}

/** Texts of a Prometheus that are filled in. */
function readingTo(guardrail: GuardrailDraft): Partial<GuardrailInput> {
  const texts = {
    query: guardrail.query,
    bad_query: guardrail.badQuery,
    total_query: guardrail.totalQuery,
    label: guardrail.label,
    treatment_value: guardrail.treatmentValue,
    control_value: guardrail.controlValue,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) =>
      text.trim() === '' ? [] : [[name, text.trim()]],
    ),
  );
}

const estimateTo = ({ windows, over, minSample }: NonNullable<GuardrailDraft['estimate']>) => ({
  windows,
  over,
  min_sample: minSample,
});

function stepTo({ event, conditions }: MatchDraft) {
  const name = event.trim();
  return conditions.length === 0 ? name : { event: name, properties: filtersTo(conditions) };
}

type Step = NonNullable<GuardrailInput['steps']>[number];

const stepFrom = (step: Step): MatchDraft =>
  typeof step === 'string'
    ? newMatch(step)
    : { ...newMatch(step.event), conditions: (step.properties ?? []).map(filterFrom) };

/** The guardrail of a stored plan, in the form. */
export function guardrailFrom(wire: GuardrailInput): GuardrailDraft {
  const base = newGuardrail(wire.kind);
  return {
    ...base,
    ...given({
      name: wire.id,
      event: wire.event,
      status: wire.status,
      statusProperty: wire.status_property,
      property: wire.property,
      percentile: wire.percentile,
      windowSeconds: wire.window_seconds,
      unit: wire.unit,
      vital: wire.vital,
      query: wire.query,
      badQuery: wire.bad_query,
      totalQuery: wire.total_query,
      label: wire.label,
      treatmentValue: wire.treatment_value,
      controlValue: wire.control_value,
      estimate: wire.estimate && {
        windows: wire.estimate.windows ?? USUAL_ESTIMATE.windows,
        over: wire.estimate.over ?? USUAL_ESTIMATE.over,
        minSample: wire.estimate.min_sample ?? USUAL_ESTIMATE.minSample,
      },
      family: wire.group,
      require: wire.require,
      minAffected: wire.min_affected_users,
      onRed: wire.on_red,
      isWithoutBaseline: wire.allow_no_baseline,
      conditions: wire.properties?.map(filterFrom),
      steps: wire.steps?.map(stepFrom),
      per: wire.per && {
        ...newMatch(wire.per.event),
        conditions: (wire.per.properties ?? []).map(filterFrom),
        property: wire.per.property ?? '',
      },
    }),
    ...boundsFrom(wire, base),
  };
}

/** Only what is there. */
const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

function boundsFrom(wire: GuardrailInput, base: GuardrailDraft) {
  const { kind } = wire;
  const compare = wire.compare ?? base.compare;
  const direction = wire.direction ?? base.direction;
  const usual = usualBands(kind, compare, direction);
  const side = sideOf(kind);
  const shown = (value: number | undefined, otherwise: number) => {
    if (value === undefined) return otherwise;
    return tidy((compare === 'absolute' ? side(value) : value) * scaleOf(kind, compare));
  };
  const limit = (value: number) => tidy(side(value) * scaleOf(kind, 'absolute'));
  // What a kind limits by itself, it limits of its own event and in its own direction.
  const isOwn = wire.event === undefined && direction === base.direction;
  const { absolute = isOwn ? undefined : null } = wire;
  return {
    compare,
    direction,
    yellow: shown(wire.yellow, usual.yellow),
    red: shown(wire.red, usual.red),
    absolute:
      absolute === undefined
        ? (ownLimits(kind, wire.vital ?? base.vital) ?? base.absolute)
        : absolute && { yellow: limit(absolute.yellow), red: limit(absolute.red) },
  };
}
