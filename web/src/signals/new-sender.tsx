// Lets a program send signals, or gives it another secret; then shows the secret, this once, with a signal to try.
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { createSource, type SignalSource, useSourceChange } from '../api/signal-sources.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { SecretModal } from '../ui/secret-modal.tsx';
import { addressOf } from './signal-example.ts';

type NewSenderProps = {
  readonly scope: Scope;
  readonly isOpen: boolean;
  /** Made or rotated just now. */
  readonly made: SignalSource | null;
  readonly onMade: (source: SignalSource) => void;
  readonly onClose: () => void;
};

export function NewSender({ scope, isOpen, made, onMade, onClose }: NewSenderProps) {
  return (
    <SecretModal
      isOpen={isOpen}
      title="New sender"
      value={made?.secret ?? null}
      what="signing secret"
      note={
        made?.previous_valid_until
          ? 'The one before works for a day more.'
          : `Signals are signed with it as Standard Webhooks are, and go to ${made ? addressOf(made) : ''}`
      }
      onClose={onClose}
    >
      <SenderForm scope={scope} onMade={onMade} onCancel={onClose} />
    </SecretModal>
  );
}

type SenderFormProps = Pick<NewSenderProps, 'scope' | 'onMade'> & { readonly onCancel: () => void };

function SenderForm({ scope, onMade, onCancel }: SenderFormProps) {
  const [name, setName] = useState('');
  const create = useSourceChange(scope, createSource(scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(name.trim(), { onSuccess: onMade });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(create.error, ['name'])} />
        <TextInput
          label="Name"
          description="Who it is; stands in the time line of what it stops."
          placeholder="Alertmanager"
          required
          withAsterisk={false}
          data-autofocus
          maxLength={100}
          value={name}
          error={errorAt(create.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
            Add sender
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
