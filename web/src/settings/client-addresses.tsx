// Whether a project keeps the addresses of those who send events.
import { Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { type Scope, sessionQuery } from '../api/session.ts';
import { toastDone, toastError } from '../ui/toast.ts';

export function ClientAddresses({ scope }: { scope: Scope }) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (isDiscarded: boolean) =>
      call('accounts.updateProject', {
        params: scope.params,
        body: { anonymize_ips: isDiscarded },
      }),
    onError: toastError,
    onSuccess: async ({ anonymize_ips: isDiscarded }) => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toastDone(isDiscarded ? 'Addresses are discarded.' : 'New events keep the address.');
    },
  });
  return (
    <Switch
      label="Discard client IP addresses"
      description="The place of an address is found out before, if this server has a GeoIP database. Events that are stored already stay as they are."
      checked={scope.project.anonymize_ips}
      disabled={change.isPending}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}
