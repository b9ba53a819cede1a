// The window in which a key is made and then shown: this once, because the server keeps only its hash.
import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyField } from '../ui/copy.tsx';

type KeyModalProps = {
  readonly isOpen: boolean;
  readonly title: string;
  /** The fresh key, once there is one. */
  readonly value: string | null;
  readonly onClose: () => void;
  /** What is asked before. */
  readonly children: ReactNode;
};

export function KeyModal({ isOpen, title, value, onClose, children }: KeyModalProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={value ? 'Copy the key now' : title}
      size="md"
      // The key is gone once this closes, so a stray click must not close it.
      closeOnClickOutside={!value}
      closeOnEscape={!value}
    >
      {value ? (
        <Stack gap="md">
          <Alert color="watch" variant="light">
            This is the only time it is shown. Serin keeps no copy that could be read again.
          </Alert>
          <CopyField text={value} what="key" />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        children
      )}
    </Modal>
  );
}
