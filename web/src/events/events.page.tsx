// Events as they arrive, and those that are stored.
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListSearch, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { urlOf } from '../api/client.ts';
import { type EventFilter, type EventRow, eventsQuery, filterQuery } from '../api/events.ts';
import { type LiveState, useLive } from '../api/live.ts';
import { type Scope, useScope } from '../api/session.ts';
import { plural } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { EventList } from './event-list.tsx';
import { arrive, EMPTY_FEED, type Feed, merged, setPaused } from './feed.ts';
import styles from './events.module.css';

/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 250;

function Events() {
  const scope = useScope();
  const { event = '', distinct_id: distinctId = '' } = useSearch({ from: '/app/events' });
  const [filter] = useDebouncedValue({ event, distinct_id: distinctId }, TYPING_MS);
  const key = JSON.stringify([scope.project.id, scope.environment.key, filter]);
  return (
    <Page>
      <PageHeader
        title="Events"
        lead={`What your apps report in ${scope.environment.name}.`}
        actions={
          <>
            <LinkButton to="/events/definitions" variant="default">
              Definitions
            </LinkButton>
            <LinkButton to="/events/warnings" variant="default">
              Ingestion warnings
            </LinkButton>
          </>
        }
      />
      <EventFeed key={key} scope={scope} filter={filter} />
    </Page>
  );
}

function Filters() {
  const { event = '', distinct_id: distinctId = '' } = useSearch({ from: '/app/events' });
  const navigate = useNavigate({ from: '/events' });
  const change = (next: { event?: string; distinct_id?: string }) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  return (
    <>
      <TextInput
        className={styles.filter}
        type="search"
        aria-label="Event name"
        placeholder="Event name, such as $pageview"
        value={event}
        onChange={({ currentTarget: { value } }) => change({ event: value || undefined })}
      />
      <TextInput
        className={styles.filter}
        type="search"
        aria-label="Distinct id"
        placeholder="Distinct id"
        value={distinctId}
        onChange={({ currentTarget: { value } }) => change({ distinct_id: value || undefined })}
      />
    </>
  );
}

type EventFeedProps = { readonly scope: Scope; readonly filter: EventFilter };

function EventFeed({ scope, filter }: EventFeedProps) {
  const [feed, setFeed] = useState<Feed<EventRow>>(EMPTY_FEED);
  const stored = useInfiniteQuery({ ...eventsQuery(scope, filter), refetchOnMount: 'always' });
  const live = useLive(
    urlOf('events.stream', scope.params, { ...scope.query, ...filterQuery(filter) }),
    {
      event: (data) => setFeed((current) => arrive(current, data as EventRow)),
      skipped: (data) => {
        const { count } = data as { readonly count: number };
        setFeed((current) => ({ ...current, skipped: current.skipped + count }));
      },
    },
  );
  const rows = merged(feed.shown, stored.data?.pages.flatMap(({ results }) => results) ?? []);
  return (
    <>
      <div className={styles.tools}>
        <Filters />
        <LiveControl
          feed={feed}
          live={live}
          onPause={(isPaused) => setFeed((current) => setPaused(current, isPaused))}
        />
      </div>
      <Section flush>
        {stored.isPending && <LoadingRows rows={8} />}
        {stored.isError && rows.length === 0 && (
          <ErrorState error={stored.error} onRetry={() => void stored.refetch()} />
        )}
        {stored.isSuccess && rows.length === 0 && <NoEvents filter={filter} />}
        {feed.skipped > 0 && (
          <p className={styles.skipped} role="status">
            {plural(feed.skipped, 'event')} came too fast to be shown live; all are stored.
          </p>
        )}
        <EventList rows={rows} stored={stored} />
      </Section>
    </>
  );
}

type LiveControlProps = {
  readonly feed: Feed<EventRow>;
  readonly live: LiveState;
  readonly onPause: (isPaused: boolean) => void;
};

function LiveControl({ feed, live, onPause }: LiveControlProps) {
  const waiting = feed.waiting.length;
  return (
    <div className={styles.live}>
      {feed.isPaused ? (
        <StatusBadge tone="neutral" hollow>
          Paused
        </StatusBadge>
      ) : (
        <StatusBadge tone={live === 'open' ? 'safe' : 'watch'} live={live === 'open'}>
          {live === 'open' ? 'Live' : live === 'lost' ? 'Reconnecting' : 'Connecting'}
        </StatusBadge>
      )}
      <Button
        variant="default"
        leftSection={feed.isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
        onClick={() => onPause(!feed.isPaused)}
      >
        {feed.isPaused ? (waiting > 0 ? `Show ${plural(waiting, 'new event')}` : 'Go on') : 'Pause'}
      </Button>
    </div>
  );
}

function NoEvents({ filter }: { filter: EventFilter }) {
  if (filter.event || filter.distinct_id) {
    return (
      <EmptyState title="No such events">
        Names and ids must match in full. New ones appear here as they arrive.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconListSearch size={24} stroke={1.6} />}
      title="Waiting for the first event"
      action={
        <LinkButton to="/settings" search={{ tab: 'install' }} variant="default">
          How to install an SDK
        </LinkButton>
      }
    >
      Leave this page open: events show up here the moment they arrive.
    </EmptyState>
  );
}

export const eventsRoute = createLazyRoute('/app/events')({ component: Events });
