// The flags of a bulk change that were left as they are, each with the reason.
import { Modal, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { BulkResult } from '../api/flag-list.ts';
import { plural } from '../ui/format.ts';
import styles from './flags.module.css';

type BulkRefusalsProps = {
  readonly refused: BulkResult['refused'];
  readonly onClose: () => void;
};

export function BulkRefusals({ refused, onClose }: BulkRefusalsProps) {
  return (
    <Modal
      opened={refused.length > 0}
      onClose={onClose}
      title={`${plural(refused.length, 'flag is', 'flags are')} left as before`}
      size="lg"
    >
      <Stack gap="md">
        <Text c="dimmed">The others are changed. These were refused:</Text>
        <ul className={styles.history}>
          {refused.map(({ id, key, detail }) => (
            <li key={id} className={styles.refusal}>
              <Link to="/feature-flags/$flagId" params={{ flagId: String(id) }}>
                <code>{key ?? id}</code>
              </Link>
              <span>{detail}</span>
            </li>
          ))}
        </ul>
      </Stack>
    </Modal>
  );
}
