// How often an event came lately: a metric of an event that never comes tells nothing.
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { answerQuery } from '../api/insights.ts';
import { type Scope, useScope } from '../api/session.ts';
import { plural } from '../ui/format.ts';
import styles from './form.module.css';

/** Counts of the last 14 days. */
const eventCountQuery = (scope: Scope, event: string) => ({
  ...answerQuery(scope, {
    kind: 'TrendsQuery',
    series: [
      { kind: 'EventsNode', event, math: 'total' },
      { kind: 'EventsNode', event, math: 'dau' },
    ],
    dateRange: { date_from: '-14d' },
    trendsFilter: { display: 'BoldNumber' },
  }),
  placeholderData: undefined,
  retry: false,
});

type Counted = { readonly results?: readonly { readonly aggregated_value?: number | null }[] };

/** @param event null and empty: none in particular */
export function EventCount({ event }: { event: string | null | undefined }) {
  const scope = useScope();
  const isNamed = typeof event === 'string' && event !== '';
  const { data, isError } = useQuery({
    ...eventCountQuery(scope, event ?? ''),
    enabled: isNamed,
  });
  if (!isNamed || isError) return null;
  const [total, people] = ((data as Counted | undefined)?.results ?? []).map(
    ({ aggregated_value: value }) => value ?? 0,
  );
  if (total === undefined || people === undefined) {
    return <span className={styles.hint}>Counting the last 14 days…</span>;
  }
  if (total === 0) {
    return (
      <span className={`${styles.hint} ${styles.warn}`} role="status">
        <IconAlertTriangle size={14} aria-hidden /> Nobody did this in the last 14 days.
      </span>
    );
  }
  return (
    <span className={styles.hint} role="status">
      {plural(total, 'time')} by {plural(people, 'person', 'people')} in the last 14 days
    </span>
  );
}
