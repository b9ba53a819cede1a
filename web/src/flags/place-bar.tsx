// Where somebody falls between 0 and 100, against the ranges that are taken in. The words beside it say
// the same, so the bar is for the eye alone.
import styles from './flag-try.module.css';

type PlaceBarProps = {
  /** 0 to 100. */
  readonly position: number;
  readonly parts: readonly (readonly [from: number, to: number])[];
  readonly isIn: boolean;
};

export function PlaceBar({ position, parts, isIn }: PlaceBarProps) {
  return (
    <div className={styles.place} aria-hidden>
      {parts.map(([from, to]) => (
        <span
          key={from}
          className={styles.range}
          style={{ insetInlineStart: `${from}%`, inlineSize: `${to - from}%` }}
        />
      ))}
      <span
        className={`${styles.mark} ${isIn ? styles.markIn : ''}`}
        style={{ insetInlineStart: `${position}%` }}
      />
    </div>
  );
}
