// Tables of numbers.
import type { ReactNode } from 'react';
import type { Cell } from './csv.ts';

export type TableColumn = { readonly name: string; readonly isNumber?: boolean };

type TableCell = {
  /** In the file. */
  readonly value: Cell;
  /** On the page; the value itself when left out. */
  readonly shown?: ReactNode;
  /** Shows the people behind it. */
  readonly onPick?: (() => void) | undefined;
};

export type TableRow = { readonly key: string; readonly cells: readonly TableCell[] };

export type Table = {
  readonly columns: readonly TableColumn[];
  /** So many of the first columns always stand there; of the rest a page is shown. */
  readonly fixed: number;
  readonly rows: readonly TableRow[];
};

export type Sorting = { readonly column: number; readonly isDown: boolean };

/** By the values of a column; those without one last, whichever way. Null: as they come. */
export function sortedRows(
  rows: readonly TableRow[],
  sorting: Sorting | null,
): readonly TableRow[] {
  if (!sorting) return rows;
  const sign = sorting.isDown ? -1 : 1;
  const valued = rows.map((row) => ({ row, value: row.cells[sorting.column]?.value ?? null }));
  // Numbers that are too long to be numbers here come as texts.
  const isOfNumbers = valued.every(({ value }) => value === null || isNumeric(value));
  const compared = isOfNumbers
    ? (a: string | number, b: string | number) => Number(a) - Number(b)
    : (a: string | number, b: string | number) => COLLATOR.compare(String(a), String(b));
  return valued
    .toSorted(({ value: a }, { value: b }) =>
      a === null || b === null ? Number(a === null) - Number(b === null) : sign * compared(a, b),
    )
    .map(({ row }) => row);
}

const isNumeric = (value: string | number): boolean => value !== '' && !Number.isNaN(Number(value));
const COLLATOR = new Intl.Collator('en');
