// The numbers behind a chart, a page of rows and columns at a time however many there are, and all of them as
// a file.
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../ui/page.tsx';
import { plural } from '../ui/format.ts';
import { CsvButton } from './csv-button.tsx';
import styles from './explorer.module.css';
import type { Table, TableColumn, TableRow } from './table.ts';

type AnswerTableProps = Table & { readonly title: string };

const ROWS_PAGE = 25;
const COLUMNS_PAGE = 31;

export function AnswerTable({ title, ...table }: AnswerTableProps) {
  const { columns, fixed, rows } = table;
  const [page, setPage] = useState(0);
  const [columnPage, setColumnPage] = useState(0);
  const pages = Math.max(1, Math.ceil(rows.length / ROWS_PAGE));
  const at = Math.min(page, pages - 1);
  const range = columnRange(columns.length, fixed, columnPage);
  const pick = <T,>(list: readonly T[]) => [
    ...list.slice(0, fixed),
    ...list.slice(range.from, range.to),
  ];
  const shown = rows.slice(at * ROWS_PAGE, (at + 1) * ROWS_PAGE);
  const head = pick(columns);
  return (
    <Section
      title="Table"
      flush
      actions={
        <Group gap="xs">
          {range.pages > 1 && (
            <Pager
              label="Columns"
              words={`${range.from - fixed + 1}–${range.to - fixed} of ${columns.length - fixed}`}
              page={range.pages - 1 - range.back}
              pages={range.pages}
              onChange={(next) => setColumnPage(range.pages - 1 - next)}
            />
          )}
          <CsvButton title={title} table={table} />
        </Group>
      }
    >
      <div className={styles.tableScroll} tabIndex={0} role="region" aria-label="Numbers">
        <table className={styles.table} aria-label={`Numbers of ${title}`}>
          <thead>
            <tr>
              {head.map((column, index) => (
                <th
                  key={`${column.name} ${index}`}
                  scope="col"
                  data-number={column.isNumber || undefined}
                >
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, cells }) => (
              <tr key={key}>
                {pick(cells).map((cell, index) => (
                  <CellView key={index} cell={cell} isHead={index === 0} column={head[index]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && <Foot rows={rows.length} page={at} pages={pages} onChange={setPage} />}
    </Section>
  );
}

type FootProps = Pick<PagerProps, 'page' | 'pages' | 'onChange'> & { readonly rows: number };

function Foot({ rows, page, pages, onChange }: FootProps) {
  return (
    <div className={styles.tableFoot}>
      <span className={styles.dim}>{plural(rows, 'row')}, all are in the CSV</span>
      <Pager
        label="Rows"
        words={`${page * ROWS_PAGE + 1}–${Math.min(rows, (page + 1) * ROWS_PAGE)}`}
        page={page}
        pages={pages}
        onChange={onChange}
      />
    </div>
  );
}

/** The newest columns stand first to be seen: pages are counted from the end. */
function columnRange(columns: number, fixed: number, back: number) {
  const pages = Math.max(1, Math.ceil((columns - fixed) / COLUMNS_PAGE));
  const at = Math.min(back, pages - 1);
  const to = columns - at * COLUMNS_PAGE;
  return { pages, back: at, to, from: Math.max(fixed, to - COLUMNS_PAGE) };
}

type CellViewProps = {
  readonly cell: TableRow['cells'][number];
  readonly isHead: boolean;
  readonly column: TableColumn | undefined;
};

function CellView({ cell, isHead, column }: CellViewProps) {
  const content = cell.shown ?? cell.value ?? '–';
  if (isHead) {
    return (
      <th scope="row" className={styles.rowHead}>
        {content}
      </th>
    );
  }
  return (
    <td data-number={column?.isNumber || undefined}>
      {cell.onPick ? (
        <button type="button" className={styles.cellButton} onClick={cell.onPick}>
          {content}
        </button>
      ) : (
        content
      )}
    </td>
  );
}

type PagerProps = {
  readonly label: string;
  readonly words: string;
  readonly page: number;
  readonly pages: number;
  readonly onChange: (page: number) => void;
};

function Pager({ label, words, page, pages, onChange }: PagerProps) {
  return (
    <Group gap={6} role="group" aria-label={label}>
      <Button
        variant="default"
        size="compact-sm"
        disabled={page === 0}
        aria-label={`${label}: back`}
        onClick={() => onChange(page - 1)}
      >
        ‹
      </Button>
      <span className={styles.dim}>{words}</span>
      <Button
        variant="default"
        size="compact-sm"
        disabled={page >= pages - 1}
        aria-label={`${label}: on`}
        onClick={() => onChange(page + 1)}
      >
        ›
      </Button>
    </Group>
  );
}
