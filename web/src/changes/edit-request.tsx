// Changes what a request says about itself, by its author. What it proposes for a flag is changed from that
// flag's page.
import { Button, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type ChangeRequest, editRequest, useChange } from '../api/changes.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { emptyDue } from './due-input.tsx';
import {
  plannedFrom,
  REQUEST_FIELDS,
  type RequestDraft,
  RequestFields,
  wordsFrom,
} from './request-fields.tsx';

type Props = {
  readonly request: ChangeRequest;
  readonly scope: Scope;
  readonly onClose: () => void;
};

export function EditRequest(props: Props) {
  return (
    <Dialog opened onClose={props.onClose} title="Edit this request" size="md">
      <EditForm {...props} />
    </Dialog>
  );
}

const draftOf = ({ title, description, due }: ChangeRequest): RequestDraft => ({
  title,
  description,
  isPlanned: due !== null,
  due: due ? { localTime: due.local_time, timeZone: due.time_zone, fold: null } : emptyDue(),
});

function EditForm({ request, scope, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(request));
  const edit = useChange(editRequest(scope));
  const planned = plannedFrom(draft);
  const isMoved = JSON.stringify(planned) !== JSON.stringify(plannedFrom(draftOf(request)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { number, version } = request;
    edit.mutate(
      { number, version, ...wordsFrom(draft), ...(isMoved ? { due: planned } : {}) },
      {
        onSuccess: () => {
          toastDone('The request is saved.');
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(edit.error, REQUEST_FIELDS)} />
        <RequestFields draft={draft} error={edit.error} onChange={setDraft} />
        {isMoved && request.reviews.length > 0 && (
          <Text size="sm" c="dimmed">
            Another time is to be approved again.
          </Text>
        )}
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
