// How a variant moved a number against control: a point with the interval that it may lie in, on an axis that is
// the same for all rows. Colour never stands alone: shape and word say the same.
import { scaleLinear } from '@visx/scale';
import styles from './lift-bar.module.css';

type LiftTone = 'good' | 'bad' | 'none';

type LiftBarProps = {
  /** In words, for those who do not see it. */
  readonly label: string;
  readonly lift: number;
  /** An end is null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly tone: LiftTone;
  /** The axis reaches from minus this to plus this. */
  readonly limit: number;
  /** Where a guardrail is breached. */
  readonly threshold?: number | undefined;
};

const WIDTH = 300;
const HEIGHT = 34;
const MARGIN = 8;
const MIDDLE = HEIGHT / 2;

/** An axis in which all of it has room, unless it is huge: then bars are cut, with an arrow. */
export function liftLimit(
  rows: readonly {
    readonly lift: number;
    readonly low: number | null;
    readonly high: number | null;
  }[],
): number {
  const lifts = Math.max(0.02, ...rows.map(({ lift }) => Math.abs(lift)));
  const ends = rows.flatMap(({ low, high }) => [Math.abs(low ?? 0), Math.abs(high ?? 0)]);
  const wanted = Math.min(Math.max(lifts, ...ends), lifts * 4) * 1.08;
  const step = 10 ** Math.floor(Math.log10(wanted));
  return Math.ceil(wanted / step) * step;
}

const scaleOf = (limit: number) =>
  scaleLinear<number>({ domain: [-limit, limit], range: [MARGIN, WIDTH - MARGIN], clamp: true });

export function LiftBar({ label, lift, low, high, tone, limit, threshold }: LiftBarProps) {
  const x = scaleOf(limit);
  const from = x(low ?? -limit);
  const to = x(high ?? limit);
  const isCutLow = low === null || low < -limit;
  const isCutHigh = high === null || high > limit;
  return (
    <svg
      className={`${styles.bar} ${styles[tone]}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line className={styles.zero} x1={x(0)} x2={x(0)} y1={0} y2={HEIGHT} />
      {threshold !== undefined && Math.abs(threshold) <= limit && (
        <line className={styles.threshold} x1={x(threshold)} x2={x(threshold)} y1={0} y2={HEIGHT} />
      )}
      <rect
        className={styles.interval}
        x={from}
        width={Math.max(2, to - from)}
        y={MIDDLE - 6}
        height={12}
        rx={isCutLow || isCutHigh ? 0 : 3}
      />
      {isCutLow && (
        <path className={styles.cut} d={`M8 ${MIDDLE - 6}L1 ${MIDDLE}L8 ${MIDDLE + 6}Z`} />
      )}
      {isCutHigh && (
        <path
          className={styles.cut}
          d={`M${WIDTH - 8} ${MIDDLE - 6}L${WIDTH - 1} ${MIDDLE}L${WIDTH - 8} ${MIDDLE + 6}Z`}
        />
      )}
      <line className={styles.point} x1={x(lift)} x2={x(lift)} y1={MIDDLE - 9} y2={MIDDLE + 9} />
    </svg>
  );
}

/** The names of both ends and of the middle, above the bars. */
export function LiftAxis({ limit }: { limit: number }) {
  const percent = `${Number((limit * 100).toPrecision(3))} %`;
  return (
    <span className={styles.axis} aria-hidden>
      <span>−{percent}</span>
      <span>0</span>
      <span>+{percent}</span>
    </span>
  );
}
