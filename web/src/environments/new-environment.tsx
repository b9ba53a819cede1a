// Creates an environment, empty or from another.
import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { createEnvironment, useEnvironmentChange } from '../api/environments.ts';
import type { Environment, Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { ColorChoice } from './color-choice.tsx';
import { keyFrom } from './protection-words.ts';

type Props = { readonly scope: Scope; readonly isOpen: boolean; readonly onClose: () => void };

export function NewEnvironment({ scope, isOpen, onClose }: Props) {
  return (
    <Dialog opened={isOpen} onClose={onClose} title="New environment" size="md">
      <NewEnvironmentForm scope={scope} onClose={onClose} />
    </Dialog>
  );
}

function NewEnvironmentForm({ scope, onClose }: Pick<Props, 'scope' | 'onClose'>) {
  const [name, setName] = useState('');
  const [key, setKey] = useState<string | null>(null);
  const [color, setColor] = useState<Environment['color']>('green');
  const [source, setSource] = useState<string | null>(null);
  const [keeps, setKeeps] = useState(false);
  const create = useEnvironmentChange(createEnvironment(scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      {
        name: name.trim(),
        key: key ?? keyFrom(name),
        color,
        copy_from: source,
        switches: source !== null && keeps ? 'copied' : 'off',
      },
      {
        onSuccess: (made) => {
          toastDone(`${made.name} is there, with every flag of the project.`);
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(create.error, ['name', 'key'])} />
        <TextInput
          label="Name"
          placeholder="Staging"
          required
          withAsterisk={false}
          data-autofocus
          value={name}
          error={errorAt(create.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Key"
          description="For the API and in addresses. It cannot be changed later."
          required
          withAsterisk={false}
          spellCheck={false}
          value={key ?? keyFrom(name)}
          error={errorAt(create.error, 'key')}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <ColorChoice value={color} onChange={setColor} />
        <CopyFrom
          scope={scope}
          source={source}
          keeps={keeps}
          onSource={setSource}
          onKeeps={setKeeps}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type CopyFromProps = {
  readonly scope: Scope;
  /** Key of the environment that targeting is copied from. */
  readonly source: string | null;
  /** Switches come along. */
  readonly keeps: boolean;
  readonly onSource: (key: string | null) => void;
  readonly onKeeps: (keeps: boolean) => void;
};

function CopyFrom({ scope, source, keeps, onSource, onKeeps }: CopyFromProps) {
  return (
    <>
      <Select
        label="Targeting"
        data={[
          { value: '', label: 'Every flag for nobody' },
          ...scope.project.environments.map((one) => ({
            value: one.key,
            label: `Copied from ${one.name}`,
          })),
        ]}
        value={source ?? ''}
        allowDeselect={false}
        onChange={(value) => onSource(value || null)}
      />
      {source !== null && (
        <Switch
          label="Flags that are on there are on here at once"
          checked={keeps}
          onChange={(event) => onKeeps(event.currentTarget.checked)}
        />
      )}
    </>
  );
}
