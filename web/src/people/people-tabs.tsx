// From people to their groups and back, on top of every list.
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { groupTypeNamesQuery } from '../api/groups.ts';
import type { Scope } from '../api/session.ts';
import { TabList } from '../ui/tab-list.tsx';
import { typeName } from './group-words.ts';

/** @param props.chosen `people`, or the index of a group type; nothing is shown while there are no groups */
export function PeopleTabs({ scope, chosen }: { scope: Scope; chosen: string }) {
  const types = useQuery(groupTypeNamesQuery(scope));
  const navigate = useNavigate();
  if (!types.data || types.data.length === 0) return null;
  const tabs = [
    { value: 'people', label: 'People' },
    ...types.data.map((type) => ({
      value: String(type.group_type_index),
      label: typeName(type),
    })),
  ];
  const go = (value: string | null) =>
    value === null || value === 'people'
      ? void navigate({ to: '/people' })
      : void navigate({ to: '/people/groups/$typeIndex', params: { typeIndex: value } });
  return (
    <Tabs value={chosen} onChange={go}>
      <TabList tabs={tabs} chosen={chosen} />
    </Tabs>
  );
}
