// The numbers behind a chart over days, for whoever does not see it or wants them exactly.
import { longName } from '../charts/time-axis.ts';
import styles from './results.module.css';

type DayTableProps = {
  readonly summary: string;
  readonly label: string;
  readonly days: readonly string[];
  readonly keys: readonly string[];
  readonly textAt: (step: number, key: string) => string;
};

export function DayTable({ summary, label, days, keys, textAt }: DayTableProps) {
  return (
    <details>
      <summary>{summary}</summary>
      <div className={styles.tableScroll} tabIndex={0} role="region" aria-label={label}>
        <table className={styles.table} aria-label={label}>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {keys.map((key) => (
                <th key={key} scope="col">
                  {key}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day, step) => (
              <tr key={day}>
                <th scope="row">{longName(day, 'day')}</th>
                {keys.map((key) => (
                  <td key={key}>{textAt(step, key)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
