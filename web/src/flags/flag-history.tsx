// Who changed the flag, when, what, and why.
import { useQuery } from '@tanstack/react-query';
import type { ResponseOf } from '../api/client.ts';
import type { Scope } from '../api/session.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { changeWords, entryTitle } from './history-words.ts';
import styles from './flags.module.css';
import { type Flag, flagActivityQuery } from '../api/flags.ts';

type Entry = ResponseOf<'flags.activity'>['results'][number];

export function FlagHistory({ flag, scope }: { flag: Flag; scope: Scope }) {
  const activity = useQuery(flagActivityQuery(scope, String(flag.id)));
  return (
    <Section
      title="History"
      lead={`Every change in ${scope.environment.name}, newest first.`}
      flush
    >
      <QueryView query={activity}>
        {({ results }) =>
          results.length === 0 ? (
            <EmptyState title="No changes yet">Each saved change will be listed here.</EmptyState>
          ) : (
            <ol className={styles.history}>
              {results.map((entry) => (
                <HistoryEntry key={entry.id} entry={entry} />
              ))}
            </ol>
          )
        }
      </QueryView>
    </Section>
  );
}

function HistoryEntry({ entry }: { entry: Entry }) {
  const changes = entry.changes.flatMap(changeWords);
  return (
    <li className={styles.entry}>
      <div className={styles.entryHead}>
        <strong>{entryTitle(entry.action)}</strong>
        <span className={styles.dim}>
          {entry.actor.label} · <Time at={entry.at} />
        </span>
      </div>
      {entry.reason && <p className={styles.reason}>{entry.reason}</p>}
      {changes.map(({ field, before, after }) => (
        <div key={field} className={styles.change}>
          <span className={styles.dim}>{field}</span>
          <span className={styles.value}>
            {before !== null && <del className={styles.before}>{before}</del>}
            {after !== null && <ins className={styles.after}>{after}</ins>}
          </span>
        </div>
      ))}
    </li>
  );
}
