// One press from a flag or a rollout to the dashboard that watches it.
import { Button } from '@mantine/core';
import { IconLayoutDashboard } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useCreateDashboard } from '../api/dashboards.ts';
import type { Scope } from '../api/session.ts';
import { toastError } from '../ui/toast.ts';

type MonitorButtonProps = {
  readonly scope: Scope;
  readonly flagKey: string;
  /** What is watched besides errors and speed. */
  readonly events?: readonly string[];
};

export function MonitorButton({ scope, flagKey, events = [] }: MonitorButtonProps) {
  const create = useCreateDashboard(scope);
  const navigate = useNavigate();
  const make = async () => {
    const watched = [...new Set(events)];
    const body = { use_template: 'rollout_monitoring', flag: flagKey, events: watched } as const;
    const { id } = await create.mutateAsync(body);
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
