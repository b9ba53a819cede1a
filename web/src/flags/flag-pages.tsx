// Which part of a long list is shown, and the way to the next.
import { Button, Group, Text } from '@mantine/core';
import { type FlagListSearch, PAGE_SIZE, pageOf } from '../api/flag-list.ts';
import { formatNumber } from '../ui/format.ts';
import styles from './flags.module.css';

type FlagPagesProps = {
  readonly at: FlagListSearch;
  readonly count: number;
  readonly onChange: (next: FlagListSearch) => void;
};

export function FlagPages({ at, count, onChange }: FlagPagesProps) {
  if (count <= PAGE_SIZE) return null;
  const page = pageOf(at);
  const from = (page - 1) * PAGE_SIZE + 1;
  const to = Math.min(count, page * PAGE_SIZE);
  const turn = (by: number) => {
    onChange({ page: page + by === 1 ? undefined : String(page + by) });
    window.scrollTo({ top: 0 });
  };
  return (
    <Group
      component="nav"
      aria-label="Pages"
      className={styles.pages ?? ''}
      justify="space-between"
    >
      <Text size="sm" c="dimmed" role="status">
        {formatNumber(from)}–{formatNumber(to)} of {formatNumber(count)}
      </Text>
      <Group gap="xs">
        <Button variant="default" size="compact-sm" disabled={page === 1} onClick={() => turn(-1)}>
          Previous
        </Button>
        <Button variant="default" size="compact-sm" disabled={to >= count} onClick={() => turn(1)}>
          Next
        </Button>
      </Group>
    </Group>
  );
}
