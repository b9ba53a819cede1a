// A recorded request in a line: what, how it ended, and when in the life of its page.
import { UnstyledButton } from '@mantine/core';
import type { Moment } from './moments.ts';
import type { RowParts } from './moments-panel.tsx';
import { formatClock } from './recording/clock.ts';
import type { NetworkRequest } from './recording/network.ts';
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
  const { request } = moment.source;
  const { method, status, url, durationMs, isFailed, initiator } = request;
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
      {/* Of a file its name says what it is. */}
      {isCall(request) && <span className={styles.rowTitle}>{method || initiator}</span>}
      <span className={styles.rowDetail} title={url}>
        {addressOf(request)}
      </span>
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

const CALLS: ReadonlySet<string> = new Set(['fetch', 'xmlhttprequest', 'beacon', 'navigation']);

const isCall = ({ method, initiator }: NetworkRequest): boolean =>
  method !== '' || CALLS.has(initiator);

/** What is called by its path, anything else by the name of its file. */
function addressOf(request: NetworkRequest): string {
  const path = shortUrl(request.url);
  if (isCall(request)) return path;
  return /[^/]+\/?$/.exec(path.replace(/[?#].*$/su, ''))?.[0] ?? path;
}
