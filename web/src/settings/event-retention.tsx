// How long a project keeps its events; asks before any are erased.
import { Button, Group, NumberInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { type Scope, sessionQuery } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';

const FIELD = 'event_retention_days';

export function EventRetention({ scope }: { scope: Scope }) {
  const { event_retention_days: saved } = scope.project;
  const [days, setDays] = useState<number | null>(saved);
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      call('accounts.updateProject', { params: scope.params, body: { [FIELD]: days } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toastDone(days === null ? 'Events stay.' : `Events are kept for ${days} days.`);
    },
  });
  const submit = async () => {
    const isShorter = days !== null && (saved === null || days < saved);
    const answer =
      !isShorter ||
      (await confirm({
        title: `Keep events for ${days} days only?`,
        body: 'Older ones are erased within a day, from every environment, and cannot be brought back. Charts of the time before become empty.',
        action: 'Erase older events',
        tone: 'harm',
      }));
    if (answer) save.mutate();
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <ErrorAlert error={errorElsewhere(save.error, [FIELD])} />
      <Group align="flex-end" gap="xs">
        <NumberInput
          label="Days"
          description="30 to 730. Empty: as long as the store keeps any, 24 months after they arrived."
          placeholder="As long as possible"
          value={days ?? ''}
          allowDecimal={false}
          allowNegative={false}
          maw={420}
          style={{ flex: '1 1 200px' }}
          error={errorAt(save.error, FIELD)}
          onChange={(value) => setDays(value === '' ? null : Number(value))}
        />
        <Button type="submit" variant="default" loading={save.isPending} disabled={days === saved}>
          Save
        </Button>
      </Group>
    </form>
  );
}
