// Values that questions are broken down by, in words.
const NONE = '$$_posthog_breakdown_null_$$';
const OTHER = '$$_posthog_breakdown_other_$$';

export type BreakdownValue = string | readonly string[];

/** `true`, `(none)`, `Other`, `10 – 20`; several joined by a dot. */
export function breakdownWords(value: BreakdownValue): string {
  return [value].flat().map(oneWord).join(' · ');
}

const RANGE = /^\[(-?[\d.e+-]+),(-?[\d.e+-]+)\]$/;

function oneWord(value: string): string {
  if (value === NONE) return '(none)';
  if (value === OTHER) return 'Other';
  const [, low, high] = RANGE.exec(value) ?? [];
  return low !== undefined && high !== undefined ? `${low} – ${high}` : value;
}

/** How a value is called. */
export type ValueWords = (value: BreakdownValue) => string;

/** Values that are numbers of cohorts, by their names. */
export function cohortWords(names: ReadonlyMap<string, string>): ValueWords {
  return (value) => {
    const [id = ''] = [value].flat();
    return id === 'all' ? 'Everybody' : (names.get(id) ?? `Cohort ${id}`);
  };
}

/** What all values beyond the limit are put together under. */
export const isOther = (value: BreakdownValue): boolean => [value].flat()[0] === OTHER;

export const isNone = (value: BreakdownValue): boolean => [value].flat()[0] === NONE;
