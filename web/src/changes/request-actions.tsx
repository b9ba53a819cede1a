// What one may do with a request besides talking about it.
import { Button, Group } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { act, type ChangeRequest, useChange, withdraw } from '../api/changes.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { EditRequest } from './edit-request.tsx';

type Props = { readonly request: ChangeRequest; readonly scope: Scope };

export function RequestActions({ request, scope }: Props) {
  const { number, version, actions, environment } = request;
  const [isEditing, setEditing] = useState(false);
  const confirm = useConfirm();
  const run = useChange(act(scope));
  const giveUp = useChange(withdraw(scope));
  const apply = async () => {
    const answer = await confirm({
      title: `Apply this in ${environment}?`,
      body: 'The flags change at once, exactly as it was approved.',
      action: 'Apply',
    });
    if (!answer) return;
    run.mutate(
      { verb: 'apply', number, version },
      { onError: toastError, onSuccess: () => toastDone('It is applied.') },
    );
  };
  const takeBack = async () => {
    const answer = await confirm({
      title: 'Withdraw this request?',
      body: 'It stays in the list of what is done; nothing changes.',
      action: 'Withdraw',
      tone: 'harm',
      reason: 'optional',
    });
    if (!answer) return;
    giveUp.mutate(
      { number, comment: answer.reason },
      { onError: toastError, onSuccess: () => toastDone('It is withdrawn.') },
    );
  };
  return (
    <Group gap="xs">
      {actions.includes('edit') && (
        <Button variant="default" onClick={() => setEditing(true)}>
          Edit
        </Button>
      )}
      {isEditing && (
        <EditRequest request={request} scope={scope} onClose={() => setEditing(false)} />
      )}
      {actions.includes('withdraw') && (
        <Button variant="default" loading={giveUp.isPending} onClick={() => void takeBack()}>
          Withdraw
        </Button>
      )}
      {actions.includes('apply') && (
        <Button
          leftSection={<IconCheck size={16} />}
          loading={run.isPending}
          onClick={() => void apply()}
        >
          Apply
        </Button>
      )}
    </Group>
  );
}
