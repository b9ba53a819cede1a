// Marks a flag that is on though no code has asked for it for 30 days.
import { Tooltip } from '@mantine/core';
import { StatusBadge } from '../ui/status-badge.tsx';

export function StaleBadge() {
  return (
    <Tooltip label="On, but no code has asked for it for 30 days">
      <span>
        <StatusBadge tone="watch" hollow>
          Stale
        </StatusBadge>
      </span>
    </Tooltip>
  );
}
