// Sign in.
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { Door } from './door.tsx';

function Login() {
  const { next } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const logIn = useMutation({
    mutationFn: () => call('accounts.logIn', { body: { email, password } }),
    onSuccess: () => {
      queryClient.clear();
      void navigate({ to: next ?? '/' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    logIn.mutate();
  };
  return (
    <Door title="Sign in to Serin">
      <form onSubmit={submit}>
        <Stack gap="md">
          <ErrorAlert error={logIn.error} />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={logIn.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}

export const loginRoute = createLazyRoute('/login')({ component: Login });
