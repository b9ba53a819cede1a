// What tables of somebody's flags show first: which flag, and what it is for them.
import { Link } from '@tanstack/react-router';
import type { PersonFlags } from '../api/flag-people.ts';
import { overrideWords } from '../flags/override-value.tsx';
import type { Column } from '../ui/data-table.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

export type FlagRow = PersonFlags[string] & { readonly key: string };

export const FLAG_COLUMN: Column<FlagRow> = {
  title: 'Flag',
  lead: true,
  cell: ({ key }) => (
    <Link to="/feature-flags/$flagId" params={{ flagId: key }}>
      {key}
    </Link>
  ),
};

export const VALUE_COLUMN: Column<FlagRow> = {
  title: 'Value',
  shrink: true,
  cell: ({ value }) => (
    <StatusBadge tone={value === false ? 'neutral' : 'safe'} hollow={value === false}>
      {overrideWords(value)}
    </StatusBadge>
  ),
};
