// Makes a secret key of an environment.
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { HASHED, SecretModal } from '../ui/secret-modal.tsx';

type NewSecretKeyProps = {
  readonly scope: Scope;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
};

export function NewSecretKey({ scope, isOpen, onClose, onCreated }: NewSecretKeyProps) {
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
      title="New secret key"
      value={value}
      onClose={close}
    >
      <NewSecretKeyForm
        scope={scope}
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
  readonly scope: Scope;
  readonly onCancel: () => void;
  readonly onCreated: (value: string) => void;
};

function NewSecretKeyForm({ scope, onCancel, onCreated }: FormProps) {
  const [label, setLabel] = useState('');
  const [environment, setEnvironment] = useState(scope.environment.key);
  const create = useMutation({
    mutationFn: () =>
      call('secretKeys.createSecretKey', {
        params: scope.params,
        body: { label: label.trim(), environment },
      }),
    onSuccess: ({ value }) => onCreated(value),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(create.error, ['label', 'environment'])} />
        <TextInput
          label="Label"
          description="The service that uses it."
          placeholder="checkout service"
          required
          withAsterisk={false}
          data-autofocus
          value={label}
          error={errorAt(create.error, 'label')}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Select
          label="Environment"
          description="The only one whose flags it reads."
          data={scope.project.environments.map(({ key, name }) => ({ value: key, label: name }))}
          value={environment}
          allowDeselect={false}
          error={errorAt(create.error, 'environment')}
          onChange={(key) => key && setEnvironment(key)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
