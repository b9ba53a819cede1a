// How often an error happened over time, and to how many people.
import type { IssueNumbers } from '../api/errors.ts';
import type { ChartLine } from '../charts/chart-line.ts';
import { longName, ticksOf } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { formatNumber, plural } from '../ui/format.ts';

const HOUR_SECONDS = 3600;

export function IssueChart({ numbers }: { numbers: IssueNumbers }) {
  const { range, occurrences, users } = numbers;
  const interval = range.step_seconds === HOUR_SECONDS ? 'hour' : 'day';
  const days = occurrences.map((_, step) => nameOf(range, step, interval));
  const lines: ChartLine[] = [
    {
      key: 'exceptions',
      name: 'Exceptions',
      color: 'harm',
      values: occurrences,
      isPrevious: false,
    },
    { key: 'people', name: 'People', color: 'grey', values: users, isPrevious: false },
  ];
  return (
    <TimeChart
      label={`${plural(numbers.aggregations.occurrences, 'exception')} of ${plural(numbers.aggregations.users, 'person', 'people')} over time`}
      lines={lines}
      shape="line"
      steps={days.length}
      ticks={(width, nameWidth) => ticksOf(days, interval, width, nameWidth)}
      longName={(step) => longName(days[step] ?? '', interval)}
      format={formatNumber}
      formatTick={formatNumber}
      openFrom={days.length - 1}
    />
  );
}

/** `2026-11-20`, `2026-11-20 14:00:00`, in UTC. */
function nameOf(range: IssueNumbers['range'], step: number, interval: 'hour' | 'day'): string {
  const iso = new Date(Date.parse(range.from) + step * range.step_seconds * 1000).toISOString();
  return interval === 'day' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
