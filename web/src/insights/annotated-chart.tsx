// A chart over time with what was done to flags and rollouts meanwhile.
import type { Scope } from '../api/session.ts';
import type { ChartLine } from '../charts/chart-line.ts';
import { longName, ticksOf } from '../charts/time-axis.ts';
import { type Shape, TimeChart } from '../charts/time-chart.tsx';
import { ChartMarks } from './chart-marks.tsx';
import { formatTick } from './numbers.ts';
import { type TimeSpan, useAnnotations } from './use-annotations.ts';

type AnnotatedChartProps<L extends ChartLine> = {
  readonly label: string;
  readonly lines: readonly L[];
  readonly days: readonly string[];
  readonly interval: string;
  readonly shape: Shape;
  /** Undefined where it is not known: nothing is drawn. */
  readonly span: TimeSpan | undefined;
  readonly scope: Scope | null;
  /** The flag that is asked about; undefined: changes of all flags are drawn. */
  readonly flag: string | undefined;
  readonly openFrom: number;
  readonly format: (value: number) => string;
  readonly formatTick?: (value: number) => string;
  readonly onPick?: ((line: L, step: number) => void) | undefined;
};

export function AnnotatedChart<L extends ChartLine>(props: AnnotatedChartProps<L>) {
  const { lines, days, interval, span, scope, flag, onPick } = props;
  const marks = useAnnotations(scope, span, days, flag);
  const nameOf = (step: number) => longName(days[step] ?? '', interval);
  return (
    <TimeChart
      label={props.label}
      lines={lines}
      shape={props.shape}
      steps={days.length}
      ticks={(width, nameWidth) => ticksOf(days, interval, width, nameWidth)}
      longName={nameOf}
      format={props.format}
      formatTick={props.formatTick ?? formatTick}
      openFrom={props.openFrom}
      marked={[...marks.keys()]}
      marks={(place) => <ChartMarks marks={marks} place={place} nameOf={nameOf} />}
      onPick={onPick && ((line, step) => onPick(line as L, step))}
    />
  );
}
