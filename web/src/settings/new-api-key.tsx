// Creates a personal API key and shows it: this once, because the server keeps only its hash.
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { CopyField } from '../ui/copy.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { type Scope, SCOPE_WORDS, USES } from './scopes.ts';

type NewApiKeyProps = {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
};

export function NewApiKey({ isOpen, onClose, onCreated }: NewApiKeyProps) {
  const [value, setValue] = useState<string | null>(null);
  const close = () => {
    onClose();
    setValue(null);
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={value ? 'Copy the key now' : 'New API key'}
      size="md"
      // The key is gone once this closes, so a stray click must not close it.
      closeOnClickOutside={!value}
      closeOnEscape={!value}
    >
      {value ? (
        <Stack gap="md">
          <Alert color="watch" variant="light">
            This is the only time it is shown. Serin keeps no copy that could be read again.
          </Alert>
          <CopyField text={value} what="key" />
          <Group justify="flex-end">
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <NewApiKeyForm
          onCancel={close}
          onCreated={(created) => {
            setValue(created);
            onCreated();
          }}
        />
      )}
    </Modal>
  );
}

type FormProps = {
  readonly onCancel: () => void;
  readonly onCreated: (value: string) => void;
};

function NewApiKeyForm({ onCancel, onCreated }: FormProps) {
  const [label, setLabel] = useState('');
  const [useId, setUseId] = useState('local');
  const [chosen, setChosen] = useState<readonly Scope[]>([]);
  const scopes = USES.find(({ id }) => id === useId)?.scopes ?? chosen;
  const create = useMutation({
    mutationFn: () =>
      call('accounts.createApiKey', { body: { label: label.trim(), scopes: [...scopes] } }),
    onSuccess: ({ value }) => onCreated(value),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(create.error, ['label'])} />
        <TextInput
          label="Label"
          description="Where it is used."
          placeholder="checkout service, production"
          required
          withAsterisk={false}
          data-autofocus
          value={label}
          error={errorAt(create.error, 'label')}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Select
          label="What it is for"
          data={USES.map(({ id, label: text }) => ({ value: id, label: text }))}
          value={useId}
          allowDeselect={false}
          onChange={(id) => id && setUseId(id)}
        />
        {useId === 'custom' && (
          <Checkbox.Group
            label="Scopes"
            value={[...chosen]}
            onChange={(values) => setChosen(values as Scope[])}
          >
            <Stack gap={8} mt={6}>
              {SCOPE_WORDS.map(({ scope, words }) => (
                <Checkbox key={scope} value={scope} label={words} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={scopes.length === 0}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
