// The one table: a real <table> on wide screens, stacked rows on phones. Rows can be chosen, columns sorted.
import { Checkbox, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
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
  /** The list can be sorted by it, under this name. */
  readonly sortKey?: string;
};

/** `-key` sorts downwards. */
type Sorting = { readonly by: string; readonly onSort: (by: string) => void };

type Selection<Row> = {
  readonly isSelected: (row: Row) => boolean;
  readonly onSelect: (rows: readonly Row[], isSelected: boolean) => void;
  /** What a row is called. */
  readonly nameOf: (row: Row) => string;
};

type DataTableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly sorting?: Sorting;
  readonly selection?: Selection<Row>;
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

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, sorting, selection } = props;
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {selection && <SelectAll rows={rows} selection={selection} />}
            {columns.map((column) => (
              <Heading key={column.title} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} aria-selected={selection?.isSelected(row)}>
              {selection && <SelectRow row={row} selection={selection} />}
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

type HeadingProps<Row> = {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
};

function Heading<Row>({ column, sorting }: HeadingProps<Row>) {
  const { title, sortKey, hiddenTitle } = column;
  if (!sorting || sortKey === undefined) {
    return (
      <th scope="col" className={cellClass(column)}>
        {hiddenTitle ? <VisuallyHidden>{title}</VisuallyHidden> : title}
      </th>
    );
  }
  const isUp = sorting.by === sortKey;
  const isDown = sorting.by === `-${sortKey}`;
  const Arrow = isUp ? IconArrowUp : IconArrowDown;
  return (
    <th
      scope="col"
      className={cellClass(column)}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}
    >
      <UnstyledButton
        className={styles.sort}
        onClick={() => sorting.onSort(isUp ? `-${sortKey}` : sortKey)}
      >
        {title}
        <Arrow size={13} aria-hidden className={isUp || isDown ? '' : styles.unsorted} />
      </UnstyledButton>
    </th>
  );
}

type SelectAllProps<Row> = {
  readonly rows: readonly Row[];
  readonly selection: Selection<Row>;
};

function SelectAll<Row>({ rows, selection }: SelectAllProps<Row>) {
  const count = rows.filter((row) => selection.isSelected(row)).length;
  return (
    <th scope="col" className={styles.shrink}>
      <Checkbox
        size="xs"
        aria-label="Choose all on this page"
        checked={rows.length > 0 && count === rows.length}
        indeterminate={count > 0 && count < rows.length}
        onChange={(event) => selection.onSelect(rows, event.currentTarget.checked)}
      />
    </th>
  );
}

function SelectRow<Row>({ row, selection }: { row: Row; selection: Selection<Row> }) {
  return (
    <td className={styles.shrink}>
      <Checkbox
        size="xs"
        aria-label={`Choose ${selection.nameOf(row)}`}
        checked={selection.isSelected(row)}
        onChange={(event) => selection.onSelect([row], event.currentTarget.checked)}
      />
    </td>
  );
}
