// What can be watched, as the form offers it: which fields a kind has, how it may be compared, and its usual bands.
import type { RequestOf } from '../api/client.ts';

type WireGuardrail = RequestOf<'rollouts.create'>['body']['guardrails'][number];
type GuardrailKind = WireGuardrail['kind'];
type CompareMode = NonNullable<WireGuardrail['compare']>;
/** Modes with bands against control; limits of the value itself are set beside them. */
export type BandMode = Exclude<CompareMode, 'absolute'>;
export type GuardrailField = 'event' | 'steps' | 'property' | 'percentile' | 'window' | 'per';
export type Bands = { readonly yellow: number; readonly red: number };

export type Preset = {
  /** What the menu calls it. */
  readonly label: string;
  /** Who or what gets more or less, in a sentence. */
  readonly subject: (event: string) => string;
  readonly fields: readonly GuardrailField[];
  readonly harm: 'up' | 'down';
  /** Both directions can be harm. */
  readonly isEitherWay: boolean;
  /** The first one is usual. */
  readonly modes: readonly BandMode[];
  /** Limits in percent. */
  readonly absolute: Bands | null;
  /** What limits are written in. */
  readonly unit: '%' | 'ms' | '';
};

const SHARE = {
  fields: ['event'],
  harm: 'up',
  isEitherWay: false,
  modes: ['ratio', 'relative', 'pp'],
  absolute: null,
  unit: '%',
} as const;
const CONVERSION = { ...SHARE, harm: 'down', modes: ['relative', 'ratio', 'pp'] } as const;
const SUM = { ...SHARE, harm: 'down', modes: ['relative', 'ratio'], unit: '' } as const;

const named = (before: string) => (event: string) => `${before} ${event || 'the event'}`;

/** In the order of the menu. */
const PRESETS = {
  exception_users: {
    ...SHARE,
    label: 'Exceptions',
    subject: () => 'the share of people who hit an exception',
    fields: [],
    absolute: { yellow: 1, red: 2 },
  },
  api_error_users: {
    ...SHARE,
    label: 'Failed requests of a server',
    subject: () => 'the share of people whose request failed on the server',
    fields: [],
  },
  crash_free: {
    ...SHARE,
    label: 'Crashes',
    subject: () => 'the share of people whose app crashed',
    fields: [],
  },
  rage_clicks: {
    ...SHARE,
    label: 'Rage clicks',
    subject: () => 'the share of sessions with rage clicks',
    fields: [],
    absolute: { yellow: 5, red: 10 },
  },
  event_rate: {
    ...SHARE,
    label: 'People with an event',
    subject: named('the share of people with'),
    isEitherWay: true,
  },
  conversion: {
    ...CONVERSION,
    label: 'Conversion',
    subject: named('the share of people who get to'),
    fields: ['event', 'window'],
  },
  funnel: {
    ...CONVERSION,
    label: 'Funnel',
    subject: named('the share of people who get through to'),
    fields: ['steps', 'window'],
  },
  latency: {
    ...SHARE,
    label: 'Duration',
    subject: named('the duration of'),
    fields: ['event', 'property', 'percentile'],
    modes: ['delta_ms', 'ratio'],
    unit: 'ms',
  },
  revenue_per_user: {
    ...SUM,
    label: 'Revenue per person',
    subject: named('the revenue per person from'),
    fields: ['event', 'property'],
  },
  count_per_user: {
    ...SUM,
    label: 'Events per person',
    subject: named('the number per person of'),
    isEitherWay: true,
  },
  ratio: {
    ...SUM,
    label: 'Ratio of events',
    subject: named('the ratio of'),
    fields: ['event', 'per'],
    isEitherWay: true,
  },
  throughput: { ...SUM, label: 'Throughput', subject: named('the throughput of') },
} as const satisfies { readonly [kind in GuardrailKind]?: Preset };

export type OfferedKind = keyof typeof PRESETS;
export const OFFERED = Object.keys(PRESETS) as OfferedKind[];

export const presetOf = (kind: OfferedKind): Preset => PRESETS[kind];

/** Bands that the direction allows, as they are shown: changes and points in percent. */
const BANDS: { readonly [mode in BandMode]: { readonly [harm in 'up' | 'down']: Bands } } = {
  ratio: { up: { yellow: 1.5, red: 2 }, down: { yellow: 0.95, red: 0.9 } },
  relative: { up: { yellow: 50, red: 100 }, down: { yellow: -5, red: -10 } },
  pp: { up: { yellow: 1, red: 2 }, down: { yellow: -1, red: -2 } },
  delta_ms: { up: { yellow: 50, red: 100 }, down: { yellow: -50, red: -100 } },
};

export function usualBands(kind: OfferedKind, mode: BandMode, harm: 'up' | 'down'): Bands {
  const isDeadlock = kind === 'throughput' && mode === 'relative';
  return isDeadlock ? { yellow: -20, red: -50 } : BANDS[mode][harm];
}

/** What bands of each mode are, as labels and in sentences. */
export const MODES: {
  readonly [mode in BandMode]: {
    readonly label: string;
    readonly help: string;
    readonly suffix: string;
    /** Where nothing has changed. */
    readonly same: number;
    /** What one shown unit is on the wire. */
    readonly scale: number;
  };
} = {
  ratio: {
    label: 'Times',
    help: 'Times what it is without the flag',
    suffix: ' ×',
    same: 1,
    scale: 1,
  },
  relative: {
    label: 'Change in %',
    help: 'Change against without the flag',
    suffix: ' %',
    same: 0,
    scale: 100,
  },
  pp: {
    label: 'Percentage points',
    help: 'Points more or less than without the flag',
    suffix: ' points',
    same: 0,
    scale: 100,
  },
  delta_ms: {
    label: 'Milliseconds',
    help: 'Longer than without the flag',
    suffix: ' ms',
    same: 0,
    scale: 1,
  },
};
