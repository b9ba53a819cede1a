// A course at a glance: one bar a bucket, in the height of a row.
import styles from './errors.module.css';

const WIDTH = 112;
const HEIGHT = 28;

type SparklineProps = {
  readonly values: readonly number[];
  /** In words, for those who do not see it. */
  readonly label: string;
};

export function Sparkline({ values, label }: SparklineProps) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className={styles.base} />
      {values.map((value, bucket) => {
        const height = value === 0 ? 0 : Math.max(2, (value / most) * (HEIGHT - 2));
        return (
          <rect
            key={bucket}
            x={bucket * step + step * 0.1}
            y={HEIGHT - height}
            width={Math.max(0.5, step * 0.8)}
            height={height}
            className={styles.mark}
          />
        );
      })}
    </svg>
  );
}
