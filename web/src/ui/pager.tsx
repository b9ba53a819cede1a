// Which part of a long list is shown, and the way to the parts around it.
import { Button, Group, Text } from '@mantine/core';
import { formatNumber } from './format.ts';

type PagerProps = {
  readonly offset: number;
  /** Rows on this page. */
  readonly shown: number;
  readonly count: number;
  readonly isEstimate?: boolean;
  readonly pageRows: number;
  readonly onChange: (offset: number) => void;
};

export function Pager(props: PagerProps) {
  const { offset, shown, count, isEstimate = false, pageRows, onChange } = props;
  return (
    <Group
      component="nav"
      aria-label="Pages"
      justify="space-between"
      px={20}
      py={12}
      style={{ borderTop: '1px solid var(--s-border)' }}
    >
      <Text size="sm" c="dimmed" role="status">
        {formatNumber(offset + 1)}–{formatNumber(offset + shown)} of {isEstimate ? 'about ' : ''}
        {formatNumber(count)}
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="compact-sm"
          disabled={offset === 0}
          onClick={() => onChange(Math.max(0, offset - pageRows))}
        >
          Previous
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          disabled={offset + shown >= count}
          onClick={() => onChange(offset + pageRows)}
        >
          Next
        </Button>
      </Group>
    </Group>
  );
}
