// How a variant moved a number against control: a point with the interval that it may lie in, on an axis that is
// the same for all rows. Colour never stands alone: shape and word say the same.
import { scaleLinear } from '@visx/scale';
import { useId } from 'react';
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
  /** Denser where it is likelier; otherwise all of it alike. */
  readonly isBayesian?: boolean;
  /** Right however often one looks: outlined. */
  readonly isAnytime?: boolean;
};

const WIDTH = 300;
const HEIGHT = 34;
const MARGIN = 8;
const MIDDLE = HEIGHT / 2;

/**
 * An axis in which all of it has room, unless it is huge: then bars are cut, with an arrow.
 * @param least the axis reaches beyond it in any case
 */
export function liftLimit(
  rows: readonly {
    readonly lift: number;
    readonly low: number | null;
    readonly high: number | null;
  }[],
  least = 0.02,
): number {
  const lifts = Math.max(least, ...rows.map(({ lift }) => Math.abs(lift)));
  const ends = rows.flatMap(({ low, high }) => [Math.abs(low ?? 0), Math.abs(high ?? 0)]);
  const wanted = Math.min(Math.max(lifts, ...ends), lifts * 4) * 1.08;
  const step = 10 ** Math.floor(Math.log10(wanted));
  return Math.ceil(wanted / step) * step;
}

const scaleOf = (limit: number) =>
  scaleLinear<number>({ domain: [-limit, limit], range: [MARGIN, WIDTH - MARGIN], clamp: true });

export function LiftBar(props: LiftBarProps) {
  const { label, lift, low, high, tone, limit, threshold } = props;
  const id = useId();
  const x = scaleOf(limit);
  const from = x(low ?? -limit);
  const to = x(high ?? limit);
  const isUnbound = low === null || high === null;
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
      <defs>
        {isUnbound ? <Hatching id={id} /> : <Density id={id} at={shareAt(x(lift), from, to)} />}
      </defs>
      <line className={styles.zero} x1={x(0)} x2={x(0)} y1={0} y2={HEIGHT} />
      {threshold !== undefined && Math.abs(threshold) <= limit && (
        <line className={styles.threshold} x1={x(threshold)} x2={x(threshold)} y1={0} y2={HEIGHT} />
      )}
      <rect
        className={`${styles.interval} ${props.isAnytime ? styles.anytime : ''}`}
        {...(isUnbound || props.isBayesian ? { fill: `url(#${id})`, fillOpacity: 1 } : {})}
        x={from}
        width={Math.max(2, to - from)}
        y={MIDDLE - 6}
        height={12}
        rx={isCutLow || isCutHigh ? 0 : 3}
      />
      <Cuts isLow={isCutLow} isHigh={isCutHigh} />
      <line className={styles.point} x1={x(lift)} x2={x(lift)} y1={MIDDLE - 9} y2={MIDDLE + 9} />
    </svg>
  );
}

/** Arrows where the interval goes on beyond the axis. */
function Cuts({ isLow, isHigh }: { isLow: boolean; isHigh: boolean }) {
  const [top, bottom] = [MIDDLE - 6, MIDDLE + 6];
  return (
    <>
      {isLow && <path className={styles.cut} d={`M8 ${top}L1 ${MIDDLE}L8 ${bottom}Z`} />}
      {isHigh && (
        <path
          className={styles.cut}
          d={`M${WIDTH - 8} ${top}L${WIDTH - 1} ${MIDDLE}L${WIDTH - 8} ${bottom}Z`}
        />
      )}
    </>
  );
}

/** Where in its interval a point is, 0 to 1. */
const shareAt = (point: number, from: number, to: number): number =>
  to > from ? Math.min(1, Math.max(0, (point - from) / (to - from))) : 0.5;

function Density({ id, at }: { id: string; at: number }) {
  return (
    <linearGradient id={id}>
      <stop offset={0} stopColor="currentcolor" stopOpacity={0.1} />
      <stop offset={at} stopColor="currentcolor" stopOpacity={0.55} />
      <stop offset={1} stopColor="currentcolor" stopOpacity={0.1} />
    </linearGradient>
  );
}

/** There is no bound on one side. */
function Hatching({ id }: { id: string }) {
  return (
    <pattern
      id={id}
      width={6}
      height={6}
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect width={2.5} height={6} fill="currentcolor" fillOpacity={0.5} />
    </pattern>
  );
}

type LiftAxisProps = {
  readonly limit: number;
  /** Of an end; percent where left out. */
  readonly text?: ((value: number) => string) | undefined;
  readonly middle?: string;
};

const percentText = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Number((Math.abs(value) * 100).toPrecision(3))} %`;

/** The names of both ends and of the middle, above the bars. */
export function LiftAxis({ limit, text, middle = '0' }: LiftAxisProps) {
  const name = text ?? percentText;
  return (
    <span className={styles.axis} aria-hidden>
      <span>{name(-limit)}</span>
      <span>{middle}</span>
      <span>{name(limit)}</span>
    </span>
  );
}
