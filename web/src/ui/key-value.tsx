// Facts as a description list.
import { Fragment, type ReactNode } from 'react';
import styles from './key-value.module.css';

/** Each entry is a name and what it is. */
export function KeyValue({ entries }: { entries: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles.list}>
      {entries.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
