// Numbers in plain words, for reasons and the rollout page. No locale, so that a replayed decision reads
// the same everywhere.
import { type Guardrail, isBeyond } from '#metrics/guardrail';
import type { Units } from '#kernel/units';
import type { Reading } from '#sources/readings';
import type { Assessment } from '#metrics/verdict';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** "45 s", "12 min", "3 h 20 min", "2 d 4 h": the two largest units. */
export function inWords(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.ceil(ms / 1000))} s`;
  const parts = [
    { unit: 'd', size: 24 * HOUR_MS, limit: Infinity },
    { unit: 'h', size: HOUR_MS, limit: 24 },
    { unit: 'min', size: MINUTE_MS, limit: 60 },
  ].map(({ unit, size, limit }) => {
    const whole = Math.floor(ms / size);
    return { unit, count: limit === Infinity ? whole : whole % limit };
  });
  const from = parts.findIndex((part) => part.count > 0);
  return parts
    .slice(from, from + 2)
    .filter((part) => part.count > 0)
    .map((part) => `${part.count} ${part.unit}`)
    .join(' ');
}

/** 0.0123 → "1.2 %", 0.00042 → "0.042 %": two digits that mean something. */
export function percentOf(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent >= 10) return `${percent.toFixed(percent === 0 ? 0 : 1)} %`;
  return `${Number(percent.toPrecision(2))} %`;
}

function factorOf(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : String(Number(ratio.toPrecision(2)));
}

const shareOf = (events: number, people: number) => (people === 0 ? 0 : events / people);

/** What a guardrail's own value is: a part of the people or sessions, a duration, or a plain number. */
export const VALUE_UNITS = [
  'share',
  'session_share',
  'request_share',
  'reading',
  'ms',
  'number',
] as const;
export type Unit = (typeof VALUE_UNITS)[number];

export function unitOf({ measure }: Guardrail): Unit {
  if (measure.kind === 'latency') return 'ms';
  if (measure.kind === 'sessions') return 'session_share';
  if (measure.kind === 'external') {
    return measure.reading.kind === 'value' ? 'reading' : 'request_share';
  }
  return measure.kind === 'mean' ? 'number' : 'share';
}

/** A value of a guardrail in its unit: "1.2 %", "640 ms", "12.3". */
function valueIn(unit: Unit, value: number): string {
  if (unit.endsWith('share')) return percentOf(value);
  const number = String(Number(value.toPrecision(3)));
  return unit === 'ms' ? `${number} ms` : number;
}

/** One sentence with what was counted in both arms and how they compare. */
export function describeCounts(guardrail: Guardrail, one: Assessment, units: Units): string {
  const effect = describeEffect(guardrail, one, units);
  const end = effect === null ? '.' : `: ${effect}.`;
  return `${guardrail.id}: ${describeArms(guardrail, one, units)}${end}`;
}

function describeArms(guardrail: Guardrail, one: Assessment, units: Units): string {
  const { nT, nC, a, b } = one.counts;
  const { measure, event } = guardrail;
  const arms = (withChange: string, without: string) =>
    nC === 0 ? withChange : `${withChange}, ${without}`;
  if (measure.kind === 'external') return describeReading(measure.reading, one);
  const valueOf = (unit: Unit, found: number | null) =>
    found === null ? '–' : valueIn(unit, found);
  if (measure.kind === 'sessions') {
    return arms(
      `${valueOf('share', one.treatment.value)} of sessions with the change had ${event} (of ${a} of ${nT} ${units.many})`,
      `${valueOf('share', one.control.value)} without (of ${b} of ${nC})`,
    );
  }
  if (measure.kind === 'mean') {
    const each = measure.per === null ? `per ${units.one}` : `per ${measure.per.event}`;
    const value = (found: number | null) => valueOf('number', found);
    return arms(
      `${value(one.treatment.value)} ${measure.property ?? event} ${each} with the change (${a} of ${nT} ${units.many} had any)`,
      `${value(one.control.value)} without (${b} of ${nC})`,
    );
  }
  const [had, without] =
    measure.kind === 'latency'
      ? [`waited over ${valueIn('ms', measure.threshold)}`, one.control.value]
      : [`had ${event}`, null];
  const middle =
    measure.kind === 'latency' && one.treatment.value !== null
      ? `p${Number((measure.level * 100).toFixed(1))} is ${valueIn('ms', one.treatment.value)} with the change${without === null ? '' : ` and ${valueIn('ms', without)} without`}; `
      : '';
  return `${middle}${arms(
    `${a} of ${nT} ${units.many} with the change ${had} (${percentOf(shareOf(a, nT))})`,
    `${b} of ${nC} without (${percentOf(shareOf(b, nC))})`,
  )}`;
}

/** What another program counted. */
function describeReading({ kind }: Reading, { counts, treatment }: Assessment): string {
  const { nT, nC, a, b } = counts;
  if (kind === 'value') {
    const value = treatment.value === null ? 'no value' : valueIn('reading', treatment.value);
    return `Prometheus says ${value} (${nT} readings)`;
  }
  const arm = (events: number, n: number) => `${events} of ${n} (${percentOf(shareOf(events, n))})`;
  return `Prometheus counts ${arm(a, nT)} with the change${nC === 0 ? '' : `, ${arm(b, nC)} without`}`;
}

/** Estimates beyond a band, where those decide; null otherwise. */
export function describeEstimate({ id, estimate: asked }: Guardrail, { estimate }: Assessment) {
  if (!asked || !estimate || !(estimate.isYellow || estimate.isRed)) return null;
  const band = estimate.isRed ? 'red' : 'yellow';
  return `${id}: its estimate is beyond the ${band} band in ${asked.over} or more of the last ${asked.windows} windows.`;
}

/** Treatment held against control with what is plausible; null while there is nothing to compare. */
function describeEffect(
  { bands, measure }: Guardrail,
  one: Assessment,
  units: Units,
): string | null {
  if (one.effect === null || (bands === null && !one.isAgainstBefore)) return null;
  const interval = one.effectInterval;
  if (bands?.scale === 'difference' && !one.isAgainstBefore) {
    const isMs = measure.kind === 'latency';
    const shown = (value: number) =>
      isMs ? `${signed(Math.round(value))} ms` : signed(Number((value * 100).toFixed(2)));
    const unit = isMs ? '' : ' percentage points';
    const limits = interval
      ? ` (${shown(interval.lower)} to ${shown(interval.upper ?? 1)} is plausible)`
      : '';
    return `${shown(one.effect)}${unit}${limits}`;
  }
  const much = measure.kind === 'mean' ? 'as much' : 'as often';
  const before = one.isAgainstBefore ? ` as the same ${units.many} before the rollout` : '';
  const { lower, upper } = interval ?? { lower: 0, upper: null };
  const limits = `${factorOf(lower)} to ${upper === null ? 'any number of' : factorOf(upper)} times is plausible`;
  return `${factorOf(one.effect)} times ${much}${before} (${limits})`;
}

/** How far a soak is off earlier weeks, in words; null where it is not held against them. */
export function describeShift({ id, harm }: Guardrail, { shift }: Assessment): string | null {
  if (shift === undefined || shift === null || shift <= 0) return null;
  const off = harm === 'up' ? 'above' : 'below';
  return `${id}: three of the last five windows are ${shift.toFixed(1)} standard deviations or more ${off} the same hours of the weeks before.`;
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${value}`;

/** Which fixed limit treatment has reached; null when it is within both. */
export function describeLimit(guardrail: Guardrail, one: Assessment): string | null {
  const { absolute } = guardrail;
  const { value } = one.treatment;
  if (absolute === null || value === null) return null;
  const band = (['red', 'yellow'] as const).find((name) =>
    isBeyond(guardrail, value, absolute[name]),
  );
  if (band === undefined) return null;
  const limit = valueIn(unitOf(guardrail), absolute[band]);
  return `${guardrail.id}: beyond its ${band} limit of ${limit}.`;
}

/** How far the evidence is from a line, both as natural logarithms: "20 to 1 against, 20 to 1 needed". */
export function describeOdds(lnE: number, lnLine: number): string {
  const odds = (ln: number) => (ln > 14 ? 'over a million' : factorOf(Math.exp(ln)));
  return `${odds(lnE)} to 1, ${odds(lnLine)} to 1 needed`;
}
