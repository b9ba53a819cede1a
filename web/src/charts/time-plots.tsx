// What stands within the axes of a chart over time.
import { colorOf } from './palette.ts';
import { areaOf, pathOf, stacksOf } from './stacks.ts';
import type { ChartBand, ChartLine } from './chart-line.ts';
import styles from './time-chart.module.css';

export type PlotProps = {
  readonly lines: readonly ChartLine[];
  readonly steps: number;
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  /** Width of a step in pixels. */
  readonly band: number;
  /** From this step on values may still change. */
  readonly openFrom: number;
};

type BandsProps = Pick<PlotProps, 'x' | 'y'> & { readonly bands: readonly ChartBand[] };

export function Bands({ bands, x, y }: BandsProps) {
  return bands.flatMap(({ key, color, spans }) =>
    runsOf(spans).map(({ first, run }) => (
      <path
        key={`${key} ${first}`}
        className={`${styles.band} ${colorOf(color)}`}
        d={areaOf(run, (step) => x(first + step), y)}
      />
    )),
  );
}

type Spans = readonly (readonly [number, number])[];

/** What hangs together, with where it begins. */
function runsOf(spans: ChartBand['spans']): { first: number; run: Spans }[] {
  const runs: { first: number; run: (readonly [number, number])[] }[] = [];
  spans.forEach((span, step) => {
    if (!span) return;
    const last = runs.at(-1);
    if (last && last.first + last.run.length === step) last.run.push(span);
    else runs.push({ first: step, run: [span] });
  });
  return runs;
}

/** The values from `from` to before `to`; missing elsewhere. */
const part = (values: readonly (number | null)[], from: number, to: number) =>
  values.map((value, step) => (step >= from && step < to ? value : null));

export function Lines({ lines, x, y, openFrom }: PlotProps) {
  // Fainter ones lie below.
  const ordered = lines.toSorted((a, b) => Number(b.isPrevious) - Number(a.isPrevious));
  return ordered.map(({ key, color, values, isPrevious }) => {
    const closed = isPrevious ? values.length : openFrom;
    return (
      <g key={key} className={colorOf(color)}>
        <path
          className={`${styles.line} ${isPrevious ? styles.before : ''}`}
          d={pathOf(part(values, 0, closed), x, y)}
        />
        {closed < values.length && (
          // From the last closed value on, so that the dashes hang on the line.
          <path
            className={`${styles.line} ${styles.open}`}
            d={pathOf(part(values, closed - 1, values.length), x, y)}
          />
        )}
        {values.length === 1 && typeof values[0] === 'number' && (
          // A line of one moment would hardly be seen.
          <circle className={styles.point} cx={x(0)} cy={y(values[0])} r={4.5} />
        )}
      </g>
    );
  });
}

export function Areas({ lines, x, y, steps }: PlotProps) {
  const current = lines.filter(({ isPrevious }) => !isPrevious);
  const previous = lines.filter(({ isPrevious }) => isPrevious);
  const spans = stacksOf(current.map(({ values }) => values));
  const totals = Array.from({ length: steps }, (_, step) =>
    previous.reduce((sum, { values }) => sum + (values[step] ?? 0), 0),
  );
  return (
    <>
      {current.map(({ key, color }, index) => (
        <path
          key={key}
          className={`${styles.area} ${colorOf(color)}`}
          d={areaOf(spans[index] ?? [], x, y)}
        />
      ))}
      {previous.length > 0 && (
        <path className={`${styles.line} ${styles.beforeTotal}`} d={pathOf(totals, x, y)} />
      )}
    </>
  );
}

/** Bars of a period before stand to the left of those of now. */
export function Bars({ lines, x, y, band, openFrom }: PlotProps) {
  const hasPrevious = lines.some(({ isPrevious }) => isPrevious);
  const gap = band > 6 ? Math.min(12, band * 0.2) : 0;
  const width = Math.max(1, (band - gap) / (hasPrevious ? 2 : 1));
  return [true, false].map((isPrevious) => {
    const shown = lines.filter((line) => line.isPrevious === isPrevious);
    const spans = stacksOf(shown.map(({ values }) => values));
    const offset = hasPrevious && isPrevious ? -width : hasPrevious ? 0 : -width / 2;
    return shown.map(({ key, color }, index) => (
      <g key={key} className={colorOf(color)}>
        {(spans[index] ?? []).map(([from, to], step) => {
          if (from === to) return null;
          return (
            <rect
              key={step}
              className={barClass(isPrevious, step >= openFrom)}
              x={x(step) + offset}
              width={width}
              y={Math.min(y(from), y(to))}
              height={Math.max(1, Math.abs(y(from) - y(to)))}
            />
          );
        })}
      </g>
    ));
  });
}

function barClass(isPrevious: boolean, isOpen: boolean): string {
  if (isPrevious) return styles.barBefore ?? '';
  return `${styles.bar} ${isOpen ? styles.openBar : ''}`;
}
