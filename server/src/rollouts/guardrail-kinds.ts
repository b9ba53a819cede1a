// What each kind of guardrail counts and where its bands lie, unless a plan says otherwise.
import type { Bands, EventFilter, GuardrailFamily } from '#metrics/guardrail';

export const GUARDRAIL_KINDS = [
  'event_rate',
  'exception_users',
  'api_error_users',
  'crash_free',
  'rage_clicks',
  'support_tickets',
  'adoption',
  'custom',
] as const;
export type GuardrailKind = (typeof GUARDRAIL_KINDS)[number];

/** How treatment is held against control, or `absolute`: against fixed limits alone. */
export const COMPARE_MODES = ['ratio', 'relative', 'pp', 'absolute'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];

export type KindDefaults = {
  /** Null: the plan must name it. */
  readonly event: string | null;
  /** False: the kind is about one event, and its name cannot be chosen. */
  readonly isEventFree: boolean;
  /** Conditions of the default event. */
  readonly filters: readonly EventFilter[];
  readonly family: GuardrailFamily;
  readonly harm: 'up' | 'down';
  /** Bands of the default event and of no other. */
  readonly absolute: Bands | null;
};

const SHARE: KindDefaults = {
  event: null,
  isEventFree: true,
  filters: [],
  family: 'errors',
  harm: 'up',
  absolute: null,
};

/** What mobile SDKs set on the exception that ended the app. */
const FATAL: EventFilter = { key: '$exception_level', operator: 'exact', value: 'fatal' };

export const KIND_DEFAULTS: { readonly [kind in GuardrailKind]: KindDefaults } = {
  event_rate: SHARE,
  exception_users: {
    ...SHARE,
    event: '$exception',
    isEventFree: false,
    absolute: { yellow: 0.01, red: 0.02 },
  },
  api_error_users: { ...SHARE, event: '$http_server_error' },
  crash_free: {
    ...SHARE,
    event: '$exception',
    filters: [FATAL],
    absolute: { yellow: 0.005, red: 0.01 },
  },
  rage_clicks: {
    ...SHARE,
    event: '$rageclick',
    family: 'behaviour',
    absolute: { yellow: 0.05, red: 0.1 },
  },
  support_tickets: { ...SHARE, event: 'support_ticket', family: 'behaviour' },
  adoption: { ...SHARE, family: 'behaviour', harm: 'down' },
  custom: { ...SHARE, family: 'behaviour' },
};

/** Bands in the unit of each way to compare. */
export const DEFAULT_BANDS: {
  readonly [mode in CompareMode]: { readonly [harm in 'up' | 'down']: Bands } | null;
} = {
  ratio: { up: { yellow: 1.5, red: 2 }, down: { yellow: 0.95, red: 0.9 } },
  relative: { up: { yellow: 0.5, red: 1 }, down: { yellow: -0.05, red: -0.1 } },
  pp: { up: { yellow: 0.01, red: 0.02 }, down: { yellow: -0.01, red: -0.02 } },
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
