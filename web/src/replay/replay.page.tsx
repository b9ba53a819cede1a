// One recording: who, when, and the player.
import { IconVideoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useParams } from '@tanstack/react-router';
import { blocksQuery, recordingQuery } from '../api/recordings.ts';
import { useScope } from '../api/session.ts';
import { formatDuration } from '../ui/format.ts';
import { PageHeader } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { PlayerView } from './player-view.tsx';
import { RecordingActions } from './recording-actions.tsx';
import { whoOf } from './recording-words.ts';
import styles from './replay.module.css';

/** About what the player takes, in pixels. */
const LOADING_PX = 560;

function ReplayPage() {
  const { sessionId } = useParams({ from: '/app/replay/$sessionId' });
  // Another recording is another player.
  return <Replay key={sessionId} sessionId={sessionId} />;
}

function Replay({ sessionId }: { sessionId: string }) {
  const scope = useScope();
  const recording = useQuery(recordingQuery(scope, sessionId));
  const blocks = useQuery(blocksQuery(scope, sessionId));
  const loading = <LoadingBlock height={LOADING_PX} />;
  return (
    <div className={styles.page}>
      <QueryView query={recording} loading={loading}>
        {(data) => (
          <>
            <PageHeader
              title={whoOf(data)}
              back={{ to: '/replay', label: 'Recordings' }}
              badge={
                <>
                  {blocks.data?.ongoing && (
                    <StatusBadge tone="info" live>
                      Under way
                    </StatusBadge>
                  )}
                  {data.pinned && <StatusBadge tone="neutral">Evidence</StatusBadge>}
                </>
              }
              actions={<RecordingActions recording={data} scope={scope} />}
              lead={
                <>
                  <Time at={data.start_time} />, {formatDuration(data.recording_duration)}, active
                  for {formatDuration(data.active_seconds)}
                </>
              }
            />
            <QueryView query={blocks} loading={loading}>
              {(index) =>
                index.blocks.length > 0 && data.source === 'web' ? (
                  <PlayerView scope={scope} recording={data} index={index} />
                ) : (
                  <Unplayable source={data.source} />
                )
              }
            </QueryView>
          </>
        )}
      </QueryView>
    </div>
  );
}

function Unplayable({ source }: { source: 'web' | 'mobile' }) {
  return (
    <EmptyState icon={<IconVideoOff size={24} stroke={1.6} />} title="Nothing to play">
      {source === 'mobile'
        ? 'Recordings of mobile apps are kept, but cannot be played here yet.'
        : 'Nothing of this session has been stored.'}
    </EmptyState>
  );
}

export const replayRoute = createLazyRoute('/app/replay/$sessionId')({ component: ReplayPage });
