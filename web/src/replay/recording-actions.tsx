// What is done with a recording: kept as evidence, or deleted.
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconPin, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { deleteRecording, pinRecording, recordingQuery } from '../api/recordings.ts';
import type { RecordingDetail } from '../api/recordings.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { toastDone, toastError } from '../ui/toast.ts';

type Props = { readonly recording: RecordingDetail; readonly scope: Scope };

export function RecordingActions({ recording, scope }: Props) {
  const pin = usePin(recording, scope);
  const remove = useDelete(recording, scope);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label="More actions">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {recording.pinned === null && (
          <Menu.Item leftSection={<IconPin size={16} />} onClick={() => void pin()}>
            Keep as evidence…
          </Menu.Item>
        )}
        <Menu.Item color="harm" leftSection={<IconTrash size={16} />} onClick={() => void remove()}>
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function usePin({ id }: RecordingDetail, scope: Scope) {
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (reason: string) => pinRecording(scope, id, reason),
    onSuccess: (pinned) => {
      // What is played stays as it is.
      queryClient.setQueryData(
        recordingQuery(scope, id).queryKey,
        (known) => known && { ...known, pinned },
      );
      toastDone('The recording is kept.');
    },
    onError: toastError,
  });
  return async () => {
    const answer = await confirm({
      title: 'Keep this recording?',
      body: 'It is kept for 365 days, whatever the settings say.',
      action: 'Keep',
      reason: 'required',
    });
    if (answer) mutate(answer.reason);
  };
}

function useDelete({ id }: RecordingDetail, scope: Scope) {
  const confirm = useConfirm();
  const navigate = useNavigate();
  const { mutate } = useMutation({
    mutationFn: () => deleteRecording(scope, id),
    onSuccess: () => {
      toastDone('The recording is being deleted.');
      void navigate({ to: '/replay' });
    },
    onError: toastError,
  });
  return async () => {
    const answer = await confirm({
      title: 'Delete this recording?',
      body: 'It is gone at once and its bytes are erased soon after. The events of the session stay.',
      action: 'Delete',
      tone: 'harm',
    });
    if (answer) mutate();
  };
}
