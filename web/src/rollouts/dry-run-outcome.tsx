// What a plan would have done to the people of the past: over the arms that they really had, or over random splits of
// them, in which every alarm is a false one.
import type { DryRun } from '../api/rollout-advice.ts';
import { formatExact, formatNumber, plural } from '../ui/format.ts';
import styles from './check-panel.module.css';
import { eventWords } from './rollout-words.ts';

export function DryRunOutcome({ run }: { run: DryRun }) {
  const { people, sample_of: of, left_out: leftOut, played_otherwise: otherwise } = run;
  const sample = of > people ? ` (a sample of ${formatNumber(of)})` : '';
  return (
    <>
      <p className={styles.quiet}>
        Played with {plural(people, 'person', 'people')}
        {sample}, by the real rules.
      </p>
      {run.actual && <Actual story={run.actual} />}
      {run.false_alarms && <FalseAlarms alarms={run.false_alarms} />}
      {leftOut.length > 0 && (
        <ul className={styles.problems} aria-label="Left out">
          {leftOut.map(({ id, reason }) => (
            <li key={id}>
              {id}: {reason}
            </li>
          ))}
        </ul>
      )}
      {otherwise.map(({ id, reason }) => (
        <p key={id} className={styles.quiet}>
          {id}: {reason}
        </p>
      ))}
    </>
  );
}

type Story = NonNullable<DryRun['actual']>;

function Actual({ story }: { story: Story }) {
  const back = story.events.find(({ type }) => type === 'rollback_started');
  return (
    <>
      <p className={styles.lead}>
        {back ? (
          <>
            It would have been <strong>taken back</strong> on {formatExact(Date.parse(back.at))},
            after {plural(back.treatment_people, 'person', 'people')} with the change.
          </>
        ) : (
          <>With the people who had the change, it would not have been taken back.</>
        )}
      </p>
      <TimeLine story={story} />
    </>
  );
}

function TimeLine({ story }: { story: Story }) {
  return (
    <ol className={styles.warnings} aria-label="What would have happened">
      {story.events.map(({ at, type, stage, reasons }) => (
        <li key={at + type}>
          <strong>{eventWords(type).words}</strong>{' '}
          <span className={styles.quiet}>
            {stage}, {formatExact(Date.parse(at))}
          </span>
          {reasons.map((reason) => (
            <p key={reason} className={styles.quiet}>
              {reason}
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}

function FalseAlarms({ alarms }: { alarms: NonNullable<DryRun['false_alarms']> }) {
  const { runs, rolled_back: back, held, paused, guardrails, stories } = alarms;
  const [first] = stories.filter(({ end }) => end === 'rolled_back' || end === 'held');
  return (
    <>
      <p className={styles.lead}>
        Nobody had the change, so each of {plural(runs, 'random split')} compares people with
        themselves. <strong>{back}</strong> would have been taken back and <strong>{paused}</strong>{' '}
        paused for suspected harm: false alarms.
        {held > 0 && ` ${held} ${held === 1 ? 'was' : 'were'} on hold at the end; why is below.`}
      </p>
      <table className={styles.stages}>
        <thead>
          <tr>
            <th scope="col">Guardrail</th>
            <th scope="col" className={styles.end}>
              Falsely yellow
            </th>
            <th scope="col" className={styles.end}>
              Falsely red
            </th>
          </tr>
        </thead>
        <tbody>
          {guardrails.map(({ id, yellow, red }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td className={styles.end}>
                <Part count={yellow} of={runs} tone={styles.even} />
              </td>
              <td className={styles.end}>
                <Part count={red} of={runs} tone={styles.poor} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {first && (
        <details className={styles.advice}>
          <summary>One that was stopped, and why</summary>
          <TimeLine story={first} />
        </details>
      )}
    </>
  );
}

type PartProps = { readonly count: number; readonly of: number; readonly tone: string | undefined };

function Part({ count, of, tone }: PartProps) {
  return (
    <span className={styles.odds}>
      <span className={styles.oddsBar} aria-hidden>
        {count > 0 && <span className={tone} style={{ width: `${(count / of) * 100}%` }} />}
      </span>
      {count} of {of}
    </span>
  );
}
