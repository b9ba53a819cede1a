// Groups that share events with a person or another group.
import { type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { groupTypeNamesQuery, type Related, type RelatedGroup } from '../api/groups.ts';
import type { Scope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { typeNoun } from './group-words.ts';
import { GROUP_COLUMN, SHARED_COLUMNS } from './related-columns.tsx';

type Props<K extends QueryKey> = {
  readonly scope: Scope;
  readonly query: UseQueryOptions<Related[], Error, Related[], K>;
};

/** Nothing while there are none. */
export function RelatedGroups<K extends QueryKey>({ scope, query }: Props<K>) {
  const related = useQuery(query);
  const types = useQuery(groupTypeNamesQuery(scope));
  const groups = related.data?.filter((one) => one.type === 'group') ?? [];
  if (groups.length === 0) return null;
  const nounOf = (index: number) => {
    const type = types.data?.find((one) => one.group_type_index === index);
    return type ? typeNoun(type) : '';
  };
  const columns: readonly Column<RelatedGroup>[] = [
    GROUP_COLUMN,
    {
      title: 'Type',
      nameNarrow: true,
      shrink: true,
      cell: ({ group_type_index: index }) => nounOf(index),
    },
    ...SHARED_COLUMNS,
  ];
  return (
    <Section title="Groups" lead="Named by the same events, in the last 90 days." flush>
      <DataTable
        label="Groups"
        columns={columns}
        rows={groups}
        rowKey={(group) => `${group.group_type_index} ${group.group_key}`}
      />
    </Section>
  );
}
