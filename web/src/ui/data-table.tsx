// The one table: a real <table> on wide screens, stacked rows on phones.
import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './data-table.module.css';

export type Column<Row> = {
  /** Column heading; also its key. */
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'end';
  /** No wider than its content. */
  readonly shrink?: true;
  /** Takes a line of its own on phones (usually the first column). */
  readonly lead?: true;
  /** Says its title before the value on phones, where there is no heading. */
  readonly nameNarrow?: true;
  /** Takes a line of its own below the rest on phones. */
  readonly ownLineNarrow?: true;
  /** Left out on phones. */
  readonly hideNarrow?: true;
  /** The heading is for screen readers only (columns of buttons). */
  readonly hiddenTitle?: true;
};

type DataTableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
};

function cellClass<Row>(column: Column<Row>): string {
  const names = [];
  if (column.align === 'end') names.push(styles.end);
  if (column.shrink) names.push(styles.shrink);
  if (column.lead) names.push(styles.lead);
  if (column.ownLineNarrow) names.push(styles.ownLineNarrow);
  if (column.hideNarrow) names.push(styles.hideNarrow);
  return names.join(' ');
}

export function DataTable<Row>({ label, columns, rows, rowKey }: DataTableProps<Row>) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={cellClass(column)}>
                {column.hiddenTitle ? (
                  <VisuallyHidden>{column.title}</VisuallyHidden>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td
                  key={column.title}
                  className={cellClass(column)}
                  data-name={column.nameNarrow ? column.title : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
