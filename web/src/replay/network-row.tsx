// A recorded request in a line: what, how it ended, and when in the life of its page.
import { UnstyledButton } from '@mantine/core';
import type { Moment } from './moments.ts';
import type { RowParts } from './moments-panel.tsx';
import { formatClock } from './recording/clock.ts';
import styles from './replay.module.css';
import { shortUrl } from './url-words.ts';

type NetworkRowProps = RowParts & {
  readonly moment: Moment;
  /** The whole recording, in milliseconds since the epoch: what the bars are drawn on. */
  readonly endMs: number;
};

export function NetworkRow(props: NetworkRowProps) {
  const { moment, startMs, endMs, isNow, isPast, isChosen, onChoose } = props;
  if (moment.source.from !== 'network') return null;
  const { method, status, url, durationMs, isFailed, initiator } = moment.source.request;
  const outcome = status ?? (isFailed ? 'failed' : '·');
  const lengthMs = Math.max(1, endMs - startMs);
  return (
    <UnstyledButton
      className={styles.row}
      data-now={isNow}
      data-past={isPast}
      data-error={isFailed}
      aria-expanded={isChosen}
      onClick={onChoose}
    >
      <span className={styles.rowTime}>{formatClock(moment.atMs - startMs)}</span>
      <span className={styles.status}>{outcome}</span>
      <span className={styles.rowTitle}>{method || initiator}</span>
      <span className={styles.rowDetail}>{shortUrl(url)}</span>
      <span className={styles.waterfall} aria-hidden>
        <i
          style={{
            insetInlineStart: `${Math.min(98, Math.max(0, ((moment.atMs - startMs) / lengthMs) * 100))}%`,
            width: `${Math.min(100, ((durationMs ?? 0) / lengthMs) * 100)}%`,
          }}
        />
      </span>
      <span className={styles.took}>
        {durationMs === undefined ? '' : `${Math.round(durationMs)} ms`}
      </span>
    </UnstyledButton>
  );
}
