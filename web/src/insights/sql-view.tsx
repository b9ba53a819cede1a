// The rows of a statement: drawn over time where they have a column of it, and as a table.
import { Alert } from '@mantine/core';
import { useContext, useMemo } from 'react';
import { plural, formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';
import type { SqlQuery } from '../api/insights.ts';
import { AnnotatedChart } from './annotated-chart.tsx';
import { AnswerTable, NumbersTable } from './answer-table.tsx';
import type { ViewProps } from './editor.ts';
import { InTile } from './in-tile.ts';
import { Legend } from './legend.tsx';
import { formatValue } from './numbers.ts';
import { chartOf, sqlAnswer, sqlTable, type SqlChart } from './sql-rows.ts';
import styles from './sql.module.css';
import { useShown } from './use-shown.ts';

type SqlViewProps = ViewProps<SqlQuery>;

export function SqlView(props: SqlViewProps) {
  const { query, answer, title } = props;
  const isTile = useContext(InTile);
  const rows = sqlAnswer(answer);
  const table = useMemo(() => sqlTable(sqlAnswer(answer)), [answer]);
  const chart = useMemo(() => chartOf(sqlAnswer(answer)), [answer]);
  const wantsChart = query.display !== undefined && query.display !== 'ActionsTable';
  if (rows.results.length === 0) {
    return (
      <Section>
        <EmptyState title="No rows">The statement is right, and nothing meets it.</EmptyState>
      </Section>
    );
  }
  const isDrawn = wantsChart && chart !== undefined;
  if (isTile) {
    return isDrawn ? <Chart {...props} chart={chart} /> : <NumbersTable title={title} {...table} />;
  }
  return (
    <>
      {wantsChart && !chart && (
        <p className={styles.note}>
          A chart needs a column of dates or times and one of numbers, and at most 2,000 times.
        </p>
      )}
      {isDrawn && (
        <Section>
          <Chart {...props} chart={chart} />
        </Section>
      )}
      {rows.hasMore && (
        <Alert color="watch" variant="light">
          These are the first {formatNumber(rows.results.length)} rows. Count in the statement, or
          narrow it.
        </Alert>
      )}
      <AnswerTable title={title} heading={plural(rows.results.length, 'row')} {...table} />
    </>
  );
}

function Chart({ query, scope, title, chart }: SqlViewProps & { readonly chart: SqlChart }) {
  const { lines, days, interval } = chart;
  const { shown, toggle } = useShown(lines);
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const span = { from: instantOf(first), to: endOf(last), timeZone: 'UTC' };
  return (
    <>
      <AnnotatedChart
        label={`${title}: ${plural(lines.length, 'line')} over ${plural(days.length, 'interval')}`}
        lines={lines.filter(({ group }) => shown.has(group))}
        days={days}
        interval={interval}
        shape={query.display === 'ActionsBar' ? 'bar' : 'line'}
        span={span}
        scope={scope}
        flag={undefined}
        openFrom={days.length}
        format={formatValue}
      />
      <Legend lines={lines} shown={shown} onToggle={toggle} />
    </>
  );
}

const DAY_MS = 86_400_000;
const instantOf = (day: string): string => `${day.slice(0, 10)}T${day.slice(11) || '00:00:00'}Z`;
/** A day later: the length of what the last time stands for is not known. */
const endOf = (day: string): string => new Date(Date.parse(instantOf(day)) + DAY_MS).toISOString();
