// What the flags that are dealt out by group are for one of them, and why.
import { useQuery } from '@tanstack/react-query';
import { groupFlagsQuery } from '../api/flag-people.ts';
import { flagsQuery } from '../api/flags.ts';
import type { GroupType } from '../api/groups.ts';
import type { Scope } from '../api/session.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { typeNoun } from './group-words.ts';
import { FLAG_COLUMN, VALUE_COLUMN } from './person-flag-columns.tsx';
import { reasonWords } from './reason-words.ts';

type Props = { readonly scope: Scope; readonly type: GroupType; readonly groupKey: string };

export function GroupFlags({ scope, type, groupKey }: Props) {
  const { group_type: name, group_type_index: index } = type;
  const values = useQuery(groupFlagsQuery(scope, name, groupKey));
  const flags = useQuery(flagsQuery(scope));
  const byGroup = new Set(
    flags.data?.results
      .filter(
        ({ filters }) =>
          filters.aggregation_group_type_index === index ||
          filters.groups?.some((set) => set.aggregation_group_type_index === index),
      )
      .map(({ key }) => key),
  );
  const noun = typeNoun(type);
  return (
    <Section
      title="Flags"
      lead={`Those dealt out by ${noun}, as it gets them in ${scope.environment.name} now.`}
      flush
    >
      <QueryView query={values}>
        {(byKey) => {
          const rows = Object.entries(byKey)
            .filter(([key]) => byGroup.has(key))
            .map(([key, flag]) => ({ ...flag, key }));
          if (rows.length === 0) {
            return (
              <EmptyState title="No flag is dealt out by this type">
                Give a flag, or one of its sets, to the {noun} instead of the person.
              </EmptyState>
            );
          }
          return (
            <DataTable
              label="Flags"
              columns={[
                FLAG_COLUMN,
                VALUE_COLUMN,
                {
                  title: 'Because',
                  nameNarrow: true,
                  cell: ({ evaluation }) => reasonWords(evaluation),
                },
              ]}
              rows={rows}
              rowKey={({ key }) => key}
            />
          );
        }}
      </QueryView>
    </Section>
  );
}
