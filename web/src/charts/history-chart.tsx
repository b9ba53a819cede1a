// A small chart of what was found from look to look: lines, the band of what is plausible, and the limits that
// they are held against. All values of a moment on hover or with the arrow keys; the same as a table below.
import { useElementSize } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { formatExact } from '../ui/format.ts';
import type { ChartLine } from './chart-line.ts';
import { ChartSurface } from './chart-surface.tsx';
import { ChartTip } from './chart-tip.tsx';
import styles from './history-chart.module.css';
import { apart, clamped, nearestIndex } from './history-scale.ts';
import type { HistoryScale } from './history-scale.ts';
import { type Color, colorOf } from './palette.ts';
import { areaOf, pathOf } from './stacks.ts';

export type HistoryLimit = {
  /** In the unit of the values. */
  readonly at: number;
  readonly label: string;
  readonly color: Color;
};

export type HistoryBand = {
  readonly lower: readonly (number | null)[];
  /** Infinity where it is open. */
  readonly upper: readonly (number | null)[];
  readonly color: Color;
};

type HistoryChartProps = {
  /** What is shown, for screen readers. */
  readonly label: string;
  /** When each look was, milliseconds since the epoch, ascending. */
  readonly atMs: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly band?: HistoryBand;
  readonly limits: readonly HistoryLimit[];
  readonly scale: HistoryScale;
  readonly format: (value: number) => string;
  /** How a value reads with its interval, in the tip. */
  readonly note?: (step: number) => string | undefined;
};

const START_WIDTH = 420;
/** In pixels. */
const [HEIGHT, TOP, BOTTOM] = [136, 8, 116];
/** Of a character of a label, and around one, in pixels. */
const [CHARACTER, GAP] = [6.4, 12];
/** Between two labels of limits, in pixels. */
const LABEL_HEIGHT = 12;

export function HistoryChart(props: HistoryChartProps) {
  const { label, atMs, lines, limits, scale, format } = props;
  const { ref, width: measured } = useElementSize();
  const width = measured || START_WIDTH;
  const [hovered, setHovered] = useState<number | null>(null);
  const at = hovered !== null && hovered < atMs.length ? hovered : null;
  const left = roomFor(scale.ticks.map(format));
  const end = width - roomFor(limits.map((limit) => limit.label));
  const [first = 0, last = 0] = [atMs[0], atMs.at(-1)];
  // One look alone stands at the end, where the next ones will join it.
  const part = (ms: number) => (last === first ? 1 : (ms - first) / (last - first));
  const x = (step: number) => left + part(atMs[step] ?? last) * (end - left);
  const y = (value: number) => BOTTOM - scale.place(value) * (BOTTOM - TOP);
  return (
    <div className={styles.frame}>
      <svg ref={ref} className={styles.chart} height={HEIGHT} role="img" aria-label={label}>
        <Axis scale={scale} y={y} left={left} end={end} format={format} />
        <Times first={first} last={last} left={left} end={end} />
        {props.band && <Band band={props.band} scale={scale} x={x} y={y} />}
        <Limits limits={limits} scale={scale} y={y} left={left} end={end} />
        {lines.map(({ key, color, values }) => (
          <path
            key={key}
            className={`${styles.line} ${colorOf(color)}`}
            d={pathOf(
              values.map((value) => clamped(value, scale)),
              x,
              y,
            )}
          />
        ))}
        {lines.map((line) => (
          <Ends key={line.key} line={line} step={at ?? atMs.length - 1} scale={scale} x={x} y={y} />
        ))}
        {at !== null && (
          <line className={styles.cursor} x1={x(at)} x2={x(at)} y1={TOP} y2={BOTTOM} />
        )}
      </svg>
      <ChartSurface
        height={HEIGHT}
        steps={atMs.length}
        at={at}
        stepAt={(pixels) =>
          nearestIndex(atMs, first + ((pixels - left) / (end - left)) * (last - first))
        }
        onMove={setHovered}
      />
      {at !== null && (
        <ChartTip
          title={formatExact(atMs[at] ?? 0)}
          lines={lines}
          step={at}
          place={x(at)}
          width={width}
          format={format}
          note={props.note?.(at)}
        />
      )}
    </div>
  );
}

type Drawn = { readonly scale: HistoryScale; readonly y: (value: number) => number };

/** Room for the longest of some labels, in pixels. */
function roomFor(labels: readonly string[]): number {
  return GAP + CHARACTER * Math.max(3, ...labels.map((label) => label.length));
}

type Across = { readonly left: number; readonly end: number };

type AxisProps = Drawn & Across & { readonly format: (value: number) => string };

function Axis({ scale, y, left, end, format }: AxisProps) {
  return scale.ticks.map((tick) => (
    <g key={tick}>
      <line
        className={tick === scale.neutral ? styles.zero : styles.grid}
        x1={left}
        x2={end}
        y1={y(tick)}
        y2={y(tick)}
      />
      <text className={styles.tick} x={left - 6} y={y(tick) + 4} textAnchor="end">
        {format(tick)}
      </text>
    </g>
  ));
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_MS = 86_400_000;

/** When the first look and the last one were. */
function Times({ first, last, left, end }: Across & { first: number; last: number }) {
  const format = last - first > DAY_MS ? DAY : TIME;
  const names = [format.format(first), format.format(last)];
  return (
    <>
      {names[0] !== names[1] && (
        <text className={styles.tick} x={left} y={HEIGHT - 4}>
          {names[0]}
        </text>
      )}
      <text className={styles.tick} x={end} y={HEIGHT - 4} textAnchor="end">
        {names[1]}
      </text>
    </>
  );
}

type Placed = Drawn & { readonly x: (step: number) => number };

function Band({ band, scale, x, y }: Placed & { readonly band: HistoryBand }) {
  // Where nothing is plausible yet there is no band: runs of looks that have one are drawn apart.
  const runs: number[][] = [];
  for (const [step, lower] of band.lower.entries()) {
    if (lower === null) continue;
    const run = runs.at(-1);
    if (run && run.at(-1) === step - 1) run.push(step);
    else runs.push([step]);
  }
  return runs.map((run) => (
    <path
      key={run[0]}
      className={`${styles.band} ${colorOf(band.color)}`}
      d={areaOf(
        run.map((step) => [
          clamped(band.lower[step] ?? 0, scale) ?? 0,
          clamped(band.upper[step] ?? Infinity, scale) ?? 0,
        ]),
        (index) => x(run[index] ?? 0),
        y,
      )}
    />
  ));
}

type LimitsProps = Drawn & Across & { readonly limits: readonly HistoryLimit[] };

/** Their labels stand beside the chart, one below the other where limits lie close. */
function Limits({ limits, scale, y, left, end }: LimitsProps): ReactNode {
  const shown = limits.filter(({ at }) => scale.place(at) >= 0 && scale.place(at) <= 1);
  const places = apart(
    shown.map(({ at }) => y(at)),
    LABEL_HEIGHT,
    TOP,
    BOTTOM,
  );
  return shown.map(({ at, label, color }, index) => (
    <g key={label} className={colorOf(color)}>
      <line className={styles.limit} x1={left} x2={end} y1={y(at)} y2={y(at)} />
      <text className={styles.limitLabel} x={end + 6} y={(places[index] ?? 0) + 4}>
        {label}
      </text>
    </g>
  ));
}

/** The point of a line that is looked at: the last one, unless another is pointed to. */
function Ends({
  line,
  step,
  scale,
  x,
  y,
}: Placed & { readonly line: ChartLine; readonly step: number }) {
  const value = line.values[step];
  if (value === null || value === undefined) return null;
  return (
    <circle
      className={`${styles.point} ${colorOf(line.color)}`}
      cx={x(step)}
      cy={y(clamped(value, scale) ?? 0)}
      r={4}
    />
  );
}
