// The answer to a funnel: its steps, how long people took, or how conversion changed.
import { useMemo } from 'react';
import { longName, plainTicks } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { formatDuration, formatPercent, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';
import { AnnotatedChart } from './annotated-chart.tsx';
import { AnswerTable } from './answer-table.tsx';
import { spanOf, type ViewProps } from './editor.ts';
import { FunnelBars } from './funnel-bars.tsx';
import { funnelTable, peopleOfStep, type Way, waysOf } from './funnel-steps.ts';
import { conversionLines, type ConversionResult, peopleOfEntry } from './funnel-trend.ts';
import { Legend } from './legend.tsx';
import { formatTick, formatValue } from './numbers.ts';
import { breakdownOf, flagOf, type FunnelsQuery } from './query.ts';
import type { Line } from './trend-lines.ts';
import { trendTable } from './trend-table.ts';
import { useShown } from './use-shown.ts';

type FunnelProps = ViewProps<FunnelsQuery>;

export function FunnelView(props: FunnelProps) {
  const { results } = props.answer;
  // While another view is computed, the answer is still that of the view before.
  if (Array.isArray(results)) {
    const isTrend = results.some((one: object) => 'data' in one);
    return isTrend ? <Conversion {...props} /> : <Steps {...props} />;
  }
  return <TimeToConvert {...props} />;
}

function Steps({ query, answer, title, wordsOf, onPick }: FunnelProps) {
  const ways = useMemo(() => waysOf(answer, wordsOf), [answer, wordsOf]);
  const { shown, toggle } = useShown(ways);
  const pick = onPick && ((way: Way, step: number) => onPick(peopleOfStep(query, way, step)));
  if ((ways[0]?.steps[0]?.people ?? 0) === 0 && ways.length < 2) {
    return (
      <Section>
        <EmptyState title="Nobody took the first step">
          Nobody did it in this range. Choose a longer one, or another first step.
        </EmptyState>
      </Section>
    );
  }
  return (
    <>
      <Section>
        <FunnelBars
          query={query}
          ways={ways.filter(({ group }) => shown.has(group))}
          onPick={pick}
        />
        <Legend lines={ways} shown={shown} onToggle={toggle} />
      </Section>
      <AnswerTable title={title} {...funnelTable(query, ways, pick)} />
    </>
  );
}

type Times = {
  readonly bins: readonly (readonly [number, number])[];
  readonly average_conversion_time: number | null;
};

function TimeToConvert({ answer, title }: FunnelProps) {
  const { bins, average_conversion_time: average } = answer.results as Times;
  if (bins.length === 0) {
    return (
      <Section>
        <EmptyState title="Nobody converted">Nobody took every step in this range.</EmptyState>
      </Section>
    );
  }
  const from = (bin: number) => formatDuration(bins[bin]?.[0] ?? 0);
  const length = (bins[1]?.[0] ?? 0) - (bins[0]?.[0] ?? 0);
  const spanOf = (bin: number) =>
    length > 0 ? `${from(bin)} – ${formatDuration((bins[bin]?.[0] ?? 0) + length)}` : from(bin);
  const people = bins.map(([, count]) => count);
  return (
    <>
      <Section
        title={average === null ? 'Time to convert' : `${formatDuration(average)} on average`}
      >
        <TimeChart
          label={`${title}: people by the time that they took`}
          lines={[
            { key: 'people', name: 'People', color: 'pine', values: people, isPrevious: false },
          ]}
          shape="bar"
          steps={bins.length}
          ticks={(width, name) => plainTicks(bins.length, from, width, name)}
          longName={spanOf}
          format={formatValue}
          formatTick={formatTick}
          openFrom={bins.length}
        />
      </Section>
      <AnswerTable
        title={title}
        columns={[{ name: 'Time' }, { name: 'People', isNumber: true }]}
        fixed={2}
        rows={bins.map(([, count], bin) => ({
          key: String(bin),
          cells: [{ value: spanOf(bin) }, { value: count, shown: formatValue(count) }],
        }))}
      />
    </>
  );
}

const percentWords = (percent: number | null): string =>
  percent === null ? '–' : formatPercent(Number(percent.toFixed(1)));

function Conversion({ query, answer, scope, title, wordsOf, onPick }: FunnelProps) {
  const results = answer.results as readonly ConversionResult[];
  const lines = useMemo(() => conversionLines(results, wordsOf), [results, wordsOf]);
  const { shown, toggle } = useShown(lines);
  const interval = query.interval ?? 'day';
  const pick =
    onPick &&
    ((line: Line, step: number | null) => {
      if (step !== null) onPick(peopleOfEntry(query, line, step));
    });
  const days = results[0]?.days ?? [];
  const open = results[0]?.is_still_converting.indexOf(true) ?? -1;
  return (
    <>
      <Section>
        <AnnotatedChart
          label={`${title}: conversion over ${plural(days.length, 'interval')} from ${longName(days[0] ?? '', interval)}`}
          lines={lines.filter(({ group }) => shown.has(group))}
          days={days}
          interval={interval}
          shape="line"
          span={spanOf(answer)}
          scope={scope}
          flag={flagOf(breakdownOf(query))}
          openFrom={open === -1 ? days.length : open}
          format={percentWords}
          formatTick={percentWords}
          onPick={pick}
        />
        <Legend lines={lines} shown={shown} onToggle={toggle} />
      </Section>
      <AnswerTable
        title={title}
        {...trendTable(lines, interval, pick, {
          totalName: 'Overall',
          format: percentWords,
          hasAverage: false,
          picksZero: true,
        })}
      />
    </>
  );
}
