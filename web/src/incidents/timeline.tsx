// What happened, in order.
import type { Incident } from '../api/incidents.ts';
import rollout from '../rollouts/rollout.module.css';
import { Time } from '../ui/time.tsx';
import { lineTone } from './incident-words.ts';
import styles from './incidents.module.css';

export function Timeline({ entries }: { readonly entries: Incident['timeline'] }) {
  return (
    <ol className={rollout.timeline}>
      {entries.map(({ at, kind, text, by }, index) => (
        <li key={`${at} ${index}`} className={`${rollout.decision} ${styles.line}`}>
          <span className={`${rollout.bullet} ${rollout[lineTone(kind)]}`} aria-hidden />
          <div>
            <span>{text}</span>{' '}
            <span className={styles.dim}>
              {by && `${by} · `}
              <Time at={at} />
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
