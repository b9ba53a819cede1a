// Asks what an insight is called.
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';

type Named = { readonly name: string; readonly description: string };
type NameDialogProps = Named & {
  readonly title: string;
  readonly action: string;
  readonly isOpen: boolean;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onClose: () => void;
  /** A rejection is shown by `error`. */
  readonly onName: (named: Named) => Promise<void>;
};

export function NameDialog({ isOpen, title, onClose, ...form }: NameDialogProps) {
  return (
    <Dialog opened={isOpen} onClose={onClose} title={title} size="md">
      <NameForm {...form} onClose={onClose} />
    </Dialog>
  );
}

const MAX_NAME = 400;

function NameForm(props: Omit<NameDialogProps, 'isOpen' | 'title'>) {
  const [name, setName] = useState(props.name);
  const [description, setDescription] = useState(props.description);
  const { error, action, isPending, onClose, onName } = props;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onName({ name: name.trim(), description: description.trim() }).catch(() => {});
      }}
    >
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(error, ['name', 'description'])} />
        <TextInput
          label="Name"
          required
          maxLength={MAX_NAME}
          data-autofocus
          value={name}
          error={errorAt(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          value={description}
          error={errorAt(error, 'description')}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === ''}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
