// What a guardrail on the wire means, together with what was measured before the start and holds from then on.
import type {
  Bands,
  EventFilter,
  EventMatch,
  Guardrail,
  Measure,
  Series,
} from '#metrics/guardrail';
import type { GuardrailFields } from './guardrail-fields.ts';
import {
  DEFAULT_BANDS,
  DEFAULT_PERCENTILE,
  DEFAULT_WINDOW_SECONDS,
  KIND_DEFAULTS,
  STATUS_FILTERS,
} from './guardrail-kinds.ts';

/** What was measured of a guardrail before the start; null where it was not, or could not be. */
export type Baseline = {
  /** Part of the people of a day who have the outcome. */
  readonly share: number | null;
  /** The percentile of a duration. */
  readonly threshold: number | null;
  /** Where sums of a person are drawn in. */
  readonly cap: number | null;
};
/** By the id of the guardrail. */
export type Baselines = { readonly [id: string]: Baseline };

/** Above this share the rate e-process loses too much power. */
const COMMON_SHARE = 0.2;

/** The guardrail that a wire one means. @param minAffectedPeople unless it says its own */
export function guardrailOf(
  wire: GuardrailFields,
  minAffectedPeople: number,
  baselines: Baselines,
): Guardrail {
  const defaults = KIND_DEFAULTS[wire.kind];
  const harm = wire.direction ?? defaults.harm;
  const baseline = baselines[wire.id];
  const measure = measureOf(wire, baseline);
  const steps = measure.kind === 'conversion' ? measure.steps : [];
  const { event, filters } = steps.at(-1) ?? matchOf(wire);
  return {
    id: wire.id,
    kind: wire.kind,
    family: wire.group ?? defaults.family,
    event,
    filters,
    measure,
    isCommon: (baseline?.share ?? 0) > COMMON_SHARE,
    harm,
    bands: bandsOf(wire, harm),
    absolute: limitsOf(wire),
    minAffectedPeople: wire.min_affected_users ?? minAffectedPeople,
    require: wire.require ?? (wire.on_red === 'notify' ? 'no_harm' : defaults.require),
    onRed: wire.on_red,
  };
}

function matchOf(wire: GuardrailFields): EventMatch {
  const event = wire.event ?? KIND_DEFAULTS[wire.kind].event ?? '';
  return { event, filters: filtersOf(wire) };
}

function filtersOf(wire: GuardrailFields): readonly EventFilter[] {
  if (wire.kind === 'api_error_users' && wire.event !== undefined) {
    const key = wire.status_property ?? 'status';
    const status = STATUS_FILTERS[wire.status ?? '5xx'].map((filter) => ({ key, ...filter }));
    return [...status, ...wire.properties];
  }
  const isDefault = wire.event === undefined && wire.properties.length === 0;
  return isDefault ? KIND_DEFAULTS[wire.kind].filters : wire.properties;
}

function measureOf(wire: GuardrailFields, baseline: Baseline | undefined): Measure {
  const { measure: kind } = KIND_DEFAULTS[wire.kind];
  switch (kind) {
    case 'share':
    case 'sessions':
      return shareOf(wire);
    case 'conversion':
      return {
        kind,
        steps: stepsOf(wire),
        windowMs: (wire.window_seconds ?? DEFAULT_WINDOW_SECONDS) * 1000,
      };
    case 'latency':
      return {
        kind,
        property: wire.property ?? '',
        level: rounded((wire.percentile ?? DEFAULT_PERCENTILE) / 100),
        threshold: baseline?.threshold ?? 0,
      };
    case 'mean':
      return {
        kind,
        property: wire.property ?? null,
        cap: baseline?.cap ?? null,
        per: perOf(wire),
      };
  }
}

function shareOf({ kind, unit = KIND_DEFAULTS[kind].unit }: GuardrailFields): Measure {
  return { kind: unit === 'session' ? 'sessions' : 'share' };
}

function perOf({ per }: GuardrailFields): Series | null {
  return per ? { event: per.event, filters: per.properties, property: per.property ?? null } : null;
}

function stepsOf(wire: GuardrailFields): EventMatch[] {
  return wire.steps ? wire.steps.map(stepOf) : [matchOf(wire)];
}

const stepOf = (step: NonNullable<GuardrailFields['steps']>[number]): EventMatch =>
  typeof step === 'string'
    ? { event: step, filters: [] }
    : { event: step.event, filters: step.properties };

function bandsOf(wire: GuardrailFields, harm: Guardrail['harm']): Guardrail['bands'] {
  const { compare: modes, bands, harm: usual } = KIND_DEFAULTS[wire.kind];
  const compare = wire.compare ?? modes[0] ?? 'ratio';
  const ofMode = DEFAULT_BANDS[compare];
  if (ofMode === null) return null;
  const isUsual = compare === modes[0] && harm === usual;
  const defaults = bands !== null && isUsual ? bands : ofMode[harm];
  const yellow = wire.yellow ?? defaults.yellow;
  const red = wire.red ?? defaults.red;
  if (compare === 'relative') {
    return { scale: 'ratio', compare, yellow: rounded(1 + yellow), red: rounded(1 + red) };
  }
  const isDifference = compare === 'pp' || compare === 'delta_ms';
  return { scale: isDifference ? 'difference' : 'ratio', compare, yellow, red };
}

/** Limits of the share that is counted: of people with a crash, where the plan speaks of those without. */
function limitsOf(wire: GuardrailFields): Bands | null {
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
