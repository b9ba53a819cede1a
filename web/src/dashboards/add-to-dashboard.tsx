// Puts an insight on a dashboard; what is not saved yet gets a name first.
import { Button, Menu } from '@mantine/core';
import { IconLayoutDashboard } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dashboardsQuery, useAddTile, useCreateDashboard } from '../api/dashboards.ts';
import { type InsightQuery, type SavedInsight, useSaveInsight } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { NameDialog } from '../insights/name-dialog.tsx';
import { savedForm } from '../insights/query-address.ts';
import { toastDone, toastError } from '../ui/toast.ts';

type AddToDashboardProps = {
  readonly scope: Scope;
  /** Null when the question as it stands is not saved. */
  readonly insight: SavedInsight | null;
  readonly query: InsightQuery;
  /** What the question is called so far. */
  readonly name: string;
  /** Called with what was saved on the way. */
  readonly onSaved: (insight: SavedInsight) => void;
};

type Target = { readonly id: number; readonly name: string } | 'new';

export function AddToDashboard({ scope, insight, query, name, onSaved }: AddToDashboardProps) {
  const [isOpen, setOpen] = useState(false);
  const [waiting, setWaiting] = useState<Target | null>(null);
  const { data } = useQuery({ ...dashboardsQuery(scope, ''), enabled: isOpen });
  const save = useSaveInsight(scope);
  const put = usePut(scope);
  const choose = (target: Target) => (insight ? void put(insight, target) : setWaiting(target));
  const close = () => {
    setWaiting(null);
    save.reset();
  };
  return (
    <>
      <Menu position="bottom-end" opened={isOpen} onChange={setOpen}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconLayoutDashboard size={16} />}>
            Add to dashboard
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
          {data?.results.map((dashboard) => (
            <Menu.Item key={dashboard.id} onClick={() => choose(dashboard)}>
              {dashboard.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => choose('new')}>A new dashboard</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NameDialog
        title={waiting === 'new' || !waiting ? 'Save and add' : `Save and add to ${waiting.name}`}
        action="Save and add"
        isOpen={waiting !== null}
        name={name}
        description=""
        error={save.error}
        isPending={save.isPending}
        onClose={close}
        onName={async (named) => {
          const saved = await save.mutateAsync({ ...named, query: savedForm(query) });
          if (waiting) await put(saved, waiting);
          close();
          onSaved(saved);
        }}
      />
    </>
  );
}

/** Says itself how it went. */
function usePut(scope: Scope) {
  const add = useAddTile(scope);
  const create = useCreateDashboard(scope);
  return async ({ id, name }: SavedInsight, target: Target): Promise<void> => {
    const tile = { insight: { id } };
    try {
      const dashboard =
        target === 'new'
          ? await create.mutateAsync({ name: name || 'New dashboard', tiles: [tile] })
          : await add.mutateAsync({ id: target.id, tile });
      toastDone(`It is on ${dashboard.name}.`);
    } catch (error) {
      toastError(error);
    }
  };
}
