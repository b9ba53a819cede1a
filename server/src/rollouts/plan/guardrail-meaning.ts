// What a guardrail on the wire means, together with what was measured before the start and holds from then on.
import type {
  Bands,
  Estimate,
  EventFilter,
  EventMatch,
  Guardrail,
  Measure,
  Series,
} from '#metrics/guardrail';
import type { Reading } from '#sources/readings';
import type { GuardrailFields } from './guardrail-fields.ts';
import {
  DEFAULT_BANDS,
  KIND_DEFAULTS,
  STATUS_FILTERS,
  VITAL_LIMITS,
  vitalProperty,
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
  arms: Arms = { treatment: null, control: null },
): Guardrail {
  const defaults = KIND_DEFAULTS[wire.kind];
  const harm = wire.direction ?? defaults.harm;
  const baseline = baselines[wire.id];
  const measure = measureOf(wire, baseline, arms);
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
    usualShare: baseline?.share ?? null,
    harm,
    bands: bandsOf(wire, harm),
    absolute: limitsOf(wire),
    minAffectedPeople: wire.min_affected_users ?? minAffectedPeople,
    require: wire.require ?? (wire.on_red === 'notify' ? 'no_harm' : defaults.require),
    onRed: wire.on_red,
    estimate: estimateOf(wire),
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

function measureOf(wire: GuardrailFields, baseline: Baseline | undefined, arms: Arms): Measure {
  const defaults = KIND_DEFAULTS[wire.kind];
  const { measure: kind } = defaults;
  const windowMs = (wire.window_seconds ?? defaults.windowSeconds) * 1000;
  switch (kind) {
    case 'share':
    case 'sessions':
      return shareOf(wire, windowMs);
    case 'external':
      return { kind, reading: readingOf(wire, windowMs, arms) };
    case 'conversion':
      return {
        kind,
        steps: stepsOf(wire),
        windowMs,
      };
    case 'latency':
      return {
        kind,
        property: numberOf(wire) ?? '',
        level: rounded((wire.percentile ?? defaults.percentile) / 100),
        threshold: baseline?.threshold ?? 0,
      };
    case 'mean':
      return {
        kind,
        property: numberOf(wire),
        cap: baseline?.cap ?? null,
        per: perOf(wire),
        ...(wire.kind === 'revenue_per_user' ? { countsAny: true } : {}),
      };
  }
}

/** The property that holds the number of an event; null: each counts as one. */
function numberOf({ kind, property, vital }: GuardrailFields): string | null {
  if (kind === 'web_vitals') return vitalProperty(vital ?? 'LCP');
  return property ?? KIND_DEFAULTS[kind].property;
}

function shareOf(
  { kind, unit = KIND_DEFAULTS[kind].unit }: GuardrailFields,
  windowMs: number,
): Measure {
  if (kind === 'retention') return { kind: 'share', afterMs: windowMs };
  return { kind: unit === 'session' ? 'sessions' : 'share' };
}

/** What the flag hands out; null for a boolean flag. */
type Arms = { readonly treatment: string | null; readonly control: string | null };

function readingOf(wire: GuardrailFields, windowMs: number, arms: Arms): Reading {
  if (wire.query !== undefined) return { kind: 'value', windowMs, query: wire.query };
  return {
    kind: 'rates',
    windowMs,
    bad: wire.bad_query ?? '',
    total: wire.total_query ?? '',
    label: wire.label ?? 'variant',
    treatment: wire.treatment_value ?? arms.treatment ?? 'true',
    control: wire.control_value ?? arms.control ?? 'false',
  };
}

/** One value has no evidence: it is always by estimate. */
const USUAL_ESTIMATE: Estimate = { windows: 5, over: 3, minSample: 1 };

function estimateOf({ estimate, query }: GuardrailFields): Estimate | null {
  if (!estimate) return query === undefined ? null : USUAL_ESTIMATE;
  return { windows: estimate.windows, over: estimate.over, minSample: estimate.min_sample };
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

/** A shift of the layout is no duration, and one value has no control. */
function usualCompare({ vital, query }: GuardrailFields): 'ratio' | 'absolute' | null {
  if (query !== undefined) return 'absolute';
  return vital === 'CLS' ? 'ratio' : null;
}

function bandsOf(wire: GuardrailFields, harm: Guardrail['harm']): Guardrail['bands'] {
  const { compare: modes, bands, harm: usual } = KIND_DEFAULTS[wire.kind];
  const compare = wire.compare ?? usualCompare(wire) ?? modes[0] ?? 'ratio';
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
    if (kind === 'web_vitals') return vitalLimits(wire);
    const { absolute: limits, harm } = KIND_DEFAULTS[kind];
    const isDefault = event === undefined && (wire.direction ?? harm) === harm;
    return isDefault ? limits : null;
  }
  const limits = compare === 'absolute' ? { yellow: yellow ?? 0, red: red ?? 0 } : absolute;
  if (!limits || kind !== 'crash_free') return limits ?? null;
  return { yellow: rounded(1 - limits.yellow), red: rounded(1 - limits.red) };
}

/** The known limits hold at the percentile that they are made for. */
function vitalLimits({ percentile, vital }: GuardrailFields): Bands | null {
  const { percentile: usual } = KIND_DEFAULTS.web_vitals;
  return (percentile ?? usual) === usual ? VITAL_LIMITS[vital ?? 'LCP'] : null;
}

/** Away with what binary fractions add: 1 - 0.995 is 0.005. */
const rounded = (value: number): number => Number(value.toFixed(12));
