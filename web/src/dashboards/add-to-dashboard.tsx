// Puts a saved insight on a dashboard.
import { Button, Menu } from '@mantine/core';
import { IconLayoutDashboard } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dashboardsQuery, useAddTile, useCreateDashboard } from '../api/dashboards.ts';
import type { SavedInsight } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { toastDone, toastError } from '../ui/toast.ts';

type AddToDashboardProps = { readonly scope: Scope; readonly insight: SavedInsight };

export function AddToDashboard({ scope, insight }: AddToDashboardProps) {
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...dashboardsQuery(scope, ''), enabled: isOpen });
  const add = useAddTile(scope);
  const create = useCreateDashboard(scope);
  const tile = { insight: { id: insight.id } };
  const put = async (adding: Promise<{ readonly name: string }>) => {
    try {
      toastDone(`It is on ${(await adding).name}.`);
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Menu position="bottom-end" opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconLayoutDashboard size={16} />}>
          Add to dashboard
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {data?.results.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => void put(add.mutateAsync({ id, tile }))}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          onClick={() =>
            void put(create.mutateAsync({ name: insight.name || 'New dashboard', tiles: [tile] }))
          }
        >
          A new dashboard
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
