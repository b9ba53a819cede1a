// A table as a file.
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { csvText, fileName } from './csv.ts';
import type { Table } from './table.ts';

export function CsvButton({ title, table }: { readonly title: string; readonly table: Table }) {
  return (
    <Button
      variant="default"
      size="compact-md"
      leftSection={<IconDownload size={15} />}
      onClick={() => save(title, table)}
    >
      CSV
    </Button>
  );
}

/** Hands a file to the browser. A byte order mark tells spreadsheets that it is UTF-8. */
function save(title: string, { columns, rows }: Table): void {
  const lines = [
    columns.map(({ name }) => name),
    ...rows.map(({ cells }) => cells.map(({ value }) => value)),
  ];
  const file = new Blob(['\uFEFF', csvText(lines)], { type: 'text/csv;charset=utf-8' });
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(title);
  link.click();
  URL.revokeObjectURL(url);
}
