// Recordings of the environment, the newest first.
import { Button } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { recordingsQuery } from '../api/recordings.ts';
import { useScope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../ui/states.tsx';
import { RecordingsTable } from './recordings-table.tsx';
import styles from './replay.module.css';

function Recordings() {
  const { name } = useScope().environment;
  return (
    <Page>
      <PageHeader title="Session replay" lead={`What people did in ${name}, as they saw it.`} />
      <Section flush>
        <RecordingList />
      </Section>
    </Page>
  );
}

function RecordingList() {
  const list = useInfiniteQuery({ ...recordingsQuery(useScope()), refetchOnMount: 'always' });
  if (list.isPending) return <LoadingRows rows={8} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap(({ results }) => results);
  if (rows.length === 0) return <NoRecordings />;
  return (
    <>
      <RecordingsTable rows={rows} />
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Older recordings
          </Button>
        </div>
      )}
    </>
  );
}

function NoRecordings() {
  return (
    <EmptyState
      icon={<IconVideo size={24} stroke={1.6} />}
      title="No recordings yet"
      action={
        <LinkButton to="/settings" search={{ tab: 'recordings' }} variant="default">
          Switch recording on
        </LinkButton>
      }
    >
      Sites with posthog-js record sessions once recording is switched on for this environment in
      the settings. The first one appears here seconds after somebody moves the mouse.
    </EmptyState>
  );
}

export const recordingsRoute = createLazyRoute('/app/replay')({ component: Recordings });
