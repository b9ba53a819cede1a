// Makes a personal API key with the scopes that it needs.
import { Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { HASHED, SecretModal } from '../ui/secret-modal.tsx';
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
    <SecretModal
      what="key"
      note={HASHED}
      isOpen={isOpen}
      title="New API key"
      value={value}
      onClose={close}
    >
      <NewApiKeyForm
        onCancel={close}
        onCreated={(created) => {
          setValue(created);
          onCreated();
        }}
      />
    </SecretModal>
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
