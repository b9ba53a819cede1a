// Why a flag was not saved. Another version being stored by now is no failure but a choice.
import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { type Flag, flagQuery, showFlag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';

type SaveErrorProps = {
  readonly error: unknown;
  readonly flag: Flag;
  readonly scope: Scope;
  readonly onReload: (latest: Flag) => void;
};

export function SaveError({ error, flag, scope, onReload }: SaveErrorProps) {
  const queryClient = useQueryClient();
  if (!(error instanceof ApiError) || error.status !== 409) return <ErrorAlert error={error} />;
  const reload = async () => {
    const query = flagQuery(scope, String(flag.id));
    const latest = await queryClient.fetchQuery({ ...query, staleTime: 0 });
    showFlag(queryClient, scope, latest);
    onReload(latest);
  };
  return (
    <Alert
      color="watch"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title="Someone else saved this flag meanwhile"
    >
      <p style={{ margin: '0 0 10px' }}>
        Your changes are still here, but not saved, so that theirs are not lost. Load what is stored
        now, then make your change again.
      </p>
      <Group>
        <Button size="compact-sm" variant="default" onClick={() => void reload()}>
          Load the stored version
        </Button>
      </Group>
    </Alert>
  );
}
