// Stored events of somebody or something, the newest first, page by page.
import { useInfiniteQuery } from '@tanstack/react-query';
import { type EventFilter, eventsQuery } from '../api/events.ts';
import type { Scope } from '../api/session.ts';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import { EventList } from './event-list.tsx';

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
  return <EventList rows={rows} stored={stored} />;
}
