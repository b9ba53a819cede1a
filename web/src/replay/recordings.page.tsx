// Recordings of the environment, by a filter that stands in the address.
import { Button } from '@mantine/core';
import { IconSearchOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { recordingSettingsQuery, recordingsQuery } from '../api/recordings.ts';
import { useScope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filterText, isNarrowed, parseFilter, type RecordingFilter } from './filter.ts';
import { RecordingsTable } from './recordings-table.tsx';
import styles from './replay.module.css';

function Recordings() {
  const scope = useScope();
  const { filter: text } = useSearch({ from: '/app/replay' });
  const filter = useMemo(() => parseFilter(text), [text]);
  const navigate = useNavigate();
  const show = (next: RecordingFilter) =>
    void navigate({
      to: '/replay',
      search: ({ environment }: { environment?: string }) => ({
        environment,
        filter: filterText(next),
      }),
    });
  return (
    <Page>
      <PageHeader
        title="Session replay"
        lead={`What people did in ${scope.environment.name}, as they saw it.`}
      />
      <FilterBar scope={scope} filter={filter} onChange={show} />
      <Section flush>
        <RecordingList filter={filter} text={text} onAll={() => show({})} />
      </Section>
    </Page>
  );
}

type RecordingListProps = {
  readonly filter: RecordingFilter;
  readonly text: string | undefined;
  readonly onAll: () => void;
};

function RecordingList({ filter, text, onAll }: RecordingListProps) {
  const list = useInfiniteQuery({
    ...recordingsQuery(useScope(), filter),
    refetchOnMount: 'always',
    placeholderData: keepPreviousData,
  });
  if (list.isPending) return <LoadingRows rows={8} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap(({ results }) => results);
  if (rows.length === 0)
    return isNarrowed(filter) ? <NothingFound onAll={onAll} /> : <NoRecordings />;
  return (
    // What was found before stays to be seen, dimmed, until the answer is there.
    <div className={styles.list} aria-busy={list.isPlaceholderData}>
      <RecordingsTable rows={rows} filter={filter} text={text} />
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            More recordings
          </Button>
        </div>
      )}
    </div>
  );
}

function NothingFound({ onAll }: { onAll: () => void }) {
  return (
    <EmptyState
      icon={<IconSearchOff size={24} stroke={1.6} />}
      title="No recording matches"
      action={
        <Button variant="default" onClick={onAll}>
          Show all recordings
        </Button>
      }
    >
      Sessions are found by what they told: events and flags need the session id that posthog-js
      sends, the rest comes from the recording itself.
    </EmptyState>
  );
}

function NoRecordings() {
  const { data: settings } = useQuery(recordingSettingsQuery(useScope()));
  if (settings?.enabled === false) {
    return (
      <EmptyState
        icon={<IconVideoOff size={24} stroke={1.6} />}
        title="Nothing is recorded here"
        action={
          <LinkButton to="/settings" search={{ tab: 'recordings' }} variant="default">
            Switch recording on
          </LinkButton>
        }
      >
        Recording is off in this environment. It is switched on in its settings, with what is
        recorded of whom, and what is masked.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconVideo size={24} stroke={1.6} />}
      title="No recordings yet"
      action={
        <LinkButton to="/settings" search={{ tab: 'install' }} variant="default">
          How to install posthog-js
        </LinkButton>
      }
    >
      Sites with posthog-js record sessions once recording is switched on for this environment in
      the settings. The first one appears here seconds after somebody moves the mouse.
    </EmptyState>
  );
}

export const recordingsRoute = createLazyRoute('/app/replay')({ component: Recordings });
