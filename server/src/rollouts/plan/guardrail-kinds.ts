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
  'retention',
  'time_on_page',
  'web_vitals',
  'long_tasks',
  'prometheus',
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
  'vital',
  'estimate',
  'query',
  'bad_query',
  'total_query',
  'label',
  'treatment_value',
  'control_value',
] as const;
export type KindField = (typeof KIND_FIELDS)[number];

/** Whose share is counted. */
export const UNITS = ['person', 'session'] as const;
export type Unit = (typeof UNITS)[number];

/** What browsers measure of a page, as posthog-js reports it; all but the last in milliseconds. */
export const VITALS = ['LCP', 'INP', 'FCP', 'CLS'] as const;
export type Vital = (typeof VITALS)[number];
/** Good, and poor: https://web.dev/articles/vitals, at the 75th percentile. */
export const VITAL_LIMITS: { readonly [vital in Vital]: Bands } = {
  LCP: { yellow: 2500, red: 4000 },
  INP: { yellow: 200, red: 500 },
  FCP: { yellow: 1800, red: 3000 },
  CLS: { yellow: 0.1, red: 0.25 },
};
export const vitalProperty = (vital: Vital): string => `$web_vitals_${vital}_value`;

export type KindDefaults = {
  readonly measure: Measure['kind'];
  /** Counted when the plan names no event; null: it must, where the kind takes one. */
  readonly event: string | null;
  /** Conditions of the default event. */
  readonly filters: readonly EventFilter[];
  readonly unit: Unit;
  /** Holds the number, unless the plan names one. */
  readonly property: string | null;
  readonly percentile: number;
  readonly windowSeconds: number;
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
  property: null,
  percentile: 95,
  windowSeconds: 3600,
  takes: ['event', 'properties', 'unit', 'estimate'],
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
  takes: ['event', 'properties', 'window_seconds', 'estimate'],
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

const LATENCY: KindDefaults = {
  ...SHARE,
  measure: 'latency',
  event: '$web_vitals',
  property: vitalProperty('LCP'),
  takes: ['event', 'properties', 'property', 'percentile'],
  family: 'speed',
  compare: ['delta_ms', 'ratio', 'absolute'],
};

/** What mobile SDKs set on the exception that ended the app. */
const FATAL: EventFilter = { key: '$exception_level', operator: 'exact', value: 'fatal' };

export const KIND_DEFAULTS: { readonly [kind in GuardrailKind]: KindDefaults } = {
  event_rate: SHARE,
  exception_users: {
    ...SHARE,
    event: '$exception',
    takes: ['properties', 'unit', 'estimate'],
    absolute: { yellow: 0.01, red: 0.02 },
  },
  api_error_users: {
    ...SHARE,
    event: '$http_server_error',
    takes: ['event', 'properties', 'status', 'status_property', 'unit', 'estimate'],
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
    takes: ['event', 'properties', 'estimate'],
    event: 'support_ticket',
    family: 'behaviour',
  },
  adoption: {
    ...SHARE,
    takes: ['event', 'properties', 'estimate'],
    family: 'behaviour',
    harm: 'down',
  },
  custom: { ...SHARE, family: 'behaviour' },
  conversion: CONVERSION,
  funnel: { ...CONVERSION, takes: ['steps', 'window_seconds', 'estimate'], needs: ['steps'] },
  latency: LATENCY,
  web_vitals: {
    ...LATENCY,
    event: '$web_vitals',
    percentile: 75,
    takes: ['vital', 'properties', 'percentile'],
  },
  long_tasks: { ...LATENCY, event: 'long_task', property: 'duration' },
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
  retention: {
    ...CONVERSION,
    measure: 'share',
    event: '$pageview',
    windowSeconds: 86_400,
    takes: ['event', 'properties', 'window_seconds'],
    compare: ['relative', 'ratio', 'pp'],
  },
  time_on_page: {
    ...MEAN,
    event: '$pageleave',
    property: '$prev_pageview_duration',
    takes: ['properties'],
    family: 'behaviour',
  },
  prometheus: {
    ...SHARE,
    measure: 'external',
    windowSeconds: 60,
    takes: [
      'query',
      'bad_query',
      'total_query',
      'label',
      'treatment_value',
      'control_value',
      'window_seconds',
      'estimate',
    ],
    compare: ['ratio', 'relative', 'absolute'],
  },
};

/** What teams call the guardrails that most plans have; a stage may ask for proof of one that its plan leaves out. */
export const USUAL_NAMES: ReadonlySet<string> = new Set([
  'errors',
  'exceptions',
  'api_errors',
  'crashes',
  'latency',
  'vitals',
  'long_tasks',
  'rage_clicks',
  'tickets',
  'engagement',
  'conversion',
  'revenue',
]);

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
