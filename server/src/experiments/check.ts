// What is asked of an experiment beside its numbers: each check with what it found and by which rule.

export const CHECK_IDS = [
  'nobody',
  'arms',
  'several_variants',
  'flag',
  'metric_events',
  'past',
  'power',
  'running_time',
  'suspicious',
  'changes',
  'late_events',
] as const;

export type Check = {
  readonly id: (typeof CHECK_IDS)[number];
  /** `watch`: somebody should look; `harm`: numbers cannot be trusted before it is mended. */
  readonly state: 'ok' | 'watch' | 'harm';
  readonly words: string;
  readonly rule: string;
};

/** 1 % of everyone saw several variants: from here on numbers cannot be trusted. */
export const MULTIPLE_FAIL_SHARE = 0.01;

/** Of a check whose condition is not met yet. */
export const TOO_EARLY = 'Too early to tell.';

/** A check that is well unless it found something. */
export function check(
  id: Check['id'],
  rule: string,
  found: readonly string[],
  { ok, state = 'watch' }: { readonly ok: string; readonly state?: 'watch' | 'harm' },
): Check {
  const isWell = found.length === 0;
  return { id, state: isWell ? 'ok' : state, words: isWell ? ok : found.join(' '), rule };
}

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
export const counted = (value: number): string => number.format(value);
export const shareText = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
export const quoted = (names: readonly string[]): string =>
  names.map((name) => `“${name}”`).join(', ');
