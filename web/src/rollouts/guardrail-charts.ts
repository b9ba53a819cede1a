// What the charts of a guardrail show: its difference in the unit of the plan with the bands, and the evidence with
// the lines at which it decides.
import type { HistoryBand, HistoryLimit } from '../charts/history-chart.tsx';
import { factorScale, type HistoryScale, linearScale } from '../charts/history-scale.ts';
import type { ChartLine } from '../charts/chart-line.ts';
import { bandWordsOf, valueWords } from './guardrail-words.ts';
import type { historyOf } from './looks.ts';
import { type GuardrailLook, oddsWords } from './rollout-words.ts';

type History = ReturnType<typeof historyOf>;

type Chart = {
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly limits: readonly HistoryLimit[];
  readonly scale: HistoryScale;
  readonly format: (value: number) => string;
};

type Difference = Chart & {
  /** What the values are called. */
  readonly name: string;
  readonly band: HistoryBand;
  readonly note: (step: number) => string | undefined;
  /** A value with its interval. */
  readonly inWords: (step: number) => string;
};

/** What the first chart shows. */
export function scaleName({ against, compare, unit, effect }: GuardrailLook): string {
  if (effect === null) return unit === 'share' ? 'Share of people with the flag' : 'With the flag';
  const other = against === 'before' ? 'before' : 'without the flag';
  if (compare === 'ratio') return `Times as often as ${other}`;
  return compare === 'pp' ? `Percentage points against ${other}` : `Difference against ${other}`;
}

export function historyCharts(guardrail: GuardrailLook, history: History) {
  const atMs = history.map(({ look }) => Date.parse(look.at));
  return {
    atMs,
    difference: differenceOf(guardrail, history),
    evidence: evidenceOf(guardrail, history),
  };
}

/** Held against control; where there is nobody to compare with, the value itself against its limits. */
function differenceOf(guardrail: GuardrailLook, history: History): Difference {
  const { compare, effect, yellow, red } = guardrail;
  const isCompared = effect !== null && yellow !== null && red !== null;
  return isCompared
    ? comparison(guardrail, history, { compare, yellow, red })
    : ownValue(guardrail, history);
}

function comparison(
  guardrail: GuardrailLook,
  history: History,
  { compare, yellow, red }: { compare: string; yellow: number; red: number },
): Difference {
  const values = history.map(({ found }) => found.effect);
  const intervals = history.map(({ found }) => found.effect_interval);
  const neutral = compare === 'ratio' ? 1 : 0;
  const format = (value: number) => bandWordsOf(compare, value);
  const scaleOf = compare === 'ratio' ? factorScale : linearScale;
  const ends = intervals.flatMap((one) => (one ? [one.lower, one.upper] : []));
  const scale = scaleOf({ anchors: [neutral, yellow, red], values: [...values, ...ends], neutral });
  return {
    ...drawn(values, intervals, format, 'Difference'),
    scale,
    limits: [
      { at: yellow, label: `yellow ${format(yellow)}`, color: 'watch' },
      { at: red, label: `red ${format(red)}`, color: 'harm' },
    ],
    label: `${scaleName(guardrail)}, over ${history.length} looks`,
  };
}

function ownValue(guardrail: GuardrailLook, history: History): Difference {
  const { unit, absolute } = guardrail;
  const values = history.map(({ found }) => found.treatment);
  const intervals = history.map(({ found }) => found.treatment_interval);
  const format = (value: number) => valueWords(unit, value);
  const limits: HistoryLimit[] = absolute
    ? [
        { at: absolute.yellow, label: `yellow ${format(absolute.yellow)}`, color: 'watch' },
        { at: absolute.red, label: `red ${format(absolute.red)}`, color: 'harm' },
      ]
    : [];
  const anchors = [0, ...limits.map(({ at }) => at)];
  const ends = intervals.flatMap((one) => (one ? [one.lower, one.upper] : []));
  return {
    ...drawn(values, intervals, format, 'With the flag'),
    scale: linearScale({
      anchors: absolute ? anchors : [0, ...values.filter((value) => value !== null)],
      values: [...values, ...ends],
      neutral: 0,
    }),
    limits,
    label: `${scaleName(guardrail)}, over ${history.length} looks`,
  };
}

type Interval = GuardrailLook['effect_interval'];

function drawn(
  values: readonly (number | null)[],
  intervals: readonly Interval[],
  format: (value: number) => string,
  name: string,
) {
  const between = (step: number) => {
    const interval = intervals[step];
    if (!interval) return undefined;
    const upper = interval.upper === null ? 'any more' : format(interval.upper);
    return `${format(interval.lower)} to ${upper} is plausible`;
  };
  return {
    name,
    format,
    lines: [{ key: 'value', name, color: 'on', values, isPrevious: false }] as const,
    band: {
      lower: intervals.map((one) => one?.lower ?? null),
      upper: intervals.map((one) => (one ? (one.upper ?? Infinity) : null)),
      color: 'on',
    } as const,
    note: between,
    inWords: (step: number) => {
      const value = values[step];
      if (value === null || value === undefined) return '–';
      const plausible = between(step);
      return plausible ? `${format(value)} (${plausible})` : format(value);
    },
  };
}

/** Both ways on one axis of odds; evidence against a claim is drawn as none. */
function evidenceOf(guardrail: GuardrailLook, history: History): Chart {
  const { harm, safety, is_safe: isSafe } = guardrail;
  const atLeastNone = (ln: number) => Math.max(0, ln);
  const towardsHarm = history.map(({ found }) => atLeastNone(found.harm));
  const towardsSafe = history.map(({ found }) => atLeastNone(found.safety));
  const limits: HistoryLimit[] = [
    { at: safety.ln_line, label: 'safe', color: 'safe' },
    { at: harm.ln_pause_line, label: 'pause', color: 'watch' },
    { at: harm.ln_line, label: 'roll back', color: 'harm' },
  ];
  const scale = linearScale({
    anchors: [0, ...limits.map(({ at }) => at)],
    values: [...towardsHarm, ...towardsSafe],
    neutral: 0,
    reach: 1.5,
  });
  return {
    label: `Evidence over ${history.length} looks: ${oddsWords(towardsSafe.at(-1) ?? 0)} for safe${isSafe ? ', proven' : ''}, ${oddsWords(towardsHarm.at(-1) ?? 0)} for harm`,
    lines: [
      { key: 'safe', name: 'Safe', color: 'safe', values: towardsSafe, isPrevious: false },
      { key: 'harm', name: 'Harm', color: 'harm', values: towardsHarm, isPrevious: false },
    ],
    limits,
    scale: { ...scale, ticks: ODDS.map(Math.log).filter((ln) => ln <= scale.high) },
    format: oddsTick,
  };
}

const ODDS = [1, 5, 20, 100, 1000, 10_000, 100_000, 1_000_000];
/** "20 to 1" takes too much room beside an axis. */
const oddsTick = (ln: number): string => oddsWords(ln).replace(' to ', ':');
