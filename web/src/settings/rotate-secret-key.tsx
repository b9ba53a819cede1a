// Gives a secret key another value, and says how long the old one goes on.
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { HASHED, SecretModal } from '../ui/secret-modal.tsx';

/** By seconds; most services are deployed within a day. */
const OVERLAPS = [
  { value: '0', label: 'Stops at once' },
  { value: '3600', label: 'Works for another hour' },
  { value: '86400', label: 'Works for another day' },
  { value: '604800', label: 'Works for another week' },
];
const USUAL = '86400';

type SecretKey = { readonly id: string; readonly label: string };

type RotateSecretKeyProps = {
  readonly scope: Scope;
  /** The key to rotate; null while none is. */
  readonly secret: SecretKey | null;
  readonly onClose: () => void;
  readonly onRotated: () => void;
};

export function RotateSecretKey({ scope, secret, onClose, onRotated }: RotateSecretKeyProps) {
  const [value, setValue] = useState<string | null>(null);
  const close = () => {
    onClose();
    setValue(null);
  };
  return (
    <SecretModal
      what="key"
      note={HASHED}
      isOpen={secret !== null}
      title={`Rotate ${secret?.label ?? ''}`}
      value={value}
      onClose={close}
    >
      {secret && (
        <RotateForm
          scope={scope}
          secret={secret}
          onCancel={close}
          onRotated={(fresh) => {
            setValue(fresh);
            onRotated();
          }}
        />
      )}
    </SecretModal>
  );
}

type FormProps = {
  readonly scope: Scope;
  readonly secret: SecretKey;
  readonly onCancel: () => void;
  readonly onRotated: (value: string) => void;
};

function RotateForm({ scope, secret, onCancel, onRotated }: FormProps) {
  const [overlap, setOverlap] = useState(USUAL);
  const rotate = useMutation({
    mutationFn: () =>
      call('secretKeys.rotateSecretKey', {
        params: { ...scope.params, key_id: secret.id },
        body: { overlap_seconds: Number(overlap) },
      }),
    onSuccess: ({ value }) => onRotated(value),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotate.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ErrorAlert error={rotate.error} />
        <Text size="sm">
          The key gets another value. Bring it to the servers while the old one still works.
        </Text>
        <Select
          label="The old value"
          data={OVERLAPS}
          value={overlap}
          allowDeselect={false}
          data-autofocus
          onChange={(seconds) => seconds && setOverlap(seconds)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={rotate.isPending}>
            Rotate
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
