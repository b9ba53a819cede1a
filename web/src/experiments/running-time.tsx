// How long it takes until an effect of a size would be seen, from what people did lately.
import { Slider } from '@mantine/core';
import type { RunningTime } from '../api/experiments.ts';
import { describeError } from '../api/client.ts';
import { EventSelect } from '../insights/event-select.tsx';
import { formatNumber } from '../ui/format.ts';
import { LoadingBlock } from '../ui/states.tsx';
import { LONG_DAYS } from './checks.ts';
import type { ExperimentDraft } from './draft.ts';
import { numberText } from './experiment-words.ts';
import styles from './form.module.css';
import type { useRunningTime } from './use-running-time.ts';

type RunningTimeProps = {
  readonly draft: ExperimentDraft;
  readonly entry: string;
  readonly time: ReturnType<typeof useRunningTime>;
  readonly onEntry: (event: string) => void;
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
};

const MARKS = [1, 5, 10, 20, 30, 50].map((value) => ({ value, label: `${value} %` }));

export function RunningTimeCalculator(props: RunningTimeProps) {
  const { draft, entry, time, onEntry, onChange } = props;
  return (
    <div className={styles.stack}>
      <div className={styles.source}>
        <span className={styles.sourceLabel} id="effect-label">
          The smallest change worth finding: {draft.effect} %
        </span>
        <Slider
          className={styles.slider ?? ''}
          min={1}
          max={50}
          step={1}
          marks={MARKS}
          label={(value) => `${value} %`}
          thumbLabel="Smallest change worth finding, in percent"
          value={Math.min(50, draft.effect)}
          onChange={(effect) => onChange({ effect })}
        />
      </div>
      <div className={styles.source}>
        <span className={styles.sourceLabel}>People would enter when they do</span>
        <div style={{ maxWidth: 420 }}>
          <EventSelect
            label="Event by which people would enter"
            event={entry}
            attr="exposure"
            onChange={(event) => onEntry(event ?? '$pageview')}
          />
        </div>
      </div>
      <Found time={time} effect={draft.effect} />
    </div>
  );
}

function Found({ time, effect }: Pick<RunningTimeProps, 'time'> & { effect: number }) {
  if (!time.hasGoal) {
    return <p className={styles.hint}>Choose a goal, and it is counted how long this takes.</p>;
  }
  if (time.isError) {
    return (
      <p className={styles.hint} role="status">
        It cannot be told right now. {describeError(time.error).detail}
      </p>
    );
  }
  if (!time.data) return <LoadingBlock height={90} />;
  return (
    <div className={`${styles.stack} ${time.isStale ? styles.stale : ''}`} aria-busy={time.isStale}>
      <div className={styles.numbers} role="status">
        <Numbers time={time.data} />
      </div>
      <p className={styles.hint}>{wordsOf(time.data, effect)}</p>
      <Alternatives time={time.data} />
    </div>
  );
}

function Numbers({ time }: { time: RunningTime }) {
  const figures: readonly (readonly [string, string])[] = [
    ['Now, per person', numberText(time.baseline.value)],
    ['New people a day', formatNumber(Math.round(time.people_per_day))],
    ['People needed', numberText(time.recommended_sample_size)],
    ['Days', daysText(time.recommended_running_time)],
  ];
  return figures.map(([name, value]) => (
    <div key={name} className={styles.number}>
      <span>{name}</span>
      <span>{value}</span>
    </div>
  ));
}

const daysText = (days: number | null): string =>
  days === null ? '–' : formatNumber(Math.max(1, Math.ceil(days)));

function wordsOf(time: RunningTime, effect: number): string {
  const { recommended_running_time: days, people_per_day: perDay, baseline } = time;
  if (perDay === 0) return 'Nobody would have entered in the last 14 days: choose another event.';
  if (!baseline.value) return 'Nobody did it in the last 14 days: there is nothing to improve on.';
  if (days === null) return 'It cannot be told from what people did lately.';
  const long =
    days > LONG_DAYS
      ? ' That is long: look for a larger change, or a goal nearer to the variant.'
      : '';
  return `A change of ${effect} % would be found in 8 of 10 such experiments after about ${daysText(days)} days.${long}`;
}

function Alternatives({ time }: { time: RunningTime }) {
  const rows = time.alternatives.filter(({ sample_size: size }) => size !== null);
  if (rows.length === 0) return null;
  return (
    <table className={styles.alternatives} aria-label="Days for other changes">
      <thead>
        <tr>
          <th scope="col">Change</th>
          <th scope="col">People</th>
          <th scope="col">Days</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.minimum_detectable_effect}>
            <th scope="row">{numberText(row.minimum_detectable_effect)} %</th>
            <td>{numberText(row.sample_size)}</td>
            <td>{daysText(row.running_time)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
