// First run: the one-time link from the terminal makes the first account.
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { Door } from './door.tsx';

const EMPTY = {
  name: '',
  email: '',
  password: '',
  organization_name: '',
  project_name: 'My product',
};
type SetupFields = typeof EMPTY;

const INPUTS: readonly {
  readonly field: keyof SetupFields;
  readonly label: string;
  readonly description?: string;
  readonly autoComplete: string;
}[] = [
  { field: 'name', label: 'Your name', autoComplete: 'name' },
  { field: 'email', label: 'E-mail', autoComplete: 'username' },
  { field: 'organization_name', label: 'Organisation', autoComplete: 'organization' },
  {
    field: 'project_name',
    label: 'Project',
    description: 'One product or app. It gets a production and a development environment.',
    autoComplete: 'off',
  },
];

function SetupForm({ setupToken }: { setupToken: string }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [fields, setFields] = useState(EMPTY);
  const setUp = useMutation({
    mutationFn: () => call('accounts.setUp', { body: { ...fields, setup_token: setupToken } }),
    onSuccess: () => {
      queryClient.clear();
      void navigate({ to: '/' });
    },
  });
  const change = (field: keyof SetupFields) => (event: { currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    setFields((current) => ({ ...current, [field]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUp.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(setUp.error, Object.keys(EMPTY))} />
        {INPUTS.map(({ field, label, description, autoComplete }, index) => (
          <TextInput
            key={field}
            label={label}
            description={description}
            type={field === 'email' ? 'email' : 'text'}
            autoComplete={autoComplete}
            autoFocus={index === 0}
            required
            withAsterisk={false}
            value={fields[field]}
            error={errorAt(setUp.error, field)}
            onChange={change(field)}
          />
        ))}
        <PasswordInput
          label="Password"
          description="At least 8 characters."
          autoComplete="new-password"
          minLength={8}
          required
          withAsterisk={false}
          value={fields.password}
          error={errorAt(setUp.error, 'password')}
          onChange={change('password')}
        />
        <Button type="submit" loading={setUp.isPending} fullWidth>
          Create account
        </Button>
      </Stack>
    </form>
  );
}

function Setup() {
  const { token } = useSearch({ from: '/setup' });
  if (!token) {
    return (
      <Door title="Open the set-up link">
        <Text>
          Serin printed a link with a one-time token to its log when it started. Open that link to
          create the first account; this keeps anyone else from doing so.
        </Text>
      </Door>
    );
  }
  return (
    <Door title="Welcome to Serin" lead="Create the first account. The link works once.">
      <SetupForm setupToken={token} />
    </Door>
  );
}

export const setupRoute = createLazyRoute('/setup')({ component: Setup });
