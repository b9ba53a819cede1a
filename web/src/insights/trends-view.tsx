// The answer to a trend: chart, legend and table.
import { useMemo } from 'react';
import { Section } from '../ui/page.tsx';
import { plural } from '../ui/format.ts';
import { AnnotatedChart } from './annotated-chart.tsx';
import { AnswerTable } from './answer-table.tsx';
import { displayOf, shapeOf } from './displays.ts';
import { spanOf, type ViewProps } from './editor.ts';
import { Legend } from './legend.tsx';
import { formatValue } from './numbers.ts';
import { breakdownOf, flagOf, type TrendsQuery } from './query.ts';
import { type Line, linesOf } from './trend-lines.ts';
import { peopleOfTrend } from './trend-people.ts';
import { trendTable } from './trend-table.ts';
import { TotalsView } from './totals-view.tsx';
import { useShown } from './use-shown.ts';

export function TrendsView(props: ViewProps<TrendsQuery>) {
  const { query, answer, scope, title, wordsOf, onPick } = props;
  const lines = useMemo(() => linesOf(query, answer, wordsOf), [query, answer, wordsOf]);
  const { shown, toggle } = useShown(lines);
  const display = displayOf(query);
  const shape = shapeOf(display);
  const visible = lines.filter(({ group }) => shown.has(group));
  const days = (lines.find(({ isPrevious }) => !isPrevious)?.days ?? []) as readonly string[];
  const isOpen = (answer as { is_last_interval_incomplete?: boolean }).is_last_interval_incomplete;
  const pick =
    onPick &&
    ((line: Line, step: number | null) => {
      const picked = peopleOfTrend(query, line, step);
      if (picked) onPick(picked);
    });
  if (!shape) return <TotalsView lines={lines} display={display} title={title} onPick={pick} />;
  const table = trendTable(lines, query.interval ?? 'day', pick);
  return (
    <>
      <Section>
        <AnnotatedChart
          label={`${title}: ${plural(visible.length, 'line')} over ${plural(days.length, 'interval')}. The table below has the numbers.`}
          lines={visible}
          days={days}
          interval={query.interval ?? 'day'}
          shape={shape}
          span={spanOf(answer)}
          scope={scope}
          flag={flagOf(breakdownOf(query))}
          openFrom={isOpen ? days.length - 1 : days.length}
          format={formatValue}
          onPick={pick}
        />
        <Legend lines={lines} shown={shown} onToggle={toggle} />
      </Section>
      <AnswerTable title={title} {...table} />
    </>
  );
}
