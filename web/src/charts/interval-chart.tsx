// Two values (shares, durations, sums) with their intervals on one axis, and the limits that they are held against. One row per
// arm; a dot is the estimate, the line the interval that holds however often one looks.
import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from '@visx/scale';
import { formatShare } from '../ui/format.ts';
import styles from './interval-chart.module.css';

type Interval = { readonly lower: number; readonly upper: number };

export type IntervalRow = {
  readonly label: string;
  readonly arm: 'on' | 'off';
  /** In the chart's unit; null when nobody is counted yet. */
  readonly estimate: number | null;
  readonly interval: Interval | null;
};

export type Limit = {
  /** In the chart's unit. */
  readonly at: number;
  readonly label: string;
  readonly tone: 'watch' | 'harm';
};

type IntervalChartProps = {
  readonly rows: readonly IntervalRow[];
  readonly limits: readonly Limit[];
  /** Left out: shares from 0 to 1. */
  readonly unit?: ChartUnit;
};

/** How values read, and between which ends the axis must lie. */
export type ChartUnit = {
  readonly format: (value: number) => string;
  /** An axis never ends below this, so that two zeros do not fill the chart… */
  readonly least: number;
  /** …nor above this. */
  readonly most: number;
};

const SHARES: ChartUnit = { format: formatShare, least: 0.01, most: 1 };

/** Width in pixels until the element has been measured. */
const START_WIDTH = 480;
/** Room that one tick label needs, in pixels. */
const TICK_WIDTH = 72;
const ROW_HEIGHT = 34;
const TOP = 20;
const LABEL_ROW = 13;
const AXIS_HEIGHT = 26;
const MARGIN = 12;

/** The end of the axis: room for every estimate and limit, and for intervals unless they are huge. */
export function domainEnd(
  rows: readonly IntervalRow[],
  limits: readonly Limit[],
  { least, most }: ChartUnit = SHARES,
): number {
  const points = [...rows.map(({ estimate }) => estimate ?? 0), ...limits.map(({ at }) => at)];
  const core = Math.max(least, ...points);
  const reach = Math.max(0, ...rows.map(({ interval }) => interval?.upper ?? 0));
  return Math.min(most, Math.min(Math.max(core, reach), core * 3) * 1.08);
}

/** The chart in words, for those who do not see it. */
function description(
  rows: readonly IntervalRow[],
  limits: readonly Limit[],
  { format }: ChartUnit,
): string {
  const values = rows.map(({ label, estimate, interval }) => {
    if (estimate === null) return `${label}: nobody yet`;
    const between = interval
      ? ` (between ${format(interval.lower)} and ${format(interval.upper)})`
      : '';
    return `${label}: ${format(estimate)}${between}`;
  });
  return [...values, ...limits.map(({ label, at }) => `${label}: ${format(at)}`)].join('; ');
}

/** Drawn at the width that it has, so that its text keeps its size on phones. */
export function IntervalChart({ rows, limits, unit = SHARES }: IntervalChartProps) {
  const { ref, width: measured } = useElementSize();
  const width = measured || START_WIDTH;
  const scale = scaleLinear<number>({
    domain: [0, domainEnd(rows, limits, unit)],
    range: [MARGIN, width - MARGIN],
  });
  const isLeft = ({ at }: Limit) => scale(at) > width * 0.75;
  const rowOf = labelRows(
    limits.map((limit) => {
      const [x, room] = [scale(limit.at), limit.label.length * CHARACTER];
      return isLeft(limit) ? [x - room, x] : [x, x + room];
    }),
  );
  const top = TOP + Math.max(0, ...rowOf) * LABEL_ROW;
  const bottom = top + rows.length * ROW_HEIGHT;
  return (
    <svg
      ref={ref}
      className={styles.chart}
      height={bottom + AXIS_HEIGHT}
      role="img"
      aria-label={description(rows, limits, unit)}
    >
      {scale.ticks(Math.max(2, Math.floor(width / TICK_WIDTH))).map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={scale(tick)} x2={scale(tick)} y1={top} y2={bottom} />
          <text className={styles.tick} x={scale(tick)} y={bottom + 16} textAnchor="middle">
            {unit.format(tick)}
          </text>
        </g>
      ))}
      {limits.map((limit, index) => (
        <LimitLine
          key={limit.label}
          limit={limit}
          x={scale(limit.at)}
          top={top - 6 - (rowOf[index] ?? 0) * LABEL_ROW}
          bottom={bottom}
          isLeft={isLeft(limit)}
        />
      ))}
      {rows.map((row, index) => (
        <Row
          key={row.label}
          row={row}
          scale={scale}
          end={width - MARGIN}
          y={top + (index + 0.5) * ROW_HEIGHT}
        />
      ))}
    </svg>
  );
}

/** Of a character of a label, in pixels. */
const CHARACTER = 6.6;

/**
 * In which row above the chart each label stands, from 0 at the bottom, so that none covers another.
 * @param spans where each begins and ends, in the order of the limits
 */
export function labelRows(spans: readonly (readonly [number, number])[]): number[] {
  const rows: number[] = [];
  for (const [index, [from, to]] of spans.entries()) {
    const taken = spans
      .slice(0, index)
      .flatMap(([start, end], other) => (start < to && from < end ? [rows[other]] : []));
    rows.push([0, 1, 2, 3].find((row) => !taken.includes(row)) ?? 0);
  }
  return rows;
}

type LimitLineProps = {
  readonly limit: Limit;
  readonly x: number;
  /** Where its label stands. */
  readonly top: number;
  readonly bottom: number;
  /** On which side of the line its label stands. */
  readonly isLeft: boolean;
};

function LimitLine({ limit, x, top, bottom, isLeft }: LimitLineProps) {
  return (
    <g className={styles[limit.tone]}>
      <line className={styles.limit} x1={x} x2={x} y1={top} y2={bottom} />
      <text
        className={styles.limitLabel}
        x={isLeft ? x - 4 : x + 4}
        y={top}
        textAnchor={isLeft ? 'end' : 'start'}
      >
        {limit.label}
      </text>
    </g>
  );
}

type RowProps = {
  readonly row: IntervalRow;
  readonly scale: (value: number) => number;
  /** Where the axis ends, in pixels. */
  readonly end: number;
  readonly y: number;
};

function Row({ row, scale, end, y }: RowProps) {
  const { estimate, interval, arm } = row;
  const isCut = interval !== null && scale(interval.upper) > end;
  return (
    <g className={styles[arm]}>
      {interval && (
        <>
          <line
            className={styles.interval}
            x1={Math.max(scale(0), scale(interval.lower))}
            x2={Math.min(end, scale(interval.upper))}
            y1={y}
            y2={y}
          />
          {isCut && (
            <path
              className={styles.arrow}
              d={`M${end - 6} ${y - 5}L${end} ${y}L${end - 6} ${y + 5}`}
            />
          )}
        </>
      )}
      {estimate !== null &&
        (arm === 'on' ? (
          <circle className={styles.dot} cx={scale(estimate)} cy={y} r={6} />
        ) : (
          <rect className={styles.dot} x={scale(estimate) - 5} y={y - 5} width={10} height={10} />
        ))}
    </g>
  );
}
