// Gives a planned change another time or reason.
import { Button, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { editSchedule, type ScheduledChange, useChange } from '../api/changes.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { ReasonInput } from '../ui/reason-input.tsx';
import { toastDone } from '../ui/toast.ts';
import { DUE_FIELDS, type DueDraft, DueInput, dueFrom } from './due-input.tsx';
import { settingWords } from './request-words.ts';

type Props = {
  readonly change: ScheduledChange;
  readonly scope: Scope;
  readonly onClose: () => void;
};

export function MoveSchedule(props: Props) {
  return (
    <Dialog
      opened
      onClose={props.onClose}
      title={`Plan ${props.change.flag.key} otherwise`}
      size="md"
    >
      <MoveForm {...props} />
    </Dialog>
  );
}

function MoveForm({ change, scope, onClose }: Props) {
  const { id, version } = change;
  const [due, setDue] = useState<DueDraft>({
    localTime: change.due.local_time,
    timeZone: change.due.time_zone,
    fold: null,
  });
  const [reason, setReason] = useState(change.reason ?? '');
  const edit = useChange(editSchedule(scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    edit.mutate(
      { id, version, due: dueFrom(due), reason: reason.trim() || null },
      {
        onSuccess: () => {
          toastDone('It is planned otherwise.');
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(edit.error, ['reason', ...DUE_FIELDS])} />
        <Text>{settingWords(change.change)}</Text>
        <DueInput due={due} error={edit.error} isRequired onChange={setDue} />
        <ReasonInput
          isRequired={scope.environment.protection.require_reason}
          value={reason}
          error={errorAt(edit.error, 'reason')}
          onChange={setReason}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={edit.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
