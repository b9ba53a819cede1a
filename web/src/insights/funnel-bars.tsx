// The steps of a funnel, one below the other: how many came so far, and who was lost on the way.
import { colorOf } from '../charts/palette.ts';
import { formatNumber, plural } from '../ui/format.ts';
import { Pressable } from '../ui/pressable.tsx';
import { secondsWords, shareWords, type Way } from './funnel-steps.ts';
import styles from './funnel.module.css';
import { type FunnelsQuery, nodeName } from './query.ts';

type FunnelBarsProps = {
  readonly query: FunnelsQuery;
  readonly ways: readonly Way[];
  /** @see peopleOfStep; undefined where nobody is to be looked at */
  readonly onPick: ((way: Way, step: number) => void) | undefined;
};

export function FunnelBars({ query, ways, onPick }: FunnelBarsProps) {
  const steps = ways[0]?.steps.length ?? 0;
  return (
    <ol className={styles.steps}>
      {Array.from({ length: steps }, (_, at) => (
        <li key={at} className={styles.step}>
          <h3 className={styles.name}>
            <span className={styles.mark} aria-hidden>
              {at + 1}
            </span>
            <span>{nodeName(query.series[at] ?? {})}</span>
          </h3>
          {ways.map((way) => (
            <StepBar key={way.key} way={way} at={at} onPick={onPick} />
          ))}
        </li>
      ))}
    </ol>
  );
}

type StepBarProps = Pick<FunnelBarsProps, 'onPick'> & {
  readonly way: Way;
  readonly at: number;
};

function StepBar({ way, at, onPick }: StepBarProps) {
  const step = way.steps[at];
  if (!step) return null;
  const share = step.ofAll ?? 0;
  const pressOf = (people: number, place: number) =>
    onPick && people > 0 ? () => onPick(way, place) : undefined;
  const words = `${plural(step.people, 'person', 'people')}, ${shareWords(step.ofAll)}`;
  return (
    <div className={styles.bar}>
      {way.breakdown && (
        <span className={styles.value} title={way.name}>
          {way.name}
        </span>
      )}
      <Pressable
        className={styles.track}
        label={`${way.name}, step ${at + 1}: ${words}`}
        onPress={pressOf(step.people, at + 1)}
      >
        <span
          className={`${styles.fill} ${colorOf(way.color)}`}
          style={{ width: `${share * 100}%` }}
        />
      </Pressable>
      <span className={styles.share}>{shareWords(step.ofAll)}</span>
      <span className={styles.people}>{formatNumber(step.people)}</span>
      <span className={styles.notes}>
        {at > 0 && (
          <>
            <Pressable className={styles.lost} onPress={pressOf(step.lost, -(at + 1))}>
              {formatNumber(step.lost)} lost
            </Pressable>
            <span>{shareWords(step.ofBefore)} of the step before</span>
            {step.medianSeconds !== null && (
              <span>{secondsWords(step.medianSeconds)} in the median</span>
            )}
          </>
        )}
      </span>
    </div>
  );
}
