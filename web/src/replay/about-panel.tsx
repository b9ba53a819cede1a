// Facts of the recorded session.
import { Kbd } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RecordingDetail } from '../api/recordings.ts';
import { CopyField } from '../ui/copy.tsx';
import { formatDuration, formatNumber } from '../ui/format.ts';
import { KeyValue } from '../ui/key-value.tsx';
import { Time } from '../ui/time.tsx';
import { whoOf } from './recording-words.ts';
import styles from './replay.module.css';

const KEYS = [
  ['Space', 'play or pause'],
  ['← →', '5 seconds back or forward'],
  ['J L', '10 seconds back or forward'],
  ['↑ ↓', 'faster or slower'],
  ['N P', 'next or previous error'],
  ['F', 'full screen'],
] as const;

export function AboutPanel({ recording }: { recording: RecordingDetail }) {
  const { person, id, pinned } = recording;
  return (
    <div className={styles.about}>
      <KeyValue
        entries={[
          [
            'Who',
            person ? (
              <Link key="who" to="/people/$personId" params={{ personId: person.id }}>
                {whoOf(recording)}
              </Link>
            ) : (
              whoOf(recording)
            ),
          ],
          ['Began', <Time key="began" at={recording.start_time} />],
          ['Active', formatDuration(recording.active_seconds)],
          ['Clicks', formatNumber(recording.click_count)],
          ['Rage clicks', formatNumber(recording.rage_click_count)],
          ['Errors after a click', formatNumber(recording.error_after_click_count)],
          ['Pages left at once', formatNumber(recording.quick_back_count)],
          ['Long pauses', formatNumber(recording.idle_gap_count)],
          ['Keys', formatNumber(recording.keypress_count)],
          ['Console errors', formatNumber(recording.console_error_count)],
          ['Failed requests', formatNumber(failedRequests(recording))],
          ['Recorder', `${recording.library} ${recording.library_version}`],
          ...(pinned ? [['Kept as evidence', <Evidence key="pinned" {...pinned} />] as const] : []),
          ['Shown until', <Time key="kept" at={recording.expires_at} />],
          ['Erased by', <Time key="erased" at={recording.erased_by} />],
          ['Session id', <CopyField key="id" text={id} what="session id" />],
        ]}
      />
      <h3 className={styles.partTitle}>Keys</h3>
      <KeyValue entries={KEYS.map(([keys, what]) => [what, <Kbd key={keys}>{keys}</Kbd>])} />
    </div>
  );
}

function Evidence({
  reason,
  pinned_by: by,
  pinned_at: at,
}: NonNullable<RecordingDetail['pinned']>) {
  return (
    <>
      {reason} ({by}, <Time at={at} />)
    </>
  );
}

const failedRequests = (recording: RecordingDetail): number =>
  recording.network_4xx_count + recording.network_5xx_count + recording.network_error_count;
