// All values of one moment, beside the pointer.
import type { ChartLine } from './chart-line.ts';
import { colorOf } from './palette.ts';
import styles from './time-chart.module.css';

type ChartTipProps = {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly step: number;
  /** Of the step, in pixels from the left. */
  readonly place: number;
  readonly width: number;
  readonly format: (value: number) => string;
  readonly note?: string | undefined;
};

/** More would hide the chart. */
const MAX_ROWS = 12;

export function ChartTip({ title, lines, step, place, width, format, note }: ChartTipProps) {
  const rows = lines
    .map((line) => ({ line, value: line.values[step] ?? null }))
    .toSorted((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0));
  const isLeft = place < width / 2;
  return (
    <div
      className={styles.tip}
      style={isLeft ? { left: place + 14 } : { right: width - place + 14 }}
      role="status"
    >
      <p className={styles.tipTitle}>{title}</p>
      {rows.slice(0, MAX_ROWS).map(({ line, value }) => (
        <div key={line.key} className={styles.tipRow}>
          <span
            className={`${styles.swatch} ${colorOf(line.color)}`}
            data-before={line.isPrevious || undefined}
          />
          <span className={styles.tipName}>
            {line.name}
            {line.isPrevious && ' (before)'}
          </span>
          <span>{value === null ? '–' : format(value)}</span>
        </div>
      ))}
      {rows.length > MAX_ROWS && (
        <p className={styles.tipNote}>and {rows.length - MAX_ROWS} more</p>
      )}
      {note && <p className={styles.tipNote}>{note}</p>}
    </div>
  );
}
