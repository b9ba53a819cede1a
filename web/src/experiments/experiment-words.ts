// States, verdicts and numbers of experiments in words.
import type { Experiment, Results, VariantAnswer } from '../api/experiments.ts';
import { formatNumber, plural } from '../ui/format.ts';
import type { Tone } from '../ui/status-badge.tsx';

type Words = { readonly label: string; readonly tone: Tone };

const STATUSES: Record<Experiment['status'], Words> = {
  draft: { label: 'Draft', tone: 'neutral' },
  running: { label: 'Running', tone: 'info' },
  paused: { label: 'Paused', tone: 'watch' },
  stopped: { label: 'Stopped', tone: 'neutral' },
};
export const STATUS_CHOICES = Object.entries(STATUSES).map(([value, { label }]) => ({
  value,
  label,
}));

const CONCLUSIONS: Record<NonNullable<Experiment['conclusion']>, Words> = {
  won: { label: 'Won', tone: 'safe' },
  lost: { label: 'Lost', tone: 'harm' },
  inconclusive: { label: 'Inconclusive', tone: 'neutral' },
  stopped_early: { label: 'Stopped early', tone: 'watch' },
  invalid: { label: 'Invalid', tone: 'watch' },
};
export const CONCLUSION_CHOICES = Object.entries(CONCLUSIONS).map(([value, { label }]) => ({
  value,
  label,
}));

/** A stopped experiment is called by what came of it. */
export function statusWords({ status, conclusion }: Pick<Experiment, 'status' | 'conclusion'>) {
  return status === 'stopped' && conclusion ? CONCLUSIONS[conclusion] : STATUSES[status];
}

export type Recommendation = Results['recommendation'];

const VERDICTS: Record<Recommendation['status'], Words> = {
  stop: { label: 'Stop', tone: 'harm' },
  unhealthy: { label: 'Not to be trusted', tone: 'watch' },
  collecting: { label: 'Collecting', tone: 'neutral' },
  ship: { label: 'Ship it', tone: 'safe' },
  rollback: { label: 'Roll back', tone: 'harm' },
  review: { label: 'Your decision', tone: 'watch' },
  inconclusive: { label: 'Inconclusive', tone: 'neutral' },
  running: { label: 'Keep running', tone: 'info' },
};
export const verdictWords = (status: Recommendation['status']): Words => VERDICTS[status];

const GUARDRAILS: Record<Recommendation['guardrails'][number]['state'], Words> = {
  undecided: { label: 'No harm seen', tone: 'neutral' },
  safe: { label: 'Safe', tone: 'safe' },
  harmed: { label: 'Worse', tone: 'watch' },
  breached: { label: 'Breached', tone: 'harm' },
  uncounted: { label: 'Cannot be counted', tone: 'watch' },
};
export const guardrailWords = (state: keyof typeof GUARDRAILS): Words => GUARDRAILS[state];

export type Outcome = 'good' | 'bad' | 'none';

/** Which way a sure difference goes, by what the metric is to do. */
export function outcomeOf(
  { lift, difference, significant }: Pick<VariantAnswer, 'lift' | 'difference' | 'significant'>,
  goal: unknown,
): Outcome {
  const moved = lift ?? difference ?? 0;
  if (!significant || moved === 0) return 'none';
  return moved > 0 === (goal !== 'decrease') ? 'good' : 'bad';
}

/** `+12.3 %`; lifts have one decimal. */
export function liftText(lift: number | null): string {
  if (lift === null) return '–';
  const percent = (lift * 100).toFixed(1);
  return `${Number(percent) > 0 ? '+' : ''}${percent.replace('-', '−')} %`;
}

/** `0.032`, `< 0.001`. */
export function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** `97.1 %`, never quite 0 or 100. */
export function chanceText(chance: number | null): string {
  if (chance === null) return '–';
  if (chance > 0.999) return '> 99.9 %';
  return chance < 0.001 ? '< 0.1 %' : `${(chance * 100).toFixed(1)} %`;
}

export const intervalOf = (one: VariantAnswer): readonly (number | null)[] | null =>
  one.confidence_interval ?? one.credible_interval;

/** `−1.2 % to +4.0 %`. */
export function intervalText(
  interval: readonly (number | null)[] | null,
  text: (value: number) => string = liftText,
): string {
  if (!interval) return '–';
  const [low = null, high = null] = interval;
  if (low === null) return high === null ? 'no bound' : `below ${text(high)}`;
  return high === null ? `above ${text(low)}` : `${text(low)} to ${text(high)}`;
}

/** Plain numbers, with as many digits as they need. */
export function numberText(value: number | null): string {
  if (value === null) return '–';
  return value.toLocaleString('en', {
    maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4,
  });
}

const DAY_MS = 86_400_000;

/** Days since the start, to the end or, before it, the moment that is asked about. */
export function daysOf(
  { start_date: start, end_date: end }: Pick<Experiment, 'start_date' | 'end_date'>,
  atMs: number,
) {
  if (start === null) return null;
  const until = end === null ? atMs : Math.min(Date.parse(end), atMs);
  return Math.max(0, (until - Date.parse(start)) / DAY_MS);
}

export type Parameters = {
  readonly feature_flag_variants: readonly {
    readonly key: string;
    readonly name?: string | null;
    readonly rollout_percentage: number;
  }[];
  /** Where the shares were changed while it ran: from when on which were in force, the first ones too. */
  readonly allocation_epochs?: readonly { readonly from: string }[];
  readonly minimum_detectable_effect?: number;
  readonly recommended_running_time?: number;
  readonly recommended_sample_size?: number;
};
/** The server keeps them as they were checked. */
export const parametersOf = ({ parameters }: Pick<Experiment, 'parameters'>): Parameters =>
  parameters as unknown as Parameters;

/** `day 4 of 14` */
export function dayWords(
  experiment: Pick<Experiment, 'status' | 'start_date' | 'end_date' | 'parameters'>,
): string {
  const days = daysOf(experiment, Date.now());
  if (days === null) return '';
  const planned = parametersOf(experiment).recommended_running_time;
  const of = planned === undefined ? '' : ` of ${formatNumber(Math.ceil(planned))}`;
  return experiment.status === 'stopped'
    ? `, ran ${plural(Math.ceil(days), 'day')}`
    : `, day ${formatNumber(Math.floor(days) + 1)}${of}`;
}
