// In which releases, browsers and systems an error happens.
import type { IssueNumbers } from '../api/errors.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

type Part = IssueNumbers['releases'][number];

const COUNTS: readonly Column<Part>[] = [
  {
    title: 'Exceptions',
    nameNarrow: true,
    align: 'end',
    cell: ({ occurrences }) => formatNumber(occurrences),
  },
  { title: 'People', nameNarrow: true, align: 'end', cell: ({ users }) => formatNumber(users) },
  { title: 'Last seen', nameNarrow: true, cell: ({ last_seen: at }) => <Time at={at} /> },
];

const TABLES = [
  { key: 'releases', title: 'By release', of: 'Release' },
  { key: 'browsers', title: 'By browser', of: 'Browser' },
  { key: 'systems', title: 'By system', of: 'System' },
] as const;

/** Tables that would say nothing are left out. */
export function PartsSections({ numbers }: { numbers: IssueNumbers }) {
  return TABLES.map(({ key, title, of }) => {
    const parts = numbers[key];
    if (parts.every(({ value }) => value === '')) return null;
    const name: Column<Part> = { title: of, lead: true, cell: ({ value }) => value || 'Not said' };
    return (
      <Section key={key} title={title} flush>
        <DataTable
          label={title}
          columns={[name, ...COUNTS]}
          rows={parts}
          rowKey={({ value }) => value}
        />
      </Section>
    );
  });
}
