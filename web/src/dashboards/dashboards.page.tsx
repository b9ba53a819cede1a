// All dashboards: found, made, doubled, pinned, deleted.
import { Button, Group, Menu } from '@mantine/core';
import { IconLayoutDashboard, IconPin, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type DashboardSummary,
  dashboardsQuery,
  useChangeDashboard,
  useCreateDashboard,
} from '../api/dashboards.ts';
import { type Scope, useScope } from '../api/session.ts';
import { NameDialog } from '../insights/name-dialog.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FavouriteButton } from '../ui/favourite-button.tsx';
import { FAVOURITES, FavouritesFilter } from '../ui/favourites-filter.tsx';
import { plural } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { SearchText } from '../ui/search-text.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './dashboards.module.css';

const COLUMNS: readonly Column<DashboardSummary>[] = [
  {
    title: 'Dashboard',
    lead: true,
    cell: ({ id, name, description, pinned, tile_count: tiles }) => (
      <div>
        {pinned && <IconPin size={14} stroke={1.7} role="img" aria-label="Pinned" />}{' '}
        <Link to="/dashboards/$dashboardId" params={{ dashboardId: String(id) }}>
          {name}
        </Link>
        <p className={styles.dim}>{description || plural(tiles, 'tile')}</p>
      </div>
    ),
  },
  {
    title: 'By',
    shrink: true,
    nameNarrow: true,
    cell: ({ created_by: by }) => by?.name || by?.email || 'somebody gone',
  },
  {
    title: 'Last change',
    shrink: true,
    nameNarrow: true,
    align: 'end',
    cell: ({ last_modified_at: at }) => <Time at={at} />,
  },
];

function Dashboards() {
  const scope = useScope();
  const { search = '', show } = useSearch({ from: '/app/dashboards' });
  const navigate = useNavigate({ from: '/dashboards' });
  const dashboards = useQuery(dashboardsQuery(scope, search, show === FAVOURITES));
  return (
    <Page>
      <PageHeader
        title="Dashboards"
        lead="Insights side by side, for a release or for every day."
        actions={<NewDashboard scope={scope} />}
      />
      <Group gap="sm">
        <SearchText
          label="Search dashboards"
          placeholder="Search by name"
          icon={<IconSearch size={16} stroke={1.6} />}
          className={styles.search ?? ''}
          text={search}
          onChange={(text) =>
            void navigate({ search: (now) => ({ ...now, search: text }), replace: true })
          }
        />
        <FavouritesFilter
          show={show}
          onChange={(next) =>
            void navigate({ search: (now) => ({ ...now, show: next }), replace: true })
          }
        />
      </Group>
      <Section flush>
        <QueryView query={dashboards}>
          {({ results }) =>
            results.length === 0 ? (
              <NoDashboards search={search} isNarrowed={show === FAVOURITES} />
            ) : (
              <DashboardsTable scope={scope} rows={results} />
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

function NoDashboards({ search, isNarrowed }: { search: string; isNarrowed: boolean }) {
  if (search) return <EmptyState title="No such dashboard">Try a part of its name.</EmptyState>;
  if (isNarrowed) {
    return <EmptyState title="No favourite yet">The star of a dashboard makes it one.</EmptyState>;
  }
  return (
    <EmptyState icon={<IconLayoutDashboard size={24} stroke={1.6} />} title="No dashboard yet">
      Begin with the product basics, or on the page of a flag with what its variants do.
    </EmptyState>
  );
}

type TableProps = { readonly scope: Scope; readonly rows: readonly DashboardSummary[] };

function DashboardsTable({ scope, rows }: TableProps) {
  const confirm = useConfirm();
  const create = useCreateDashboard(scope);
  const change = useChangeDashboard(scope);
  const remove = async ({ id, name }: DashboardSummary) => {
    const answer = await confirm({
      title: `Delete ${name}?`,
      body: 'Its insights stay. Its public links stop working for good; the API can bring the rest back.',
      action: 'Delete',
      tone: 'harm',
    });
    if (!answer) return;
    await change.mutateAsync({ id, deleted: true });
    toastDone(`${name} is deleted.`);
  };
  const duplicate = async ({ id }: DashboardSummary) => {
    const copy = await create.mutateAsync({ use_dashboard: id });
    toastDone(`${copy.name} is made.`);
  };
  const star: Column<DashboardSummary> = {
    title: 'Favourite',
    hiddenTitle: true,
    shrink: true,
    cell: ({ id, name, favorited }) => (
      <FavouriteButton
        name={name}
        isOn={favorited}
        onChange={(isOn) => change.mutate({ id, favorited: isOn }, { onError: toastError })}
      />
    ),
  };
  const columns = [
    ...COLUMNS,
    star,
    actionsColumn<DashboardSummary>(
      (row) => [
        {
          label: row.pinned ? 'Unpin' : 'Pin',
          name: `${row.pinned ? 'Unpin' : 'Pin'} ${row.name}`,
          onClick: () =>
            change.mutate({ id: row.id, pinned: !row.pinned }, { onError: toastError }),
        },
        {
          label: 'Duplicate',
          name: `Duplicate ${row.name}`,
          onClick: () => void duplicate(row).catch(toastError),
        },
        {
          label: 'Delete',
          name: `Delete ${row.name}`,
          tone: 'harm',
          onClick: () => void remove(row).catch(toastError),
        },
      ],
      { shrink: true },
    ),
  ];
  return <DataTable label="Dashboards" columns={columns} rows={rows} rowKey={({ id }) => id} />;
}

function NewDashboard({ scope }: { scope: Scope }) {
  const [isNaming, setNaming] = useState(false);
  const create = useCreateDashboard(scope);
  const navigate = useNavigate();
  const make = async (body: Parameters<typeof create.mutateAsync>[0]) => {
    const { id } = await create.mutateAsync(body);
    await navigate({ to: '/dashboards/$dashboardId', params: { dashboardId: String(id) } });
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button loading={create.isPending}>New dashboard</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setNaming(true)}>Blank…</Menu.Item>
          <Menu.Item
            onClick={() => void make({ use_template: 'product_basics' }).catch(toastError)}
          >
            Product basics
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NameDialog
        title="New dashboard"
        action="Make it"
        isOpen={isNaming}
        name=""
        description=""
        error={create.error}
        isPending={create.isPending}
        onClose={() => {
          setNaming(false);
          create.reset();
        }}
        onName={make}
      />
    </>
  );
}

export const dashboardsRoute = createLazyRoute('/app/dashboards')({ component: Dashboards });
