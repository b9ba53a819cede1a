// Gives an environment another token while apps move over to it.
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { rotateToken, useEnvironmentChange } from '../api/environments.ts';
import type { Environment, Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { toastDone } from '../ui/toast.ts';

const HOUR_SECONDS = 3600;
const OVERLAPS = [
  { value: String(7 * 24 * HOUR_SECONDS), label: 'for 7 more days' },
  { value: String(24 * HOUR_SECONDS), label: 'for 1 more day' },
  { value: String(HOUR_SECONDS), label: 'for 1 more hour' },
  { value: '0', label: 'no longer: it is in the wrong hands' },
];

type Props = {
  readonly scope: Scope;
  readonly environment: Environment;
  readonly onClose: () => void;
};

export function RotateToken({ scope, environment, onClose }: Props) {
  const [overlap, setOverlap] = useState(OVERLAPS[0]?.value ?? '0');
  const rotate = useEnvironmentChange(rotateToken(scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotate.mutate(
      { key: environment.key, overlapSeconds: Number(overlap) },
      {
        onSuccess: () => {
          toastDone(`${environment.name} has another token. Put it into your apps.`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog opened onClose={onClose} title={`Rotate the token of ${environment.name}`} size="md">
      <form onSubmit={submit}>
        <Stack gap="md">
          <ErrorAlert error={rotate.error} />
          <Text>
            A new token is made. Apps that still use the present one go on working until it stops:
            then they get no flags, and their events are refused.
          </Text>
          <Select
            label="The present token works"
            data={OVERLAPS}
            value={overlap}
            allowDeselect={false}
            onChange={(value) => setOverlap(value ?? '0')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              color={overlap === '0' ? 'harm' : 'pine'}
              loading={rotate.isPending}
            >
              Rotate
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
