// The numbers behind a chart, a page of rows and columns at a time however many there are, and all of them as
// a file.
import { Group, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useContext, useMemo, useState } from 'react';
import { IconAction } from '../ui/icon-action.tsx';
import { Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { CsvButton } from './csv-button.tsx';
import styles from './explorer.module.css';
import { InTile } from './in-tile.ts';
import { type Sorting, sortedRows, type Table, type TableColumn, type TableRow } from './table.ts';

type AnswerTableProps = Table & {
  /** What the numbers are of, for screen readers and files. */
  readonly title: string;
  readonly heading?: string;
};

const ROWS_PAGE = 25;
const COLUMNS_PAGE = 31;

export function AnswerTable(props: AnswerTableProps) {
  return useContext(InTile) ? null : <WholeTable {...props} />;
}

function WholeTable({ title, heading = 'Table', ...table }: AnswerTableProps) {
  const [columnPage, setColumnPage] = useState(0);
  const { columns, fixed } = table;
  const range = columnRange(columns.length, fixed, columnPage);
  return (
    <Section
      title={heading}
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
      <NumbersTable title={title} {...table} columnPage={columnPage} />
    </Section>
  );
}

type NumbersTableProps = Table & {
  readonly title: string;
  /** From the end. */
  readonly columnPage?: number;
};

/** Rows a page at a time, sorted by whichever column is pressed. */
export function NumbersTable({ title, columnPage = 0, ...table }: NumbersTableProps) {
  const { columns, fixed, rows } = table;
  const [page, setPage] = useState(0);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const sorted = useMemo(() => sortedRows(rows, sorting), [rows, sorting]);
  const pages = Math.max(1, Math.ceil(rows.length / ROWS_PAGE));
  const at = Math.min(page, pages - 1);
  const range = columnRange(columns.length, fixed, columnPage);
  const pick = <T,>(list: readonly T[]) => [
    ...list.slice(0, fixed),
    ...list.slice(range.from, range.to),
  ];
  const shown = sorted.slice(at * ROWS_PAGE, (at + 1) * ROWS_PAGE);
  const head = pick(columns.map((column, index) => ({ ...column, index })));
  return (
    <>
      <div className={styles.tableScroll} tabIndex={0} role="region" aria-label="Numbers">
        <table className={styles.table} aria-label={`Numbers of ${title}`}>
          <thead>
            <tr>
              {head.map((column) => (
                <Heading
                  key={column.index}
                  column={column}
                  sorting={sorting}
                  canSort={rows.length > 1}
                  onSort={(next) => {
                    setSorting(next);
                    setPage(0);
                  }}
                />
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
    </>
  );
}

type HeadingProps = {
  readonly column: TableColumn & { readonly index: number };
  readonly sorting: Sorting | null;
  readonly canSort: boolean;
  readonly onSort: (sorting: Sorting | null) => void;
};

/** Pressed it sorts by its column, the largest numbers first; then the other way; then as the server has them. */
function Heading({
  column: { name, index, isNumber = false },
  sorting,
  canSort,
  onSort,
}: HeadingProps) {
  const isDown = sorting?.column === index ? sorting.isDown : undefined;
  const isFirst = isDown === isNumber;
  const next =
    isDown === undefined || isFirst
      ? { column: index, isDown: isFirst ? !isNumber : isNumber }
      : null;
  const Arrow = isDown ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      data-number={isNumber || undefined}
      aria-sort={isDown === undefined ? undefined : isDown ? 'descending' : 'ascending'}
    >
      {canSort ? (
        <UnstyledButton className={styles.sort} onClick={() => onSort(next)}>
          {name}
          {isDown !== undefined && <Arrow size={12} aria-hidden />}
        </UnstyledButton>
      ) : (
        name
      )}
    </th>
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
