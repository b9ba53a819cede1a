// What tables of people show of each: their name, with the way to their page, and since when they are known.
import { Link } from '@tanstack/react-router';
import type { Person } from '../api/people.ts';
import type { Column } from '../ui/data-table.tsx';
import { Time } from '../ui/time.tsx';
import { personName } from './person-words.ts';

export const PERSON_COLUMN: Column<Person> = {
  title: 'Person',
  lead: true,
  cell: (person) => (
    <Link
      to="/people/$personId"
      params={{ personId: person.id }}
      style={{ fontWeight: 560, overflowWrap: 'anywhere' }}
    >
      {personName(person)}
    </Link>
  ),
};

export const FIRST_SEEN_COLUMN: Column<Person> = {
  title: 'First seen',
  nameNarrow: true,
  shrink: true,
  align: 'end',
  cell: (person) => <Time at={person.created_at} />,
};
