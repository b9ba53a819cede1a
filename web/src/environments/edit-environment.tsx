// Renames an environment, changes how many events it may send, or what it asks of whoever changes a flag there.
import { Alert, Button, Group, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { isLooser } from 'serin/accounts/protection';
import { updateEnvironment, useEnvironmentChange } from '../api/environments.ts';
import { membersQuery } from '../api/members.ts';
import type { Environment, Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { toastDone } from '../ui/toast.ts';
import { ColorChoice } from './color-choice.tsx';
import { type Protection, rulesOf } from './protection-words.ts';

type Props = {
  readonly scope: Scope;
  readonly environment: Environment;
  readonly isProtection: boolean;
  readonly onClose: () => void;
};

export function EditEnvironment({ scope, environment, isProtection, onClose }: Props) {
  const update = useEnvironmentChange(updateEnvironment(scope));
  const save = (change: Omit<Parameters<typeof update.mutate>[0], 'key'>) =>
    update.mutate(
      { key: environment.key, ...change },
      {
        onSuccess: ({ name }) => {
          toastDone(`${name} is saved.`);
          onClose();
        },
      },
    );
  const form = { environment, error: update.error, isSaving: update.isPending, save, onClose };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={isProtection ? `Protect ${environment.name}` : `Edit ${environment.name}`}
      size="md"
    >
      {isProtection ? <ProtectionForm {...form} /> : <NameForm {...form} />}
    </Dialog>
  );
}

type FormProps = {
  readonly environment: Environment;
  readonly error: unknown;
  readonly isSaving: boolean;
  readonly save: (change: {
    name?: string;
    color?: Environment['color'];
    events_per_second?: number | null;
    protection?: Protection;
    reason?: string;
  }) => void;
  readonly onClose: () => void;
};

function NameForm({ environment, error, isSaving, save, onClose }: FormProps) {
  const [name, setName] = useState(environment.name);
  const [color, setColor] = useState(environment.color);
  const [limit, setLimit] = useState(environment.events_per_second);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save({ name: name.trim(), color, events_per_second: limit });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(error, ['name', 'events_per_second'])} />
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          data-autofocus
          value={name}
          error={errorAt(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ColorChoice value={color} onChange={setColor} />
        <NumberInput
          label="Events per second"
          description="When more come, SDKs are told to send them again later. Empty: as many as this server is set to take."
          placeholder="As the server is set"
          min={1}
          max={1_000_000}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          value={limit ?? ''}
          error={errorAt(error, 'events_per_second')}
          onChange={(value) => setLimit(value === '' ? null : Number(value))}
        />
        <Buttons isSaving={isSaving} onClose={onClose} />
      </Stack>
    </form>
  );
}

function ProtectionForm({ environment, error, isSaving, save, onClose }: FormProps) {
  const [protection, setProtection] = useState<Protection>(environment.protection);
  const [reason, setReason] = useState('');
  const change = (next: Partial<Protection>) => setProtection({ ...protection, ...next });
  const isLoosened = isLooser(rulesOf(environment.protection), rulesOf(protection));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save({ protection, ...(reason.trim() ? { reason: reason.trim() } : {}) });
  };
  const known = ['protection.required_approvals', 'reason'];
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(error, known)} />
        <Text c="dimmed" size="sm">
          Holds for everything that changes who gets what here: saving, switching on, promoting,
          schedules, starting a rollout.
        </Text>
        <Switch
          label="Every change says why"
          checked={protection.require_reason}
          onChange={(event) => change({ require_reason: event.currentTarget.checked })}
        />
        <Approvals
          value={protection.required_approvals}
          error={errorAt(error, 'protection.required_approvals')}
          onChange={(approvals) => change({ required_approvals: approvals })}
        />
        <Switch
          label="Anyone may switch a flag off at once"
          description="In an emergency nobody waits for anybody. The history says that it was not approved."
          checked={protection.allow_emergency_off}
          onChange={(event) => change({ allow_emergency_off: event.currentTarget.checked })}
        />
        {isLoosened && (
          <TextInput
            label="Why less than before?"
            description="Kept in the audit log."
            required
            value={reason}
            error={errorAt(error, 'reason')}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <Buttons isSaving={isSaving} onClose={onClose} />
      </Stack>
    </form>
  );
}

type ApprovalsProps = {
  readonly value: number;
  readonly error: string | undefined;
  readonly onChange: (approvals: number) => void;
};

function Approvals({ value, error, onChange }: ApprovalsProps) {
  const { data: members } = useQuery(membersQuery);
  const others = members ? members.count - 1 : undefined;
  return (
    <>
      <NumberInput
        label="Approvals by other people"
        description="A change is then proposed, and applied once this many others approve. 0: nobody."
        min={0}
        max={10}
        allowDecimal={false}
        value={value}
        error={error}
        maw={320}
        onChange={(next) => onChange(Number(next) || 0)}
      />
      {others === 0 && value > 0 && (
        <Alert color="watch" variant="light">
          You are the only one here. Invite somebody first, in the tab People.
        </Alert>
      )}
    </>
  );
}

function Buttons({ isSaving, onClose }: Pick<FormProps, 'isSaving' | 'onClose'>) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" loading={isSaving}>
        Save
      </Button>
    </Group>
  );
}
