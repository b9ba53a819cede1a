// The flags that lose something when one that they need goes, for a question.
import type { ResponseOf } from '../api/client.ts';
import styles from './flag-relations.module.css';

type DependentsProps = { readonly flags: ResponseOf<'flags.dependents'> };

export function Dependents({ flags }: DependentsProps) {
  return (
    <>
      <p style={{ margin: '0 0 8px' }}>
        Conditions of these flags ask for it. Without it they no longer hold as they do now:
      </p>
      <ul className={styles.list}>
        {flags.map(({ id, key, name, need }) => (
          <li key={id}>
            <span className={styles.key}>{key}</span>
            <span className={styles.dim}>
              {need === 'kill_switch' ? ' has it as kill switch' : name && ` · ${name}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
