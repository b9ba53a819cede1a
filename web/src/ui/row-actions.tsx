// The small buttons at the end of a table's row.
import { Button, Group } from '@mantine/core';
import type { Column } from './data-table.tsx';

export type RowAction = {
  readonly label: string;
  /** The whole of it for screen readers: what is done, and to which row. */
  readonly name: string;
  readonly tone?: 'harm';
  readonly isPending?: boolean;
  readonly onClick: () => void;
};

/** A column of actions; its heading is for screen readers only. */
export function actionsColumn<Row>(
  actionsOf: (row: Row) => readonly RowAction[],
  layout: Pick<Column<Row>, 'shrink' | 'ownLineNarrow'>,
): Column<Row> {
  return {
    title: 'Actions',
    hiddenTitle: true,
    align: 'end',
    ...layout,
    cell: (row) => (
      <Group gap={4} wrap={layout.shrink ? 'nowrap' : 'wrap'} justify="flex-end">
        {actionsOf(row).map(({ label, name, tone, isPending = false, onClick }) => (
          <Button
            key={label}
            variant="subtle"
            size="compact-sm"
            {...(tone ? { color: tone } : {})}
            loading={isPending}
            aria-label={name}
            onClick={onClick}
          >
            {label}
          </Button>
        ))}
      </Group>
    ),
  };
}
