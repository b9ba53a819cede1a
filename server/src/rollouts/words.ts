// Numbers in plain words, for reasons and the rollout page. No locale, so that a replayed decision reads
// the same everywhere.
import { type Guardrail, isBeyond } from '#metrics/guardrail';
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

/** One sentence with the counts of both arms and how they compare. */
export function describeCounts(guardrail: Guardrail, one: Assessment): string {
  const { nT, nC, a, b } = one.counts;
  const withChange = `${a} of ${nT} people with the change had ${guardrail.event} (${percentOf(shareOf(a, nT))})`;
  if (nC === 0) return `${guardrail.id}: ${withChange}.`;
  const without = `${b} of ${nC} without (${percentOf(shareOf(b, nC))})`;
  const effect = describeEffect(guardrail, one);
  return `${guardrail.id}: ${withChange}, ${without}${effect === null ? '' : `: ${effect}`}.`;
}

/** Treatment held against control with what is plausible; null while there is nothing to compare. */
function describeEffect({ bands }: Guardrail, one: Assessment): string | null {
  if (one.effect === null || bands === null) return null;
  const { lower, upper } = one.effectInterval ?? { lower: 0, upper: null };
  if (bands.scale === 'difference') {
    const limits = `${pointsOf(lower)} to ${pointsOf(upper ?? 1)} is plausible`;
    return `${pointsOf(one.effect)} percentage points (${limits})`;
  }
  const limits = `${factorOf(lower)} to ${upper === null ? 'any number of' : factorOf(upper)} times is plausible`;
  return `${factorOf(one.effect)} times as often (${limits})`;
}

/** 0.0123 → "+1.23". */
const pointsOf = (difference: number): string =>
  `${difference > 0 ? '+' : ''}${Number((difference * 100).toFixed(2))}`;

/** Which fixed limit treatment has reached; null when it is within both. */
export function describeLimit(guardrail: Guardrail, one: Assessment): string | null {
  const { absolute } = guardrail;
  const { value } = one.treatment;
  if (absolute === null || value === null) return null;
  const band = (['red', 'yellow'] as const).find((name) =>
    isBeyond(guardrail, value, absolute[name]),
  );
  if (band === undefined) return null;
  return `${guardrail.id}: beyond its ${band} limit of ${percentOf(absolute[band])}.`;
}

/** How far the evidence is from a line, both as natural logarithms: "20 to 1 against, 20 to 1 needed". */
export function describeOdds(lnE: number, lnLine: number): string {
  const odds = (ln: number) => (ln > 14 ? 'over a million' : factorOf(Math.exp(ln)));
  return `${odds(lnE)} to 1, ${odds(lnLine)} to 1 needed`;
}
