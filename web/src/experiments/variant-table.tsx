// A table with a column for each variant that scrolls by itself where it is too wide.
import type { ReactNode } from 'react';
import styles from './results.module.css';

type VariantTableProps = {
  /** Of the place that scrolls. */
  readonly region: string;
  readonly label: string;
  /** What a row is. */
  readonly first: string;
  readonly keys: readonly string[];
  readonly children: ReactNode;
};

export function VariantTable({ region, label, first, keys, children }: VariantTableProps) {
  return (
    <div className={styles.tableScroll} tabIndex={0} role="region" aria-label={region}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {keys.map((key) => (
              <th key={key} scope="col">
                {key}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
