// The page behind an invitation: whoever has the link makes an account with it.
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call, describeError } from '../api/client.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { LoadingBlock } from '../ui/states.tsx';
import { Door } from './door.tsx';

function Invite() {
  const { token = '' } = useSearch({ from: '/invite' });
  const look = useQuery({
    queryKey: ['invite', token],
    queryFn: ({ signal }) => call('members.lookAtInvite', { body: { token }, signal }),
    enabled: token !== '',
    retry: false,
  });
  if (token === '' || look.isError) {
    const { detail } = describeError(look.error);
    return (
      <Door title="This link does not work">
        <Text>{detail || 'Open the whole link that you were sent.'}</Text>
        <Text mt="sm">Ask whoever invited you for another one.</Text>
      </Door>
    );
  }
  if (!look.data) return <Door title="Invitation">{<LoadingBlock height={240} />}</Door>;
  const { email, organization_name: organization, invited_by: host } = look.data;
  return (
    <Door title={`Join ${organization}`} lead={`${host} has invited you to Serin.`}>
      <InviteForm token={token} email={email} />
    </Door>
  );
}

function InviteForm({ token, email }: { token: string; email: string }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const accept = useMutation({
    mutationFn: () =>
      call('members.acceptInvite', { body: { token, name: name.trim(), password } }),
    onSuccess: () => {
      queryClient.clear();
      void navigate({ to: '/' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(accept.error, ['name', 'password'])} />
        <TextInput label="E-mail" value={email} autoComplete="username" readOnly />
        <TextInput
          label="Your name"
          autoComplete="name"
          autoFocus
          required
          withAsterisk={false}
          value={name}
          error={errorAt(accept.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          description="At least 8 characters."
          autoComplete="new-password"
          minLength={8}
          required
          withAsterisk={false}
          value={password}
          error={errorAt(accept.error, 'password')}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={accept.isPending} fullWidth>
          Join
        </Button>
      </Stack>
    </form>
  );
}

export const inviteRoute = createLazyRoute('/invite')({ component: Invite });
