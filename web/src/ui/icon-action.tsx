// A small button that is only an icon: its label is its name for screen readers and its tooltip.
import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

type IconActionProps = {
  readonly label: string;
  /** Width and height in pixels. */
  readonly size: number;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
};

export function IconAction({
  label,
  size,
  isDisabled = false,
  onClick,
  children,
}: IconActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={size}
        aria-label={label}
        // Kept focusable, so that moving a row to an end does not throw the keyboard out.
        aria-disabled={isDisabled}
        opacity={isDisabled ? 0.35 : 1}
        onClick={() => !isDisabled && onClick()}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
