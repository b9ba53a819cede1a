// What can be watched, in the words of the form. Fields, modes and bands of a kind are the server's own table
// (guardrail-kinds.ts), so that the form follows it.
import {
  type CompareMode,
  DEFAULT_BANDS,
  GUARDRAIL_KINDS,
  type GuardrailKind,
  KIND_DEFAULTS,
  type KindField,
} from 'serin/rollouts/guardrail-kinds';

export type { CompareMode, GuardrailKind };
export type Bands = { readonly yellow: number; readonly red: number };

type Words = {
  /** What the menu calls it. */
  readonly label: string;
  /** Who or what gets more or less, in a sentence. */
  readonly subject: (event: string) => string;
  /** Both directions are asked for at once, not only behind "more". */
  readonly isEitherWay?: true;
};

const named = (before: string) => (event: string) => `${before} ${event || 'the event'}`;

const WORDS: { readonly [kind in GuardrailKind]: Words } = {
  exception_users: {
    label: 'Exceptions',
    subject: () => 'the share of people who hit an exception',
  },
  api_error_users: {
    label: 'Failed requests of a server',
    subject: () => 'the share of people whose request failed on the server',
  },
  crash_free: { label: 'Crashes', subject: () => 'the share of people whose app crashed' },
  rage_clicks: { label: 'Rage clicks', subject: () => 'the share of sessions with rage clicks' },
  support_tickets: {
    label: 'Support tickets',
    subject: () => 'the share of people who write to support',
  },
  event_rate: {
    label: 'People with an event',
    subject: named('the share of people with'),
    isEitherWay: true,
  },
  custom: {
    label: 'People with an event of your own',
    subject: named('the share of people with'),
    isEitherWay: true,
  },
  adoption: { label: 'Adoption of a feature', subject: named('the share of people who use') },
  conversion: { label: 'Conversion', subject: named('the share of people who get to') },
  funnel: { label: 'Funnel', subject: named('the share of people who get through to') },
  latency: { label: 'Duration', subject: named('the duration of') },
  revenue_per_user: {
    label: 'Revenue per person',
    subject: named('the revenue per person from'),
  },
  mean: {
    label: 'Sum per person',
    subject: named('the sum per person of'),
    isEitherWay: true,
  },
  count_per_user: {
    label: 'Events per person',
    subject: named('the number per person of'),
    isEitherWay: true,
  },
  exception_count: { label: 'Exceptions per person', subject: () => 'the exceptions per person' },
  ratio: { label: 'Ratio of events', subject: named('the ratio of'), isEitherWay: true },
  web_vitals: { label: 'Page speed (web vitals)', subject: () => 'the page speed' },
  long_tasks: {
    label: 'Long tasks of the browser',
    subject: () => 'the long tasks of the browser',
  },
  retention: { label: 'Retention', subject: named('the share of people who come back to') },
  time_on_page: { label: 'Time on page', subject: () => 'the time that people spend on pages' },
  prometheus: {
    label: 'A Prometheus query',
    subject: () => 'what Prometheus says of the servers',
  },
  throughput: { label: 'Throughput', subject: named('the throughput of') },
};

/** In the order of the menu; `custom` is another word for `event_rate`. */
export const OFFERED = GUARDRAIL_KINDS.filter((kind) => kind !== 'custom');

export const wordsOf = (kind: GuardrailKind): Words => WORDS[kind];
export const defaultsOf = (kind: GuardrailKind) => KIND_DEFAULTS[kind];

/** Whether the kind knows the field. */
export const takes = (kind: GuardrailKind, field: KindField): boolean =>
  KIND_DEFAULTS[kind].takes.includes(field);

/** Whether a plan has to name the event. */
export const needsEvent = (kind: GuardrailKind): boolean =>
  takes(kind, 'event') && KIND_DEFAULTS[kind].event === null;

/** Whose event is asked for first: also where the kind has a usual one, most name their own. */
export const namesEvent = (kind: GuardrailKind): boolean => needsEvent(kind) || kind === 'latency';

/** What limits of the value are written in. */
export function unitOf(kind: GuardrailKind): '%' | 'ms' | '' {
  const { measure } = KIND_DEFAULTS[kind];
  if (measure === 'latency') return 'ms';
  return measure === 'mean' || measure === 'external' ? '' : '%';
}

/** What one shown unit of a band is on the wire: changes, points and shares are shown in percent. */
export function scaleOf(kind: GuardrailKind, mode: CompareMode): number {
  if (mode === 'absolute') return unitOf(kind) === '%' ? 100 : 1;
  return mode === 'relative' || mode === 'pp' ? 100 : 1;
}

/** Limits that a form starts from, in the unit of the kind. */
const LIMITS = {
  '%': { up: { yellow: 1, red: 2 }, down: { yellow: 50, red: 40 } },
  ms: { up: { yellow: 300, red: 500 }, down: { yellow: 300, red: 500 } },
  '': { up: { yellow: 10, red: 20 }, down: { yellow: 2, red: 1 } },
} as const;

const scaled = ({ yellow, red }: Bands, scale: number): Bands => ({
  yellow: tidy(yellow * scale),
  red: tidy(red * scale),
});

/** Away with what binary fractions add. */
export const tidy = (value: number): number => Number(value.toFixed(9));

/** Limits of the value itself, as shown. */
export function usualLimits(kind: GuardrailKind, harm: 'up' | 'down'): Bands {
  const { absolute } = KIND_DEFAULTS[kind];
  const isOwn = absolute !== null && harm === KIND_DEFAULTS[kind].harm;
  return isOwn ? scaled(absolute, scaleOf(kind, 'absolute')) : LIMITS[unitOf(kind)][harm];
}

/** Bands that the direction allows, as shown. */
export function usualBands(kind: GuardrailKind, mode: CompareMode, harm: 'up' | 'down'): Bands {
  const { bands, compare, harm: usual } = KIND_DEFAULTS[kind];
  const ofMode = DEFAULT_BANDS[mode];
  if (ofMode === null) return usualLimits(kind, harm);
  const isUsual = bands !== null && mode === compare[0] && harm === usual;
  return scaled(isUsual ? bands : ofMode[harm], scaleOf(kind, mode));
}

/** What bands of each mode are, as labels and in sentences. */
export const MODES: {
  readonly [mode in CompareMode]: {
    readonly label: string;
    readonly help: string;
    /** Null: the unit of the kind. */
    readonly suffix: string | null;
    /** Where nothing has changed; null where there is no such place. */
    readonly same: number | null;
  };
} = {
  ratio: {
    label: 'Times',
    help: 'Times what it is without the flag',
    suffix: ' ×',
    same: 1,
  },
  relative: {
    label: 'Change in %',
    help: 'Change against without the flag',
    suffix: ' %',
    same: 0,
  },
  pp: {
    label: 'Percentage points',
    help: 'Points more or less than without the flag',
    suffix: ' points',
    same: 0,
  },
  delta_ms: {
    label: 'Milliseconds',
    help: 'Longer than without the flag',
    suffix: ' ms',
    same: 0,
  },
  absolute: {
    label: 'Fixed limits alone',
    help: 'Of the value itself, whatever it is without the flag',
    suffix: null,
    same: null,
  },
};

/** What follows a band when it is shown. */
export function suffixOf(kind: GuardrailKind, mode: CompareMode): string {
  const { suffix } = MODES[mode];
  if (suffix !== null) return suffix;
  const unit = unitOf(kind);
  return unit === '' ? '' : ` ${unit}`;
}
