// Stored events of somebody or something, the newest first, page by page.
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type EventFilter, eventsQuery } from '../api/events.ts';
import type { Scope } from '../api/session.ts';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import { EventItem } from './event-item.tsx';
import styles from './events.module.css';

type Props = { readonly scope: Scope; readonly filter: EventFilter };

export function RecentEvents({ scope, filter }: Props) {
  const stored = useInfiniteQuery(eventsQuery(scope, filter));
  if (stored.isPending) return <LoadingRows rows={4} />;
  if (stored.isError) {
    return <ErrorState error={stored.error} onRetry={() => void stored.refetch()} />;
  }
  const rows = stored.data.pages.flatMap(({ results }) => results);
  if (rows.length === 0) {
    return <EmptyState title="No events">They appear here once they are stored.</EmptyState>;
  }
  return (
    <>
      <ul className={styles.list} aria-label="Events">
        {rows.map((row) => (
          <EventItem key={row.uuid} event={row} />
        ))}
      </ul>
      {stored.hasNextPage && (
        <div className={styles.more}>
          <Button
            variant="default"
            loading={stored.isFetchingNextPage}
            onClick={() => void stored.fetchNextPage()}
          >
            Older events
          </Button>
        </div>
      )}
    </>
  );
}
