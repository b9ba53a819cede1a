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
