// What is left to do with the flag of an experiment that is over: its code is removed, then the flag. Pure: "now" is
// handed in.
import type { Flag } from '../api/flags.ts';

export type Step = { readonly isDone: boolean; readonly label: string };

/** 7 days: code that is in use asks for its flag within them. */
const QUIET_MS = 7 * 86_400_000;

type Subject = Pick<Flag, 'active' | 'filters' | 'last_called_at'>;

/** In the order in which it is done. */
export function cleanUpSteps(flag: Subject, endedMs: number, nowMs: number): readonly Step[] {
  const settled = settledOn(flag);
  const called = flag.last_called_at === null ? null : Date.parse(flag.last_called_at);
  const isQuiet = called === null || nowMs - Math.max(called, endedMs) > QUIET_MS;
  return [
    {
      isDone: settled !== null,
      label:
        settled === null
          ? 'Give everyone one variant: the flag still splits people'
          : settled === ''
            ? 'The flag is off for everyone'
            : `Everyone gets ${settled}`,
    },
    {
      isDone: settled !== null && isQuiet,
      label:
        settled !== null && isQuiet
          ? 'Code does not ask for it any more'
          : 'Remove the flag from the code, until it is not asked for during 7 days',
    },
    { isDone: false, label: 'Archive the flag' },
  ];
}

/** The variant that everyone gets, `''` where nobody gets any; null while people are told apart. */
function settledOn({ active, filters }: Subject): string | null {
  if (!active) return '';
  const [first] = filters.groups;
  const isForAll = first?.properties?.length === 0 && (first.rollout_percentage ?? 100) === 100;
  if (!isForAll) return null;
  if (typeof first.variant === 'string') return first.variant;
  const given = filters.multivariate?.variants.filter((one) => one.rollout_percentage > 0) ?? [];
  return given.length === 1 ? (given[0]?.key ?? null) : null;
}
