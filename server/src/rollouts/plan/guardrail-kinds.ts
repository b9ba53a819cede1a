// What each kind of guardrail counts, which fields it takes, and where its bands lie unless a plan says otherwise.
import type { Bands, EventFilter, GuardrailFamily, Measure } from '#metrics/guardrail';

export const GUARDRAIL_KINDS = [
  'event_rate',
  'exception_users',
  'api_error_users',
  'crash_free',
  'rage_clicks',
  'support_tickets',
  'adoption',
  'custom',
  'conversion',
  'funnel',
  'latency',
  'mean',
  'revenue_per_user',
  'count_per_user',
  'exception_count',
  'ratio',
  'throughput',
] as const;
export type GuardrailKind = (typeof GUARDRAIL_KINDS)[number];

/** How treatment is held against control, or `absolute`: against fixed limits alone. */
export const COMPARE_MODES = ['ratio', 'relative', 'pp', 'delta_ms', 'absolute'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];

/** Fields that only some kinds take. */
export const KIND_FIELDS = [
  'event',
  'properties',
  'status',
  'status_property',
  'steps',
  'window_seconds',
  'property',
  'percentile',
  'per',
  'unit',
] as const;
export type KindField = (typeof KIND_FIELDS)[number];

/** Whose share is counted. */
export const UNITS = ['person', 'session'] as const;
export type Unit = (typeof UNITS)[number];

export type KindDefaults = {
  readonly measure: Measure['kind'];
  /** Counted when the plan names no event; null: it must, where the kind takes one. */
  readonly event: string | null;
  /** Conditions of the default event. */
  readonly filters: readonly EventFilter[];
  readonly unit: Unit;
  readonly takes: readonly KindField[];
  readonly needs: readonly KindField[];
  readonly family: GuardrailFamily;
  readonly harm: 'up' | 'down';
  readonly require: 'safe' | 'no_harm';
  /** The first one is the default. */
  readonly compare: readonly CompareMode[];
  /** Instead of those of the mode. */
  readonly bands: Bands | null;
  /** Limits of the default event and of no other. */
  readonly absolute: Bands | null;
};

const SHARE: KindDefaults = {
  measure: 'share',
  event: null,
  filters: [],
  unit: 'person',
  takes: ['event', 'properties', 'unit'],
  needs: [],
  family: 'errors',
  harm: 'up',
  require: 'safe',
  compare: ['ratio', 'relative', 'pp', 'absolute'],
  bands: null,
  absolute: null,
};

/** A business number moves slowly: promotion waits for no proof. */
const CONVERSION: KindDefaults = {
  ...SHARE,
  measure: 'conversion',
  takes: ['event', 'properties', 'window_seconds'],
  family: 'business',
  harm: 'down',
  require: 'no_harm',
  compare: ['relative', 'ratio', 'pp', 'absolute'],
};

const MEAN: KindDefaults = {
  ...CONVERSION,
  measure: 'mean',
  takes: ['event', 'properties', 'property'],
  compare: ['relative', 'ratio', 'absolute'],
};

/** What mobile SDKs set on the exception that ended the app. */
const FATAL: EventFilter = { key: '$exception_level', operator: 'exact', value: 'fatal' };

export const KIND_DEFAULTS: { readonly [kind in GuardrailKind]: KindDefaults } = {
  event_rate: SHARE,
  exception_users: {
    ...SHARE,
    event: '$exception',
    takes: ['properties', 'unit'],
    absolute: { yellow: 0.01, red: 0.02 },
  },
  api_error_users: {
    ...SHARE,
    event: '$http_server_error',
    takes: ['event', 'properties', 'status', 'status_property', 'unit'],
  },
  crash_free: {
    ...SHARE,
    event: '$exception',
    filters: [FATAL],
    absolute: { yellow: 0.005, red: 0.01 },
  },
  rage_clicks: {
    ...SHARE,
    event: '$rageclick',
    unit: 'session',
    family: 'behaviour',
    absolute: { yellow: 0.05, red: 0.1 },
  },
  support_tickets: {
    ...SHARE,
    takes: ['event', 'properties'],
    event: 'support_ticket',
    family: 'behaviour',
  },
  adoption: { ...SHARE, takes: ['event', 'properties'], family: 'behaviour', harm: 'down' },
  custom: { ...SHARE, family: 'behaviour' },
  conversion: CONVERSION,
  funnel: { ...CONVERSION, takes: ['steps', 'window_seconds'], needs: ['steps'] },
  latency: {
    ...SHARE,
    measure: 'latency',
    takes: ['event', 'properties', 'property', 'percentile'],
    needs: ['property'],
    family: 'speed',
    compare: ['delta_ms', 'ratio', 'absolute'],
  },
  mean: { ...MEAN, needs: ['property'] },
  revenue_per_user: { ...MEAN, needs: ['property'] },
  count_per_user: { ...MEAN, takes: ['event', 'properties'], family: 'behaviour' },
  exception_count: {
    ...MEAN,
    event: '$exception',
    takes: ['properties'],
    family: 'errors',
    harm: 'up',
    require: 'safe',
    compare: ['ratio', 'relative', 'absolute'],
  },
  ratio: { ...MEAN, takes: [...MEAN.takes, 'per'], needs: ['per'], family: 'behaviour' },
  throughput: {
    ...MEAN,
    takes: ['event', 'properties'],
    family: 'behaviour',
    compare: ['relative', 'ratio'],
    bands: { yellow: -0.2, red: -0.5 },
  },
};

/** Bands in the unit of each way to compare. */
export const DEFAULT_BANDS: {
  readonly [mode in CompareMode]: { readonly [harm in 'up' | 'down']: Bands } | null;
} = {
  ratio: { up: { yellow: 1.5, red: 2 }, down: { yellow: 0.95, red: 0.9 } },
  relative: { up: { yellow: 0.5, red: 1 }, down: { yellow: -0.05, red: -0.1 } },
  pp: { up: { yellow: 0.01, red: 0.02 }, down: { yellow: -0.01, red: -0.02 } },
  delta_ms: { up: { yellow: 50, red: 100 }, down: { yellow: -50, red: -100 } },
  absolute: null,
};

/** Seconds after the entry in which a conversion counts, and the percentile of durations. */
export const DEFAULT_WINDOW_SECONDS = 3600;
export const DEFAULT_PERCENTILE = 95;

/** Answers of a server by their status, as conditions on the property that holds it. */
export const STATUS_FILTERS = {
  '5xx': [
    { operator: 'gte', value: 500 },
    { operator: 'lt', value: 600 },
  ],
  '4xx': [
    { operator: 'gte', value: 400 },
    { operator: 'lt', value: 500 },
  ],
  '429': [{ operator: 'exact', value: 429 }],
} as const;
export const STATUSES = ['5xx', '4xx', '429'] as const;
export type Status = (typeof STATUSES)[number];
