// One press from a flag or a rollout to the dashboard that watches it.
import { Button } from '@mantine/core';
import { IconLayoutDashboard } from '@tabler/icons-react';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { dashboardsQuery, useCreateDashboard } from '../api/dashboards.ts';
import type { Scope } from '../api/session.ts';
import { toastError } from '../ui/toast.ts';

/** As the template calls its dashboards. */
const nameFor = (flagKey: string): string => `Rollout monitoring: ${flagKey}`;

/** A second press leads to the dashboard that the first one made. */
async function madeBefore(queryClient: QueryClient, scope: Scope, flagKey: string) {
  const name = nameFor(flagKey);
  const { results } = await queryClient.fetchQuery({
    ...dashboardsQuery(scope, name),
    staleTime: 0,
  });
  return results.find((one) => one.name === name)?.id;
}

type MonitorButtonProps = {
  readonly scope: Scope;
  readonly flagKey: string;
  /** What is watched besides errors and speed. */
  readonly events?: readonly string[];
};

export function MonitorButton({ scope, flagKey, events = [] }: MonitorButtonProps) {
  const create = useCreateDashboard(scope);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const makeOne = async () => {
    const watched = [...new Set(events)];
    const body = { use_template: 'rollout_monitoring', flag: flagKey, events: watched } as const;
    return (await create.mutateAsync(body)).id;
  };
  const make = async () => {
    const id = (await madeBefore(queryClient, scope, flagKey)) ?? (await makeOne());
    await navigate({
      to: '/dashboards/$dashboardId',
      params: { dashboardId: String(id) },
      search: { refresh: '5' },
    });
  };
  return (
    <Button
      variant="default"
      leftSection={<IconLayoutDashboard size={16} stroke={1.7} />}
      loading={create.isPending}
      onClick={() => void make().catch(toastError)}
    >
      Watch on a dashboard
    </Button>
  );
}
