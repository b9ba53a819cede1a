// Deletes an environment, after its key was typed once more.
import { Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { deleteEnvironment, useEnvironmentChange } from '../api/environments.ts';
import { type Environment, type Scope, rememberEnvironment } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';

type Props = {
  readonly scope: Scope;
  readonly environment: Environment;
  readonly onClose: () => void;
};

export function DeleteEnvironment({ scope, environment, onClose }: Props) {
  const { key, name } = environment;
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const remove = useEnvironmentChange(deleteEnvironment(scope));
  /** Whoever looks at it is led to another one. */
  const leave = async () => {
    const next = scope.project.environments.find((other) => other.key !== key);
    if (scope.environment.key !== key || !next) return;
    rememberEnvironment(next.key);
    await navigate({ to: '.', search: (search) => ({ ...search, environment: next.key }) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate(
      { key, confirm: typed },
      {
        onSuccess: () => {
          void leave();
          toastDone(`${name} is deleted.`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog opened onClose={onClose} title={`Delete ${name}?`} size="md">
      <form onSubmit={submit}>
        <Stack gap="md">
          <ErrorAlert error={errorElsewhere(remove.error, ['confirm'])} />
          <Text>This cannot be undone.</Text>
          <List size="sm" spacing={4}>
            <List.Item>
              Its project token stops working at once, for every app that uses it.
            </List.Item>
            <List.Item>
              Its targeting can no longer be reached; its events and people are erased.
            </List.Item>
            <List.Item>The flags stay in the other environments.</List.Item>
          </List>
          <TextInput
            label={`Type ${key} to confirm`}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            value={typed}
            error={errorAt(remove.error, 'confirm')}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="harm" loading={remove.isPending} disabled={typed !== key}>
              Delete
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
