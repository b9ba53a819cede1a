// A line of the list of moments, and what is known of the chosen one.
import { UnstyledButton } from '@mantine/core';
import { colorOf } from '../charts/palette.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { PropertyTable } from '../ui/property-table.tsx';
import { kindColor } from './kind-color.ts';
import type { Moment } from './moments.ts';
import { RequestDetail } from './request-detail.tsx';
import { formatClock } from './recording/clock.ts';
import styles from './replay.module.css';

/** Of every row, in pixels. */
export const ROW_PX = 34;

type MomentRowProps = {
  readonly moment: Moment;
  readonly startMs: number;
  /** The last one that has happened. */
  readonly isNow: boolean;
  readonly isPast: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
};

export function MomentRow(props: MomentRowProps) {
  const { moment, startMs, isNow, isPast, isChosen, onChoose } = props;
  const { kind, title, detail, isError, atMs } = moment;
  return (
    <UnstyledButton
      className={styles.row}
      data-now={isNow}
      data-past={isPast}
      data-error={isError}
      aria-expanded={isChosen}
      aria-current={isNow ? 'time' : undefined}
      onClick={onChoose}
    >
      <span className={styles.rowTime}>{formatClock(atMs - startMs)}</span>
      <i className={`${styles.dot} ${colorOf(kindColor(kind))}`} aria-hidden />
      <span className={styles.rowTitle}>{title}</span>
      <span className={styles.rowDetail}>{detail}</span>
    </UnstyledButton>
  );
}

/** Below the list. */
export function MomentDetail({ moment, maySeeBodies }: { moment: Moment; maySeeBodies: boolean }) {
  const { source } = moment;
  switch (source.from) {
    case 'event': {
      const { event } = source;
      const key: unknown = event.properties['$feature_flag'];
      return (
        <>
          {typeof key === 'string' && (
            <LinkButton
              to="/feature-flags/$flagId"
              params={{ flagId: key }}
              variant="default"
              size="compact-sm"
            >
              Flag {key}
            </LinkButton>
          )}
          <PropertyTable properties={event.properties} />
        </>
      );
    }
    case 'console':
      return (
        <pre className={styles.text}>
          {[source.log.text, ...source.log.trace.map((line) => `    at ${line}`)].join('\n')}
        </pre>
      );
    case 'network':
      return <RequestDetail request={source.request} maySeeBodies={maySeeBodies} />;
    case 'recorder':
      return <p className={styles.dim}>The recorder noted this.</p>;
  }
}
