// Invites somebody and shows the link: this once, because the server keeps only its hash.
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { invite, useMemberChange } from '../api/members.ts';
import { CopyField } from '../ui/copy.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';

type Props = { readonly isOpen: boolean; readonly onClose: () => void };

export function InviteDialog({ isOpen, onClose }: Props) {
  const [made, setMade] = useState<{ email: string; token: string } | null>(null);
  const close = () => {
    onClose();
    setMade(null);
  };
  return (
    <Dialog
      opened={isOpen}
      onClose={close}
      title={made ? 'Send this link' : 'Invite somebody'}
      size="md"
      closeOnClickOutside={!made}
      closeOnEscape={!made}
    >
      {made ? (
        <Stack gap="md">
          <Alert color="watch" variant="light">
            It lets {made.email} join, once, within a week. This is the only time it is shown.
          </Alert>
          <CopyField
            text={`${window.location.origin}/invite?token=${made.token}`}
            what="invitation link"
          />
          <Group justify="flex-end">
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <InviteForm onCancel={close} onInvited={setMade} />
      )}
    </Dialog>
  );
}

type FormProps = {
  readonly onCancel: () => void;
  readonly onInvited: (made: { email: string; token: string }) => void;
};

function InviteForm({ onCancel, onInvited }: FormProps) {
  const [email, setEmail] = useState('');
  const create = useMemberChange(invite);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(email.trim(), { onSuccess: onInvited });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={errorElsewhere(create.error, ['email'])} />
        <TextInput
          label="E-mail"
          description="They choose name and password themselves."
          type="email"
          required
          withAsterisk={false}
          data-autofocus
          value={email}
          error={errorAt(create.error, 'email')}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Make the link
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
