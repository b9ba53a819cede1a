// Lifecycle: who is new, who returns, who is back after a pause, and who has gone quiet.
import { useMemo } from 'react';
import type { Color } from '../charts/palette.ts';
import { longName } from '../charts/time-axis.ts';
import { Section } from '../ui/page.tsx';
import { AnnotatedChart } from './annotated-chart.tsx';
import { AnswerTable } from './answer-table.tsx';
import { spanOf, type ToolsProps, type ViewProps } from './editor.ts';
import { Legend } from './legend.tsx';
import { formatValue } from './numbers.ts';
import type { LifecycleQuery } from './query.ts';
import { IntervalTool, RangeTool } from './time-tools.tsx';
import type { Line } from './trend-lines.ts';
import { trendTable } from './trend-table.ts';
import { useShown } from './use-shown.ts';

export function LifecycleTools({ query, today, onChange }: ToolsProps<LifecycleQuery>) {
  return (
    <>
      <RangeTool query={query} today={today} onChange={onChange} />
      <IntervalTool query={query} onChange={onChange} />
    </>
  );
}

type Status = 'new' | 'returning' | 'resurrecting' | 'dormant';
type StatusResult = {
  readonly status: Status;
  readonly count: number;
  readonly data: readonly number[];
  readonly days: readonly string[];
};

const WORDS: Record<Status, { readonly name: string; readonly color: Color }> = {
  returning: { name: 'Returning', color: 'off' },
  new: { name: 'New', color: 'pine' },
  resurrecting: { name: 'Back after a pause', color: 'mustard' },
  dormant: { name: 'Gone quiet', color: 'harm' },
};
const ORDER = Object.keys(WORDS) as Status[];

function linesOf(results: readonly StatusResult[]): Line[] {
  return ORDER.flatMap((status) => {
    const result = results.find((one) => one.status === status);
    if (!result) return [];
    return {
      key: status,
      group: status,
      ...WORDS[status],
      isPrevious: false,
      behind: { series: 0 },
      breakdown: undefined,
      values: result.data,
      days: result.days,
      total: result.count,
    };
  });
}

export function LifecycleView({ query, answer, scope, title, onPick }: ViewProps<LifecycleQuery>) {
  const lines = useMemo(() => linesOf(answer.results as readonly StatusResult[]), [answer]);
  const { shown, toggle } = useShown(lines);
  const days = (lines[0]?.days ?? []) as readonly string[];
  const interval = query.interval ?? 'day';
  const pick =
    onPick &&
    (({ key, name }: Line, step: number | null) => {
      if (step === null) return;
      const day = days[step];
      onPick({
        title: `${name}, ${longName(day ?? '', interval)}`,
        source: { kind: 'InsightActorsQuery', source: query, day, status: key as Status },
      });
    });
  return (
    <>
      <Section>
        <AnnotatedChart
          label={`${title}: people who are new, return, are back or have gone quiet. The table below has the numbers.`}
          lines={lines.filter(({ group }) => shown.has(group))}
          days={days}
          interval={interval}
          shape="bar"
          span={spanOf(answer)}
          scope={scope}
          flag={undefined}
          openFrom={isOver(query) ? days.length : days.length - 1}
          format={(value) => formatValue(Math.abs(value))}
          onPick={pick}
        />
        <Legend lines={lines} shown={shown} onToggle={toggle} />
      </Section>
      <AnswerTable title={title} {...trendTable(lines, interval, pick)} />
    </>
  );
}

/** A range without an end goes on to now: its last interval is not over. */
const isOver = ({ dateRange }: LifecycleQuery): boolean => Boolean(dateRange?.date_to);
