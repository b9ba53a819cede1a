// OpenMetrics 1.0 as text: what Prometheus reads of Serin itself. Source: https://prometheus.io/docs/specs/om/open_metrics_spec/

type Sample = {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** Samples of one name. A counter only grows; its samples are called `…_total`. */
export type Family = {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
};

export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** The page, families without samples included: a name that is missing cannot be alerted on. */
export function openMetrics(families: readonly Family[]): string {
  const lines = families.flatMap(({ name, kind, help, samples }) => [
    `# TYPE ${name} ${kind}`,
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(
      ({ labels, value }) =>
        `${name}${kind === 'counter' ? '_total' : ''}${labelsOf(labels)} ${numberOf(value)}`,
    ),
  ]);
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

function labelsOf(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function numberOf(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
