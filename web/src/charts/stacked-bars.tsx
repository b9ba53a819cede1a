// Counts over time as stacked bars, one colour for each series, told in words for those who do not see it.
import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from '@visx/scale';
import { formatNumber } from '../ui/format.ts';
import styles from './stacked-bars.module.css';

export type BarSeries = {
  readonly name: string;
  /** One for each step. */
  readonly counts: readonly number[];
  /** Which of the colours, from 0. */
  readonly color: number;
};

type StackedBarsProps = {
  readonly label: string;
  readonly series: readonly BarSeries[];
  /** What a step is called: its day, or its hour. */
  readonly stepName: (step: number) => string;
};

/** Width in pixels until the element has been measured. */
const START_WIDTH = 640;
const HEIGHT = 200;
const TOP = 10;
const AXIS_HEIGHT = 22;
const AXIS_WIDTH = 48;
/** Room that one label of the time axis needs, in pixels. */
const LABEL_WIDTH = 84;
const BOTTOM = HEIGHT - AXIS_HEIGHT;
/** Colours that are told apart; the last is for what matters least, and for all beyond. */
export const LAST_COLOR = 6;

/** The class of a colour. */
export const colorClass = (color: number): string =>
  styles[`color${Math.min(color, LAST_COLOR)}`] ?? '';

const sum = (counts: readonly number[]): number => counts.reduce((total, one) => total + one, 0);
const totalAt = (series: readonly Pick<BarSeries, 'counts'>[], step: number): number =>
  sum(series.map(({ counts }) => counts[step] ?? 0));

/** The end of the axis: the highest bar, and never nothing. */
export function highestBar(series: readonly Pick<BarSeries, 'counts'>[]): number {
  const steps = series[0]?.counts.length ?? 0;
  return Math.max(1, ...Array.from({ length: steps }, (_, step) => totalAt(series, step)));
}

export function StackedBars({ label, series, stepName }: StackedBarsProps) {
  const { ref, width: measured } = useElementSize();
  const width = measured || START_WIDTH;
  const steps = series[0]?.counts.length ?? 0;
  const y = scaleLinear<number>({ domain: [0, highestBar(series)], range: [BOTTOM, TOP], nice: 4 });
  const step = (width - AXIS_WIDTH) / Math.max(1, steps);
  const words = series.map(({ name, counts }) => `${name}: ${formatNumber(sum(counts))}`);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / Math.max(1, step)));
  return (
    <div className={styles.frame}>
      <svg
        ref={ref}
        className={styles.chart}
        height={HEIGHT}
        role="img"
        aria-label={`${label}. ${words.join('; ')}`}
      >
        {y
          .ticks(4)
          .filter(Number.isInteger)
          .map((tick) => (
            <g key={tick}>
              <line className={styles.grid} x1={AXIS_WIDTH} x2={width} y1={y(tick)} y2={y(tick)} />
              <text className={styles.tick} x={AXIS_WIDTH - 8} y={y(tick) + 4} textAnchor="end">
                {formatNumber(tick)}
              </text>
            </g>
          ))}
        {Array.from({ length: steps }, (_, index) => (
          <Bar
            key={index}
            series={series}
            index={index}
            x={AXIS_WIDTH + index * step}
            width={step}
            y={y}
            name={stepName(index)}
          />
        ))}
        {Array.from({ length: steps }, (_, index) => index)
          .filter((index) => index % every === 0 && (index + every / 2) * step < width - AXIS_WIDTH)
          .map((index) => (
            <text key={index} className={styles.tick} x={AXIS_WIDTH + index * step} y={HEIGHT - 5}>
              {stepName(index)}
            </text>
          ))}
      </svg>
    </div>
  );
}

type BarProps = {
  readonly series: readonly BarSeries[];
  readonly index: number;
  /** What the step is called. */
  readonly name: string;
  readonly x: number;
  readonly width: number;
  readonly y: (count: number) => number;
};

function Bar({ series, index, name: step, x, width, y }: BarProps) {
  const gap = width > 6 ? 2 : 0;
  const counted = series.filter(({ counts }) => (counts[index] ?? 0) > 0);
  const words = counted.map(({ name, counts }) => `${name} ${formatNumber(counts[index] ?? 0)}`);
  return (
    <g>
      <title>{`${step}: ${words.join(', ') || 'nothing'}`}</title>
      <rect className={styles.hit} x={x} width={width} y={TOP} height={BOTTOM - TOP} />
      {series.map(({ name, counts, color }, place) => {
        const below = totalAt(series.slice(0, place), index);
        const height = y(below) - y(below + (counts[index] ?? 0));
        if (height <= 0) return null;
        return (
          <rect
            key={name}
            className={colorClass(color)}
            x={x + gap / 2}
            width={Math.max(1, width - gap)}
            y={y(below) - height}
            height={height}
          />
        );
      })}
    </g>
  );
}
