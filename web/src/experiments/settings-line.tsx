// How it is judged and who counts, in one place.
import type { Experiment } from '../api/experiments.ts';
import { formatNumber } from '../ui/format.ts';
import { KeyValue } from '../ui/key-value.tsx';
import { Time } from '../ui/time.tsx';

const CORRECTIONS: Readonly<Record<string, string>> = {
  none: 'none',
  holm: 'Holm, over goals and variants',
  bh: 'Benjamini–Hochberg, over goals and variants',
  bonferroni: 'Bonferroni, over goals and variants',
};

type Stats = {
  readonly method?: string;
  readonly sequential?: boolean;
  readonly confidence_level?: number;
  readonly tuning_parameter?: number;
  readonly correction?: string;
};

function looksText({ sequential, tuning_parameter: people }: Stats): string {
  if (sequential === false) return 'at one look, at the end';
  return people === undefined ? 'at any time' : `at any time (tightest at ${formatNumber(people)})`;
}

export function SettingsLine({ experiment }: { experiment: Experiment }) {
  const stats = experiment.stats_config as Stats;
  const exposure = experiment.exposure_criteria as {
    filterTestAccounts?: boolean;
    multiple_variant_handling?: string;
    exposure_config?: { event: string };
    activation_config?: { event: string };
  };
  const engine = stats.method === 'frequentist' ? 'Frequentist' : 'Bayesian';
  const people = exposure.filterTestAccounts === false ? 'test accounts too' : 'no test accounts';
  const then = exposure.activation_config ? ` and then ${exposure.activation_config.event}` : '';
  const several =
    exposure.multiple_variant_handling === 'first_seen'
      ? 'whoever saw several variants counts for the first'
      : 'nobody who saw several variants';
  return (
    <KeyValue
      entries={[
        [
          'Statistics',
          `${engine}, right ${looksText(stats)}, ${Math.round((stats.confidence_level ?? 0.95) * 1000) / 10} % sure`,
        ],
        ['Correction', CORRECTIONS[stats.correction ?? 'holm'] ?? ''],
        [
          'Counts',
          `From the first ${exposure.exposure_config?.event ?? 'time the flag was asked for'}${then}; ${people}, ${several}`,
        ],
        ...(experiment.start_date === null
          ? []
          : [['Launched', <Time key="start" at={experiment.start_date} />] as const]),
        ...(experiment.end_date === null
          ? []
          : [['Stopped', <Time key="end" at={experiment.end_date} />] as const]),
        ...(experiment.created_by === null
          ? []
          : [
              ['Made by', experiment.created_by.first_name || experiment.created_by.email] as const,
            ]),
      ]}
    />
  );
}
