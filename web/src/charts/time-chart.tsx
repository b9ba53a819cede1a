// Values over time as lines, areas or stacked bars: all values of a moment on hover, what may still change
// dashed, and a press on a point for whoever is behind it.
import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from '@visx/scale';
import { type ReactNode, useState } from 'react';
import type { ChartBand, ChartLine } from './chart-line.ts';
import { ChartSurface } from './chart-surface.tsx';
import { ChartTip } from './chart-tip.tsx';
import { type Color, colorOf } from './palette.ts';
import { extentOf, stacksOf } from './stacks.ts';
import { Areas, Bands, Bars, Lines, type PlotProps } from './time-plots.tsx';
import type { Tick } from './time-axis.ts';
import styles from './time-chart.module.css';

export type Shape = 'line' | 'area' | 'bar';

type TimeChartProps = {
  /** What is shown, for screen readers. */
  readonly label: string;
  readonly lines: readonly ChartLine[];
  /** Drawn behind lines. */
  readonly bands?: readonly ChartBand[];
  readonly shape: Shape;
  readonly steps: number;
  /** Names below the axis, given its width in pixels and how much of it a name takes. */
  readonly ticks: (width: number, nameWidth: number) => readonly Tick[];
  /** In full. */
  readonly longName: (step: number) => string;
  readonly format: (value: number) => string;
  /** On the axis, where there is little room. */
  readonly formatTick: (value: number) => string;
  /** From this step on values may still change; `steps` when none do. */
  readonly openFrom: number;
  /** Steps at which something was done, drawn as lines. */
  readonly marked?: readonly number[];
  /** What stands below the axis at those, given the place of a step in pixels. */
  readonly marks?: (place: (step: number) => number) => ReactNode;
  readonly onPick?: ((line: ChartLine, step: number) => void) | undefined;
};

const START_WIDTH = 640;
const HEIGHT = 300;
const TOP = 10;
const LEFT = 52;
const RIGHT = 10;
const AXIS_HEIGHT = 24;
const MARKS_HEIGHT = 24;
const BOTTOM = HEIGHT - AXIS_HEIGHT;
/** Room for one name below the axis, in pixels. */
const NAME_WIDTH = 66;

const PLOTS = { line: Lines, area: Areas, bar: Bars } as const;

export function TimeChart(props: TimeChartProps) {
  const { label, lines, bands = [], shape, steps, openFrom, marked = [] } = props;
  const { ref, width: measured } = useElementSize();
  const width = measured || START_WIDTH;
  const [hovered, setHovered] = useState<number | null>(null);
  const at = hovered !== null && hovered < steps ? hovered : null;
  const band = (width - LEFT - RIGHT) / Math.max(1, steps);
  const x = (step: number) => LEFT + (step + 0.5) * band;
  const domain = domainOf(lines, shape, bands);
  const y = scaleLinear<number>({ domain, range: [BOTTOM, TOP], nice: 5 });
  const Plot = PLOTS[shape];
  const plot: PlotProps = { lines, steps, x, y, band, openFrom };
  return (
    <div className={styles.frame}>
      <svg
        ref={ref}
        className={styles.chart}
        height={HEIGHT + (marked.length > 0 ? MARKS_HEIGHT : 0)}
        role="img"
        aria-label={label}
      >
        <Grid y={y} width={width} formatTick={props.formatTick} />
        <StepNames ticks={props.ticks} x={x} width={width} y={BOTTOM + 16} />
        {marked.map((step) => (
          <line
            key={step}
            className={styles.markLine}
            x1={x(step)}
            x2={x(step)}
            y1={TOP}
            y2={HEIGHT}
          />
        ))}
        <Bands bands={bands} x={x} y={y} />
        <Plot {...plot} />
        {at !== null && <Cursor lines={shape === 'line' ? lines : []} step={at} x={x} y={y} />}
      </svg>
      <ChartSurface
        height={HEIGHT}
        steps={steps}
        at={at}
        stepAt={(pixels) => Math.min(steps - 1, Math.max(0, Math.floor((pixels - LEFT) / band)))}
        onMove={setHovered}
        onPick={
          props.onPick &&
          ((step, pixels) => {
            const line = nearest(lines, shape, step, pixels === null ? null : y.invert(pixels));
            if (line) props.onPick?.(line, step);
          })
        }
      />
      {at !== null && (
        <ChartTip
          title={props.longName(at)}
          lines={lines}
          step={at}
          place={x(at)}
          width={width}
          format={props.format}
          note={openFrom <= at ? 'Not over yet: this will still change.' : undefined}
        />
      )}
      {props.marks && marked.length > 0 && <div className={styles.marks}>{props.marks(x)}</div>}
    </div>
  );
}

type GridProps = Pick<TimeChartProps, 'formatTick'> & {
  readonly y: ReturnType<typeof scaleLinear<number>>;
  readonly width: number;
};

function Grid({ y, width, formatTick }: GridProps) {
  return y.ticks(5).map((tick) => (
    <g key={tick}>
      <line
        className={tick === 0 ? styles.zero : styles.grid}
        x1={LEFT}
        x2={width - RIGHT}
        y1={y(tick)}
        y2={y(tick)}
      />
      <text className={styles.tick} x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
        {formatTick(tick)}
      </text>
    </g>
  ));
}

/** Everything that is drawn, and zero. */
function domainOf(
  lines: readonly ChartLine[],
  shape: Shape,
  bands: readonly ChartBand[],
): [number, number] {
  const ends = bands.flatMap(({ spans }) => spans.map((span) => [...(span ?? [])]));
  const values =
    shape === 'line'
      ? [extentOf([...lines.map((line) => line.values), ...ends])]
      : [false, true].map((isPrevious) =>
          extentOf(
            stacksOf(
              lines.filter((line) => line.isPrevious === isPrevious).map((line) => line.values),
            ).map((spans) => spans.map(([, to]) => to)),
          ),
        );
  const low = Math.min(...values.map(([from]) => from));
  const high = Math.max(...values.map(([, to]) => to));
  return low === 0 && high === 0 ? [0, 1] : [low, high];
}

/**
 * The line that a press means: the nearest one; in a stack the one under the pointer.
 * @param value where the pointer is; null: the highest line is meant
 */
function nearest(
  lines: readonly ChartLine[],
  shape: Shape,
  step: number,
  value: number | null,
): ChartLine | undefined {
  const current = lines.filter((line) => !line.isPrevious);
  if (value === null) {
    return current.toSorted((a, b) => (b.values[step] ?? 0) - (a.values[step] ?? 0))[0];
  }
  if (shape !== 'line') {
    const spans = stacksOf(current.map((line) => line.values));
    const index = spans.findIndex((of) => {
      const [from, to] = of[step] ?? [0, 0];
      return value > Math.min(from, to) && value <= Math.max(from, to);
    });
    return current[index];
  }
  const distance = (line: ChartLine) => {
    const at = line.values[step];
    return at === null || at === undefined ? Number.POSITIVE_INFINITY : Math.abs(at - value);
  };
  const [best] = lines.toSorted((a, b) => distance(a) - distance(b));
  return best && Number.isFinite(distance(best)) ? best : undefined;
}

type StepNamesProps = Pick<TimeChartProps, 'ticks'> & {
  readonly x: (step: number) => number;
  readonly width: number;
  readonly y: number;
};

function StepNames({ ticks, x, width, y }: StepNamesProps) {
  return ticks(width - LEFT - RIGHT, NAME_WIDTH).map(({ step, name }) => (
    <text
      key={step}
      className={styles.tick}
      x={Math.min(Math.max(x(step), LEFT), width - 24)}
      y={y}
      textAnchor="middle"
    >
      {name}
    </text>
  ));
}

type CursorProps = {
  readonly lines: readonly ChartLine[];
  readonly step: number;
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
};

function Cursor({ lines, step, x, y }: CursorProps) {
  return (
    <g pointerEvents="none">
      <line className={styles.cursor} x1={x(step)} x2={x(step)} y1={TOP} y2={BOTTOM} />
      {lines.map((line) => {
        const value = line.values[step];
        if (value === null || value === undefined) return null;
        return <Point key={line.key} color={line.color} x={x(step)} y={y(value)} />;
      })}
    </g>
  );
}

function Point({ color, x, y }: { color: Color; x: number; y: number }) {
  return <circle className={`${styles.point} ${colorOf(color)}`} cx={x} cy={y} r={4.5} />;
}
