// One dashboard: its tiles, what overrides them, and how it is shown to others.
import { Button } from '@mantine/core';
import { IconArrowsMinimize, IconLink, IconMaximize, IconPencil } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type Dashboard,
  type DashboardChange,
  dashboardQuery,
  useEditDashboard,
} from '../api/dashboards.ts';
import { type Scope, useScope } from '../api/session.ts';
import { NameDialog } from '../insights/name-dialog.tsx';
import { todayIn } from '../insights/range.ts';
import { FavouriteButton } from '../ui/favourite-button.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { toastError } from '../ui/toast.ts';
import { AddTile } from './add-tile.tsx';
import styles from './dashboards.module.css';
import { FiltersBar, RefreshBar, refreshMs } from './filters-bar.tsx';
import { LinksDialog } from './links-dialog.tsx';
import { TilesView } from './tiles-view.tsx';

const BACK = { to: '/dashboards', label: 'Dashboards' };

function DashboardPage() {
  const scope = useScope();
  const { dashboardId } = useParams({ from: '/app/dashboards/$dashboardId' });
  const { full } = useSearch({ from: '/app/dashboards/$dashboardId' });
  const dashboard = useQuery(dashboardQuery(scope, dashboardId));
  const view = (
    <QueryView query={dashboard} loading={<LoadingBlock height={480} />}>
      {(shown) => <DashboardView dashboard={shown} scope={scope} />}
    </QueryView>
  );
  return full ? <div className={styles.shared}>{view}</div> : <Page>{view}</Page>;
}

function DashboardView({ dashboard, scope }: { dashboard: Dashboard; scope: Scope }) {
  const { full, refresh } = useSearch({ from: '/app/dashboards/$dashboardId' });
  const navigate = useNavigate({ from: '/dashboards/$dashboardId' });
  const edit = useEditDashboard(scope, dashboard.id);
  const change = (wanted: DashboardChange) => edit.mutate(wanted, { onError: toastError });
  const isFull = full !== undefined;
  const canEdit = !isFull && !dashboard.deleted;
  const show = (search: { full?: string | undefined; refresh?: string | undefined }) =>
    void navigate({ search: (current) => ({ ...current, ...search }), replace: true });
  return (
    <>
      <PageHeader
        title={dashboard.name}
        lead={dashboard.description || undefined}
        {...(isFull ? {} : { back: BACK })}
        badge={
          <>
            {canEdit && (
              <>
                <FavouriteButton
                  isOn={dashboard.favorited}
                  onChange={(favorited) => change({ favorited })}
                />
                <Renaming dashboard={dashboard} onName={edit.mutateAsync} />
              </>
            )}
            {dashboard.deleted && (
              <StatusBadge tone="harm" hollow>
                Deleted
              </StatusBadge>
            )}
          </>
        }
        actions={
          <>
            {canEdit && <Sharing scope={scope} id={dashboard.id} />}
            <Button
              variant="default"
              leftSection={isFull ? <IconArrowsMinimize size={16} /> : <IconMaximize size={16} />}
              onClick={() => show({ full: isFull ? undefined : 'yes' })}
            >
              {isFull ? 'Leave full screen' : 'Full screen'}
            </Button>
            {canEdit && <AddTile scope={scope} id={dashboard.id} />}
          </>
        }
      />
      <div className={styles.bar}>
        <RefreshBar refresh={refresh} onRefresh={(next) => show({ refresh: next })} />
        {canEdit && (
          <FiltersBar
            filters={dashboard.filters}
            today={todayIn(scope.project.timezone)}
            onChange={(filters) => change({ filters })}
          />
        )}
      </div>
      {dashboard.tiles.length === 0 ? (
        <Section>
          <EmptyState title="Nothing on it yet">
            Add insights that are saved, or a text that says what to look for.
          </EmptyState>
        </Section>
      ) : (
        <TilesView
          dashboard={dashboard}
          scope={scope}
          refreshEvery={refreshMs(refresh)}
          canEdit={canEdit}
          onChange={change}
        />
      )}
    </>
  );
}

type RenamingProps = {
  readonly dashboard: Dashboard;
  readonly onName: (change: DashboardChange) => Promise<Dashboard>;
};

function Renaming({ dashboard: { name, description }, onName }: RenamingProps) {
  const [isOpen, setOpen] = useState(false);
  const renaming = useMutation({ mutationFn: onName, onSuccess: () => setOpen(false) });
  return (
    <>
      <IconAction
        size={28}
        label="Rename"
        onClick={() => {
          renaming.reset();
          setOpen(true);
        }}
      >
        <IconPencil size={16} stroke={1.6} />
      </IconAction>
      <NameDialog
        title="Rename dashboard"
        action="Rename"
        isOpen={isOpen}
        name={name}
        description={description}
        error={renaming.error}
        isPending={renaming.isPending}
        onClose={() => setOpen(false)}
        onName={async (named) => {
          await renaming.mutateAsync(named);
        }}
      />
    </>
  );
}

function Sharing({ scope, id }: { scope: Scope; id: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconLink size={16} />} onClick={() => setOpen(true)}>
        Public links
      </Button>
      {isOpen && <LinksDialog scope={scope} id={id} onClose={() => setOpen(false)} />}
    </>
  );
}

export const dashboardRoute = createLazyRoute('/app/dashboards/$dashboardId')({
  component: DashboardPage,
});
