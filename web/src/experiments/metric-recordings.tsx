// From a metric to recordings: sessions with each variant in which it happened, and in which it did not.
import { IconVideo } from '@tabler/icons-react';
import type { Experiment, Metric } from '../api/experiments.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { recordingsBy } from './recordings.ts';
import styles from './results.module.css';

type RecordingsProps = {
  readonly experiment: Experiment;
  readonly metric: Metric;
  readonly keys: readonly string[];
};

const WAYS = [
  { didIt: true, label: 'They did it' },
  { didIt: false, label: 'They did not' },
] as const;

export function Recordings({ experiment, metric, keys }: RecordingsProps) {
  return (
    <section>
      <h3>Recordings</h3>
      <p className={styles.dim}>
        Sessions with a variant in which what is counted happened, or did not.
      </p>
      <table className={styles.table} aria-label="Recordings by variant">
        <tbody>
          {keys.map((key) => (
            <tr key={key}>
              <th scope="row">
                <code>{key}</code>
              </th>
              {WAYS.map(({ didIt, label }) => (
                <td key={label}>
                  <LinkButton
                    to="/replay"
                    search={{ filter: recordingsBy(experiment, metric, key, didIt) }}
                    variant="subtle"
                    size="compact-sm"
                    leftSection={<IconVideo size={14} />}
                    aria-label={`Recordings with ${key}: ${label.toLowerCase()}`}
                  >
                    {label}
                  </LinkButton>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
