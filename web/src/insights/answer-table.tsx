// The numbers behind a chart, a page of rows and columns at a time however many there are, and all of them as
// a file.
import { Group } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useContext, useState } from 'react';
import { IconAction } from '../ui/icon-action.tsx';
import { Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { CsvButton } from './csv-button.tsx';
import styles from './explorer.module.css';
import { InTile } from './in-tile.ts';
import type { Table, TableColumn, TableRow } from './table.ts';

type AnswerTableProps = Table & { readonly title: string };

const ROWS_PAGE = 25;
const COLUMNS_PAGE = 31;

export function AnswerTable(props: AnswerTableProps) {
  return useContext(InTile) ? null : <WholeTable {...props} />;
}

function WholeTable({ title, ...table }: AnswerTableProps) {
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
            <ColumnPager
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
      {pages > 1 && (
        <Pager
          offset={at * ROWS_PAGE}
          shown={shown.length}
          count={rows.length}
          pageRows={ROWS_PAGE}
          onChange={(offset) => setPage(offset / ROWS_PAGE)}
        />
      )}
    </Section>
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

type ColumnPagerProps = {
  readonly words: string;
  readonly page: number;
  readonly pages: number;
  readonly onChange: (page: number) => void;
};

function ColumnPager({ words, page, pages, onChange }: ColumnPagerProps) {
  return (
    <Group gap={6} role="group" aria-label="Columns">
      <IconAction
        size={28}
        label="Earlier columns"
        isDisabled={page === 0}
        onClick={() => onChange(page - 1)}
      >
        <IconChevronLeft size={16} />
      </IconAction>
      <span className={styles.dim}>{words}</span>
      <IconAction
        size={28}
        label="Later columns"
        isDisabled={page >= pages - 1}
        onClick={() => onChange(page + 1)}
      >
        <IconChevronRight size={16} />
      </IconAction>
    </Group>
  );
}
