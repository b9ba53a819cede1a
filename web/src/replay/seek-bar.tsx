// The time line: where one is, what happened when, who was active, and the way to any moment.
import { useRef, useState } from 'react';
import { colorOf } from '../charts/palette.ts';
import { kindColor } from './kind-color.ts';
import type { Moment } from './moments.ts';
import { formatClock } from './recording/clock.ts';
import type { PageVisit } from './recording/digest.ts';
import styles from './seek-bar.module.css';
import { marksOf, type Span } from './seek-marks.ts';
import { shortUrl } from './url-words.ts';
import { useEndMs, usePlayer, usePlayState, useTold } from './use-player.ts';

type SeekBarProps = {
  readonly moments: readonly Moment[];
  readonly pages: readonly PageVisit[];
  /** 0 to 1 for equal stretches of time. */
  readonly heat: readonly number[];
  /** The end of the time that `heat` is of, in milliseconds since the epoch. */
  readonly heatEndMs: number;
  /** Of what the list was filtered for, in milliseconds since the start. */
  readonly found: readonly number[];
};

export function SeekBar({ moments, pages, heat, heatEndMs, found }: SeekBarProps) {
  const link = usePlayer();
  const bar = useRef<HTMLDivElement>(null);
  const [hoverMs, setHover] = useState<number | null>(null);
  const atMs = usePlayState((state) => state.atMs);
  const span = { startMs: link.startMs, endMs: useEndMs() };
  const lengthMs = Math.max(1, span.endMs - span.startMs);
  const timeAt = (clientX: number): number => {
    const box = bar.current?.getBoundingClientRect();
    const share = box ? (clientX - box.left) / Math.max(1, box.width) : 0;
    return span.startMs + Math.min(1, Math.max(0, share)) * lengthMs;
  };
  const seek = (clientX: number) => link.send({ kind: 'seek', atMs: timeAt(clientX) });
  return (
    <div className={styles.around}>
      <div
        ref={bar}
        className={styles.bar}
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={0}
        aria-valuemax={Math.round(lengthMs / 1000)}
        aria-valuenow={Math.round((atMs - span.startMs) / 1000)}
        aria-valuetext={`${formatClock(atMs - span.startMs)} of ${formatClock(lengthMs)}`}
        onKeyDown={({ key }) => {
          if (key === 'Home') link.send({ kind: 'seek', atMs: span.startMs });
          if (key === 'End') link.send({ kind: 'seek', atMs: span.endMs });
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seek(event.clientX);
        }}
        onPointerMove={(event) => {
          setHover(timeAt(event.clientX));
          if (event.buttons === 1) seek(event.clientX);
        }}
        onPointerLeave={() => setHover(null)}
      >
        <Lanes moments={moments} pages={pages} span={span} />
        <Found found={found} span={span} />
        <Heat heat={heat} share={(heatEndMs - span.startMs) / lengthMs} />
        <div className={styles.head} style={{ insetInlineStart: `${percent(atMs, span)}%` }} />
      </div>
      {hoverMs !== null && <Preview atMs={hoverMs} span={span} moments={moments} pages={pages} />}
    </div>
  );
}

const percent = (atMs: number, { startMs, endMs }: Span): number =>
  Math.min(100, Math.max(0, ((atMs - startMs) / Math.max(1, endMs - startMs)) * 100));

type LanesProps = Pick<SeekBarProps, 'moments' | 'pages'> & { readonly span: Span };

function Lanes({ moments, pages, span }: LanesProps) {
  const { segments, buffered } = useTold();
  return (
    <>
      <div className={styles.track} aria-hidden>
        {pages.map(({ atMs, href }, index) => (
          <span
            key={`${atMs} ${href}`}
            className={styles.page}
            data-odd={index % 2 === 1}
            style={{
              insetInlineStart: `${percent(atMs, span)}%`,
              width: `${percent(pages[index + 1]?.atMs ?? span.endMs, span) - percent(atMs, span)}%`,
            }}
          />
        ))}
        {segments
          .filter(({ isActive }) => !isActive)
          .map(({ startMs, endMs }) => (
            <span
              key={startMs}
              className={styles.pause}
              style={{
                insetInlineStart: `${percent(startMs, span)}%`,
                width: `${percent(endMs, span) - percent(startMs, span)}%`,
              }}
            />
          ))}
      </div>
      <div className={styles.loaded} aria-hidden>
        {buffered.map(({ startMs, endMs }) => (
          <span
            key={startMs}
            data-loaded
            style={{
              insetInlineStart: `${percent(startMs, span)}%`,
              width: `${percent(endMs, span) - percent(startMs, span)}%`,
            }}
          />
        ))}
      </div>
      <div className={styles.marks} aria-hidden>
        {marksOf(moments, span).map(({ kind, share, isError }) => (
          <span
            key={`${kind} ${share}`}
            className={`${styles.mark} ${colorOf(kindColor(kind))}`}
            data-error={isError}
            style={{ insetInlineStart: `${share * 100}%` }}
          />
        ))}
      </div>
    </>
  );
}

function Found({ found, span }: { found: readonly number[]; span: Span }) {
  return found.map((offsetMs) => (
    <span
      key={offsetMs}
      className={styles.found}
      style={{ insetInlineStart: `${percent(span.startMs + offsetMs, span)}%` }}
      aria-hidden
    />
  ));
}

function Heat({ heat, share }: { heat: readonly number[]; share: number }) {
  return (
    <svg
      className={styles.heat}
      viewBox={`0 0 ${heat.length} 1`}
      preserveAspectRatio="none"
      style={{ width: `${Math.min(100, share * 100)}%` }}
      aria-hidden
    >
      {heat.map((height, index) =>
        height > 0 ? (
          // Stretches of time have no other name than their place.
          <rect key={index} x={index} width={1} y={1 - height} height={height} />
        ) : null,
      )}
    </svg>
  );
}

/** What is near enough to the pointer to be named, as a share of the bar. */
const NEAR_SHARE = 0.008;
const NAMED = 3;

function Preview({ atMs, span, moments, pages }: LanesProps & { readonly atMs: number }) {
  const nearMs = (span.endMs - span.startMs) * NEAR_SHARE;
  const page = pages.findLast((visit) => visit.atMs <= atMs);
  const near = moments.filter(
    (moment) => moment.isMarked && Math.abs(moment.atMs - atMs) <= nearMs,
  );
  const place = percent(atMs, span);
  return (
    <div
      className={styles.preview}
      // At an edge of the bar, with the same edge of its own.
      style={{ insetInlineStart: `${place}%`, translate: `${-place}%` }}
      aria-hidden
    >
      <strong>{formatClock(atMs - span.startMs)}</strong>
      {page && <span className={styles.previewPage}>{shortUrl(page.href)}</span>}
      {near.slice(0, NAMED).map(({ id, kind, title, detail }) => (
        <span key={id} className={styles.previewMark}>
          <i className={colorOf(kindColor(kind))} />
          {title} {detail}
        </span>
      ))}
      {near.length > NAMED && <span>and {near.length - NAMED} more</span>}
    </div>
  );
}
