// What can be done to the chosen rows of a table. It stands at the foot of the window while any is chosen.
import { CloseButton, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './chosen-bar.module.css';

type ChosenBarProps = {
  /** Of the region, such as `Chosen flags`. */
  readonly label: string;
  /** How many there are, such as `3 flags`. */
  readonly count: string;
  /** Beside the count. */
  readonly more?: ReactNode;
  /** Buttons. */
  readonly children: ReactNode;
  readonly onClear: () => void;
};

export function ChosenBar({ label, count, more, children, onClear }: ChosenBarProps) {
  return (
    <div className={styles.bar} role="region" aria-label={label}>
      <Text component="span" role="status">
        {count} chosen
      </Text>
      {more}
      <Group gap={6} ml="auto">
        {children}
        <CloseButton aria-label="Choose none" onClick={onClear} />
      </Group>
    </div>
  );
}
