// Columns of tables of groups, and of who and what shares events with one.
import { Link } from '@tanstack/react-router';
import type { Group } from '../api/groups.ts';
import type { Column } from '../ui/data-table.tsx';
import { formatNumber } from '../ui/format.ts';
import { Time } from '../ui/time.tsx';
import { groupName } from './group-words.ts';
import styles from './people.module.css';

/** The group's name, which leads to its page. */
export const GROUP_COLUMN: Column<Group> = {
  title: 'Group',
  lead: true,
  cell: (group) => (
    <Link
      to="/people/groups/$typeIndex/$groupKey"
      params={{ typeIndex: String(group.group_type_index), groupKey: group.group_key }}
      className={styles.name}
    >
      {groupName(group)}
    </Link>
  ),
};

type Shared = { readonly events: number; readonly last_seen: string };

/** How many events are shared, and when the last was. */
export const SHARED_COLUMNS: readonly Column<Shared>[] = [
  {
    title: 'Events',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ events }) => formatNumber(events),
  },
  {
    title: 'Last event',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ last_seen: at }) => <Time at={at} />,
  },
];
