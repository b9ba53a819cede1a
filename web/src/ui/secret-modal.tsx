// The window in which a secret is made and then shown: this once, because the server can show it no more.
import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyField } from './copy.tsx';
import { Dialog } from './dialog.tsx';

type SecretModalProps = {
  readonly isOpen: boolean;
  /** While something is asked before. */
  readonly title: string;
  /** The fresh secret, once there is one. */
  readonly value: string | null;
  /** What it is called, as in "Copy the key now". */
  readonly what: string;
  /** What to know about it besides that it is shown once. */
  readonly note: string;
  readonly onClose: () => void;
  /** What is asked before. */
  readonly children?: ReactNode;
};

export function SecretModal(props: SecretModalProps) {
  const { isOpen, title, value, what, note, onClose, children } = props;
  return (
    <Dialog
      opened={isOpen}
      onClose={onClose}
      title={value ? `Copy the ${what} now` : title}
      size="md"
      // The secret is gone once this closes, so a stray click must not close it.
      closeOnClickOutside={!value}
      closeOnEscape={!value}
    >
      {value ? (
        <Stack gap="md">
          <Alert color="watch" variant="light">
            This is the only time it is shown. {note}
          </Alert>
          <CopyField text={value} what={what} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        children
      )}
    </Dialog>
  );
}

/** Of keys, of which the server keeps a hash. */
export const HASHED = 'Serin keeps no copy that could be read again.';
