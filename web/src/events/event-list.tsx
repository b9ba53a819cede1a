// Events one below the other, the newest first, and the way to older ones.
import { Button } from '@mantine/core';
import type { EventRow } from '../api/events.ts';
import { EventItem } from './event-item.tsx';
import styles from './events.module.css';

type EventListProps = {
  readonly rows: readonly EventRow[];
  /** Where the rows come from, page by page. */
  readonly stored: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
};

export function EventList({ rows, stored }: EventListProps) {
  return (
    <>
      {rows.length > 0 && (
        <ul className={styles.list} aria-label="Events">
          {rows.map((row) => (
            <EventItem key={row.uuid} event={row} />
          ))}
        </ul>
      )}
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
