// What a look found of a guardrail, in words: values in their own unit, and both arms against each other. Of groups in the
// name of their type.
import { capital, PEOPLE, type Units } from 'serin/kernel/units';
import { formatNumber, formatShare, plural } from '../ui/format.ts';
import { harmOf } from './looks.ts';
import { type GuardrailLook, oddsWords } from './rollout-words.ts';

type Measured = Pick<GuardrailLook, 'unit' | 'threshold'>;

/** A value in its unit: `1.4 %`, `640 ms`, `13.8`. */
export function valueWords(unit: GuardrailLook['unit'], value: number): string {
  if (unit.endsWith('share')) return formatShare(value);
  const number = formatNumber(Number(value.toPrecision(3)));
  return unit === 'ms' ? `${number} ms` : number;
}

/** `12 of 840 people (1.4 %)`, `median 210, p95 640, p99 900 ms; 12 of 840 people waited over 480 ms`. */
export function armWords(
  arm: GuardrailLook['treatment'],
  { unit, threshold }: Measured,
  units: Units = PEOPLE,
): string {
  const { people, affected, percentiles, rate, value } = arm;
  const everybody = plural(people, units.one, units.many);
  if (people === 0 || rate === null) return units === PEOPLE ? 'nobody yet' : 'none yet';
  const some = `${formatNumber(affected)} of ${everybody}`;
  if (unit === 'share') return `${some} (${formatShare(rate)})`;
  if (unit === 'request_share') {
    return `${formatNumber(affected)} of ${plural(people, 'request')} (${formatShare(rate)})`;
  }
  if (unit === 'reading') return value === null ? 'no reading yet' : valueWords(unit, value);
  if (unit === 'session_share') {
    return value === null
      ? `no session yet of ${everybody}`
      : `${formatShare(value)} of sessions, of ${some}`;
  }
  if (unit === 'number') {
    return value === null
      ? `nothing yet of ${everybody}`
      : `${valueWords(unit, value)} (${some} had any)`;
  }
  const waited = `${some} waited over ${valueWords('ms', threshold ?? 0)}`;
  if (percentiles === null) return waited;
  const { p50, p95, p99 } = percentiles;
  const [median, most, nearlyAll] = [p50, p95, p99].map((one) => formatNumber(Math.round(one)));
  return `median ${median}, p95 ${most}, p99 ${nearlyAll} ms; ${waited}`;
}

const TITLES: { readonly [kind: string]: string } = {
  rage_clicks: 'Sessions with rage clicks',
  web_vitals: 'Speed of pages',
  long_tasks: 'Long tasks',
  prometheus: 'Prometheus',
};

const WITH: { readonly [kind: string]: string } = {
  exception_users: 'an exception',
  api_error_users: 'a failed request',
  crash_free: 'a crash',
  support_tickets: 'a support ticket',
};

/** Of those who are counted. */
const SUBJECTS: { readonly [kind: string]: (event: string, units: Units) => string } = {
  exception_count: (_, { one }) => `Exceptions per ${one}`,
  time_on_page: (_, { one }) => `Time on a page per ${one}`,
  conversion: (event, { many }) => `${capital(many)} who get to ${event}`,
  funnel: (event, { many }) => `${capital(many)} who get through to ${event}`,
  latency: (event) => `Duration of ${event}`,
  revenue_per_user: (event, { one }) => `Revenue per ${one} from ${event}`,
  mean: (event, { one }) => `Sum per ${one} of ${event}`,
  retention: (event, { many }) => `${capital(many)} who come back to ${event}`,
  count_per_user: (event, { one }) => `${event} per ${one}`,
  throughput: (event) => `Throughput of ${event}`,
  ratio: (event) => `Ratio of ${event}`,
};

/** What a guardrail measures, in a few words. */
export function guardrailTitle(
  { kind, event }: Pick<GuardrailLook, 'kind' | 'event'>,
  units: Units = PEOPLE,
): string {
  const what = WITH[kind];
  if (what !== undefined) return `${capital(units.many)} with ${what}`;
  return TITLES[kind] ?? SUBJECTS[kind]?.(event, units) ?? event;
}

/** Where a band lies when control is at `rate`. */
export function bandAt(compare: string, rate: number, band: number): number {
  if (compare === 'pp' || compare === 'delta_ms') return rate + band;
  return rate * (compare === 'relative' ? 1 + band : band);
}

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text);

/** A band, or a measured effect, in the words of its comparison: `1.5 ×`, `+50 %`, `-2 points`. */
export function bandWordsOf(compare: string, band: number): string {
  const rounded = (value: number) => formatNumber(Number(value.toPrecision(2)));
  if (compare === 'pp') return signed(`${rounded(band * 100)} points`, band);
  if (compare === 'delta_ms') return signed(`${formatNumber(Math.round(band))} ms`, band);
  if (compare === 'relative') return signed(`${rounded(band * 100)} %`, band);
  return `${rounded(band)} ×`;
}

/** Sums and common shares say nothing before this many people in each arm. */
const PEOPLE_FOR_SUMS = 200;

type Undecided = Pick<
  GuardrailLook,
  'band' | 'is_safe' | 'people_left' | 'unit' | 'treatment' | 'control'
>;

/** `1 more person`, `40 more companies`. */
export const moreOf = (count: number, { one, many }: Units): string =>
  plural(count, `more ${one}`, `more ${many}`);

/** How many people it still takes to tell; nothing where that cannot be said. */
export function progressWords(guardrail: Undecided, units: Units = PEOPLE): string {
  const { band, is_safe: isSafe, people_left: left, unit, treatment, control } = guardrail;
  if (isSafe || band === 'red') return '';
  const missing = PEOPLE_FOR_SUMS - Math.min(treatment.people, control.people);
  if (unit === 'number' && missing > 0) {
    return `About ${moreOf(missing, units)} in the smaller arm until it can tell.`;
  }
  if (left === null || left === 0) return '';
  return `About ${moreOf(left, units)} with the flag until it can be proven safe.`;
}

/** `Odds of harm: 11 to 1, alone it rolls back at 20 to 1.` */
export function evidenceWords(guardrail: Pick<GuardrailLook, 'harm' | 'absolute'>): string {
  const { ln_line: line } = guardrail.harm;
  return `Odds of harm: ${oddsWords(Math.max(0, harmOf(guardrail)))}; alone it rolls back at ${oddsWords(line)}.`;
}

type Compared = Partial<Pick<GuardrailLook, 'against'>> &
  Pick<GuardrailLook, 'compare' | 'effect' | 'effect_interval' | 'treatment_interval' | 'unit'>;

/** `1.1 times as often as without; 0.7 to 1.6 times is plausible.` */
export function comparisonWords(guardrail: Compared, units: Units = PEOPLE): string {
  const { effect, effect_interval: interval, treatment_interval: own, unit } = guardrail;
  if (effect !== null) {
    const { said, plausible } = effectWords(guardrail, effect, units);
    return interval ? `${said}; ${plausible(interval)} is plausible.` : `${said}.`;
  }
  if (!own || own.upper === null) return 'Nothing to compare yet.';
  const what = unit.endsWith('share') ? 'a share' : 'a value';
  return `With the flag, ${what} between ${valueWords(unit, own.lower)} and ${valueWords(unit, own.upper)} is plausible.`;
}

function effectWords({ against, compare, unit }: Compared, effect: number, { many }: Units) {
  const other = against === 'before' ? `the same ${many} had before` : 'without';
  type Ends = { readonly lower: number; readonly upper: number | null };
  const times = (value: number) => formatNumber(Number(value.toPrecision(2)));
  if (compare === 'ratio') {
    const much = unit === 'number' ? 'as much' : 'as often';
    return {
      said: `${times(effect)} times ${much} as ${other}`,
      plausible: ({ lower, upper }: Ends) =>
        `${times(lower)} to ${upper === null ? 'any number of' : times(upper)} times`,
    };
  }
  const words = (value: number) => bandWordsOf(compare, value);
  return {
    said: `${words(effect)} against ${against === 'before' ? 'before' : 'without'}`,
    plausible: ({ lower, upper }: Ends) =>
      `${words(lower)} to ${upper === null ? 'any more' : words(upper)}`,
  };
}
