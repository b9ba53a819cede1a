// Adds a channel: its kind, what the kind needs, and what it wants to hear.
import { Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import {
  type ChannelConfig,
  type ChannelInput,
  type ChannelKind,
  createChannel,
  useChannelChange,
} from '../api/notify.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { SecretModal } from '../ui/secret-modal.tsx';
import { toastDone } from '../ui/toast.ts';
import { type Hears, HearsFields, hearsNews } from './channel-hears.tsx';
import { configFrom, KIND_NAMES, KINDS } from './kinds.ts';

/** How the secret of a webhook is shown; the server keeps it sealed. */
export const SIGNING_SECRET = {
  what: 'signing secret',
  note: 'Receivers check the header webhook-signature with it.',
} as const;

type Props = { readonly scope: Scope; readonly isOpen: boolean; readonly onClose: () => void };

export function NewChannel({ scope, isOpen, onClose }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    onClose();
    setSecret(null);
  };
  return (
    <SecretModal
      isOpen={isOpen}
      title="New channel"
      value={secret}
      {...SIGNING_SECRET}
      onClose={close}
    >
      <ChannelForm
        scope={scope}
        onCancel={close}
        onCreated={(shown) => {
          if (shown) setSecret(shown);
          else close();
        }}
      />
    </SecretModal>
  );
}

type FormProps = {
  readonly scope: Scope;
  readonly onCancel: () => void;
  readonly onCreated: (secret: string | undefined) => void;
};

function ChannelForm({ scope, onCancel, onCreated }: FormProps) {
  const [kind, setKind] = useState<ChannelKind>('slack');
  const [name, setName] = useState('');
  const [hears, setHears] = useState<Hears>({ least_severity: 'info', level: 1 });
  const [values, setValues] = useState<Record<string, string>>({});
  const create = useChannelChange(scope, createChannel(scope));
  const { fields, help } = KINDS[kind];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input: ChannelInput = {
      name: name.trim(),
      config: configFrom(kind, values) as ChannelConfig,
      ...hears,
    };
    create.mutate(input, {
      onSuccess: (channel) => {
        toastDone(`${channel.name} is added. Send a test to see it work.`);
        onCreated(channel.signing_secret);
      },
    });
  };
  const known = ['name', ...fields.map((field) => `config.${field.name}`)];
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(create.error, known)} />
        <Select
          label="Where to"
          description={help}
          data={KIND_NAMES.map((value) => ({ value, label: KINDS[value].label }))}
          value={kind}
          allowDeselect={false}
          onChange={(next) => next && setKind(next as ChannelKind)}
        />
        <TextInput
          label="Name"
          placeholder="#releases"
          required
          withAsterisk={false}
          data-autofocus
          value={name}
          error={errorAt(create.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ConfigFields
          kind={kind}
          values={values}
          error={create.error}
          onChange={(field, value) => setValues((current) => ({ ...current, [field]: value }))}
        />
        {hearsNews(kind) && (
          <HearsFields
            value={hears}
            onChange={(change) => setHears((current) => ({ ...current, ...change }))}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add channel
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          Addresses and keys are stored sealed and never shown again.
        </Text>
      </Stack>
    </form>
  );
}

type FieldsProps = {
  readonly kind: ChannelKind;
  readonly values: Readonly<Record<string, string>>;
  readonly error: unknown;
  readonly onChange: (field: string, value: string) => void;
};

function ConfigFields({ kind, values, error, onChange }: FieldsProps) {
  return KINDS[kind].fields.map((field) => {
    const Input = field.isSecret ? PasswordInput : TextInput;
    return (
      <Input
        key={field.name}
        label={field.label}
        description={field.description}
        placeholder={field.placeholder}
        required={!field.isOptional}
        withAsterisk={false}
        autoComplete="off"
        value={values[field.name] ?? ''}
        error={errorAt(error, `config.${field.name}`)}
        onChange={(event) => onChange(field.name, event.currentTarget.value)}
      />
    );
  });
}
