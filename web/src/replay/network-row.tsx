// A recorded request in a line: what, how it ended, and when in the life of its page.
import { UnstyledButton } from '@mantine/core';
import type { CSSProperties } from 'react';
import { bytesText } from './bytes-text.ts';
import type { Moment } from './moments.ts';
import type { RowParts } from './moments-panel.tsx';
import { formatClock } from './recording/clock.ts';
import type { NetworkRequest } from './recording/network.ts';
import type { Stretch } from './recording/plan.ts';
import styles from './replay.module.css';
import { shortUrl } from './url-words.ts';

type NetworkRowProps = RowParts & {
  readonly moment: Moment;
  /** What bars are drawn on. */
  readonly bursts: ReadonlyMap<NetworkRequest, Stretch>;
};

export function NetworkRow(props: NetworkRowProps) {
  const { moment, startMs, bursts, isNow, isPast, isChosen, onChoose } = props;
  if (moment.source.from !== 'network') return null;
  const { request } = moment.source;
  const { method, status, url, durationMs, transferBytes, isFailed, initiator } = request;
  const burst = bursts.get(request);
  const outcome = status ?? (isFailed ? 'failed' : '·');
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
      <span className={styles.status} data-good={isGood(status)}>
        {outcome}
      </span>
      {/* Of a file its name says what it is. */}
      {isCall(request) && <span className={styles.rowTitle}>{method || initiator}</span>}
      <span className={styles.rowDetail} title={url}>
        {addressOf(request)}
      </span>
      <span className={styles.waterfall} aria-hidden>
        {burst && <i style={barOf(request, burst)} />}
      </span>
      <span className={styles.size}>
        {transferBytes === undefined ? '' : bytesText(transferBytes)}
      </span>
      <span className={styles.took}>
        {durationMs === undefined ? '' : `${Math.round(durationMs)} ms`}
      </span>
    </UnstyledButton>
  );
}

const isGood = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300;

/** Where in its burst, and how much of it was waiting. */
function barOf({ atMs, durationMs = 0, phases }: NetworkRequest, { startMs, endMs }: Stretch) {
  const lengthMs = Math.max(1, endMs - startMs);
  const receivedMs = phases.find(({ name }) => name === 'Receiving')?.durationMs ?? 0;
  const waited = phases.length === 0 || durationMs === 0 ? 0 : 1 - receivedMs / durationMs;
  return {
    insetInlineStart: `${Math.min(98, ((atMs - startMs) / lengthMs) * 100)}%`,
    width: `${Math.min(100, (durationMs / lengthMs) * 100)}%`,
    '--waited': `${Math.round(Math.max(0, waited) * 100)}%`,
  } as CSSProperties;
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
