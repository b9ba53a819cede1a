// What groups of a type are called in the web app; SDKs go on naming them as they do.
import { Button, Group as Row, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type GroupType, useRenameGroupType } from '../api/groups.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { toastDone } from '../ui/toast.ts';

type Props = { readonly scope: Scope; readonly type: GroupType };

export function RenameGroupType({ scope, type }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Rename
      </Button>
      <Dialog
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={`What is a “${type.group_type}”?`}
      >
        <RenameForm scope={scope} type={type} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function RenameForm({ scope, type, onDone }: Props & { readonly onDone: () => void }) {
  const [singular, setSingular] = useState(type.name_singular ?? '');
  const [plural, setPlural] = useState(type.name_plural ?? '');
  const rename = useRenameGroupType(scope);
  const submit = () =>
    rename.mutate(
      [
        {
          group_type_index: type.group_type_index,
          name_singular: singular.trim() || null,
          name_plural: plural.trim() || null,
        },
      ],
      {
        onSuccess: () => {
          toastDone('Saved.');
          onDone();
        },
      },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        <ErrorAlert error={rename.error} />
        <TextInput
          label="One of them"
          placeholder={type.group_type}
          maxLength={100}
          data-autofocus
          value={singular}
          onChange={(event) => setSingular(event.currentTarget.value)}
        />
        <TextInput
          label="Many of them"
          placeholder={`${type.group_type} groups`}
          maxLength={100}
          value={plural}
          onChange={(event) => setPlural(event.currentTarget.value)}
        />
        <Row justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={rename.isPending}>
            Save
          </Button>
        </Row>
      </Stack>
    </form>
  );
}
