// Properties of a person or a group that can be changed by hand.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { sortedProperties } from '../ui/property-table.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { EmptyState } from '../ui/states.tsx';
import { toastError } from '../ui/toast.ts';
import { type Edited, PropertyDialog } from './property-dialog.tsx';
import styles from './people.module.css';

type PropertyChanges = {
  /** Rejects when the server refuses. */
  readonly set: (key: string, value: unknown) => Promise<unknown>;
  readonly remove: (key: string) => Promise<unknown>;
};

type Props = {
  readonly properties: Readonly<Record<string, unknown>>;
  /** Whose they are. */
  readonly owner: string;
  readonly changes: PropertyChanges;
  /** How properties come about. */
  readonly hint: string;
};

type Row = { readonly key: string; readonly value: unknown };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Property', lead: true, cell: ({ key }) => <code>{key}</code> },
  {
    title: 'Value',
    cell: ({ value }) => (
      <span className={styles.value}>
        {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
      </span>
    ),
  },
];

export function EditableProperties({ properties, owner, changes, hint }: Props) {
  const confirm = useConfirm();
  const [edited, setEdited] = useState<Edited>();
  const rows = sortedProperties(properties).map(([key, value]) => ({ key, value }));
  const remove = async ({ key }: Row) => {
    const answer = await confirm({
      title: `Delete ${key}?`,
      body: `${owner} loses this property. It comes back when an SDK sets it again.`,
      action: 'Delete',
      tone: 'harm',
    });
    if (answer) changes.remove(key).catch(toastError);
  };
  const columns = [
    ...COLUMNS,
    actionsColumn<Row>(
      (row) => [
        { label: 'Edit', name: `Edit ${row.key}`, onClick: () => setEdited(row) },
        { label: 'Delete', name: `Delete ${row.key}`, onClick: () => void remove(row) },
      ],
      { shrink: true, ownLineNarrow: true },
    ),
  ];
  return (
    <Section
      title="Properties"
      flush
      actions={
        <Button variant="default" size="compact-sm" onClick={() => setEdited({ key: '' })}>
          Add property
        </Button>
      }
    >
      {rows.length === 0 ? (
        <EmptyState title="No properties">{hint}</EmptyState>
      ) : (
        <DataTable label="Properties" columns={columns} rows={rows} rowKey={({ key }) => key} />
      )}
      {edited && (
        <PropertyDialog
          edited={edited}
          taken={edited.key === '' ? Object.keys(properties) : []}
          onSave={changes.set}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Section>
  );
}
