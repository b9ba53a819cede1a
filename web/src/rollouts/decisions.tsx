// Every decision, newest first: what, who, when, and why.
import { useQuery } from '@tanstack/react-query';
import type { Scope } from '../api/session.ts';
import { Section } from '../ui/page.tsx';
import { QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './rollout.module.css';
import { eventWords, type RolloutEvent } from './rollout-words.ts';
import { decisionsQuery, type Rollout } from '../api/rollouts.ts';

export function Decisions({ rollout, scope }: { rollout: Rollout; scope: Scope }) {
  const decisions = useQuery(decisionsQuery(scope, rollout.id, rollout.version));
  return (
    <Section title="Decisions" lead="Each is stored with all the numbers it was made from.">
      <QueryView query={decisions}>
        {({ results }) => (
          <ol className={styles.timeline}>
            {results.map((event) => (
              <Decision key={event.seq} event={event} rollout={rollout} />
            ))}
          </ol>
        )}
      </QueryView>
    </Section>
  );
}

function Decision({ event, rollout }: { event: RolloutEvent; rollout: Rollout }) {
  const { words, tone } = eventWords(event.type);
  const stage = rollout.stages[event.stage_index]?.name;
  return (
    <li className={styles.decision}>
      <span className={`${styles.bullet} ${styles[tone]}`} aria-hidden />
      <div>
        <div className={styles.decisionHead}>
          <strong>{words}</strong>
          {stage && event.type !== 'created' && <span>{stage}</span>}
          <span className={styles.dim}>
            {event.actor.kind === 'system' ? 'Serin' : event.actor.label} · <Time at={event.at} />
          </span>
        </div>
        {event.reasons.length > 0 && (
          <ul className={styles.reasons}>
            {event.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
